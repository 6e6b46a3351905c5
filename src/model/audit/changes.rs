//! What changed, as the details of an event.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// What changed: each member before and after. Never a secret, nor a digest of one.
#[derive(Clone, Debug, Default)]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a member, unless it stayed as it was.
    #[must_use]
    pub fn member(mut self, name: &str, before: impl Serialize, after: impl Serialize) -> Self {
        let value = |value: Result<Value, _>| value.unwrap_or_default();
        let before = value(serde_json::to_value(before));
        let after = value(serde_json::to_value(after));
        if before != after {
            self.0
                .insert(name.to_owned(), json!({ "before": before, "after": after }));
        }
        self
    }

    /// Every member in which two objects differ.
    pub fn between(before: &Value, after: &Value) -> Self {
        let none = Map::new();
        let (before, after) = (before.as_object().unwrap_or(&none), after.as_object().unwrap_or(&none));
        let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        names.into_iter().fold(Self::new(), |changes, name| {
            changes.member(name, before.get(name), after.get(name))
        })
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the details of an event.
    pub fn into_details(self) -> Value {
        json!({ "changes": self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_name_only_what_changed() {
        let changes = Changes::between(
            &json!({ "role": "user", "plan": "free", "gone": 1 }),
            &json!({ "role": "admin", "plan": "free", "new": true }),
        );
        assert_eq!(
            changes.into_details(),
            json!({ "changes": {
                "gone": { "before": 1, "after": null },
                "new": { "before": null, "after": true },
                "role": { "before": "user", "after": "admin" },
            } })
        );
        assert!(Changes::new().member("role", "a", "a").is_empty());
    }
}
