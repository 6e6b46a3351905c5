//! What changed, as the details of an event: the members that differ, under `before` and `after`.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// What changed. Never a secret, nor a digest of one.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    before: Side,
    after: Side,
}

/// What there was, or is; `None` where there was nothing at all.
type Side = Option<Map<String, Value>>;

impl Changes {
    /// None yet.
    pub fn new() -> Self {
        Self {
            before: Some(Map::new()),
            after: Some(Map::new()),
        }
    }

    /// Notes a member, unless it stayed as it was.
    #[must_use]
    pub fn member(mut self, name: &str, before: impl Serialize, after: impl Serialize) -> Self {
        let value = |value: Result<Value, _>| value.unwrap_or_default();
        let before = value(serde_json::to_value(before));
        let after = value(serde_json::to_value(after));
        if before != after {
            for (side, value) in [(&mut self.before, before), (&mut self.after, after)] {
                if let (Some(side), false) = (side, value.is_null()) {
                    side.insert(name.to_owned(), value);
                }
            }
        }
        self
    }

    /// Every member in which two objects differ; `null` stands for something that was made or removed.
    pub fn between(before: &Value, after: &Value) -> Self {
        let none = Map::new();
        let members = |value| Value::as_object(value).unwrap_or(&none);
        let (old, new) = (members(before), members(after));
        let start = Self {
            before: before.is_object().then(Map::new),
            after: after.is_object().then(Map::new),
        };
        let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        names.into_iter().fold(start, |changes, name| {
            changes.member(name, old.get(name), new.get(name))
        })
    }

    /// As the details of an event.
    pub fn into_details(self) -> Value {
        json!({ "before": self.before, "after": self.after })
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
            json!({ "before": { "gone": 1, "role": "user" }, "after": { "new": true, "role": "admin" } })
        );
        let same = Changes::new().member("role", "a", "a").into_details();
        assert_eq!(same, json!({ "before": {}, "after": {} }));
        let made = Changes::between(&Value::Null, &json!({ "name": "a" })).into_details();
        assert_eq!(made, json!({ "before": null, "after": { "name": "a" } }));
    }
}
