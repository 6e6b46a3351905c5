//! What people are called, in the place of their ids.

use std::collections::BTreeMap;

/// Names by id; whoever is not in it stays an id.
#[derive(Debug, Clone, Default)]
pub struct Names(pub BTreeMap<String, String>);

impl Names {
    /// What somebody is called.
    pub fn of(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}
