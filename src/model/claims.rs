//! The standard claims of a person, validated: OpenID Connect Core section 5.1.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Claims other than `sub`, `email` and `email_verified`, which are columns of their own. `identity::claims` validates
/// what comes in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StandardClaims(Map<String, Value>);

impl StandardClaims {
    /// Only `identity::claims` and the store make one.
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// A claim by name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim that is a string.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A claim that is a boolean.
    pub fn get_bool(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(Value::as_bool)
    }

    /// Every claim.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }
}
