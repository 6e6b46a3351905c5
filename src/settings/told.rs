//! Settings as they are told to administrators: each with the lines about it, its value, and where that comes from.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::DEFAULTS;

/// Settings whose values are, or may hold, secrets: nobody is told more than that they are set.
pub(super) const SECRET: [&str; 3] = ["database.url", "mail.smtp_password", "sms.secret"];

/// Where a value comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Nobody said anything: the default.
    #[default]
    Default,
    /// A change that was made while Passgate ran, in the database.
    Database,
    /// A file, by its path.
    File(String),
    /// An environment variable, by its name.
    Environment(String),
}

/// Where values come from that are not defaults, by their keys.
pub(super) type Places = BTreeMap<String, Place>;

/// A setting.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its key with its section, as in `tokens.code_seconds`.
    pub key: String,
    /// The lines about it.
    pub explanation: String,
    /// Its value; `None` where it is a secret that is set.
    pub value: Option<Value>,
    /// Its default.
    pub default: Value,
    /// Where the value comes from.
    pub place: Place,
}

/// Every setting, in the order of the file that explains them.
pub(super) fn all(settings: &Table, places: &Places) -> Vec<Told> {
    let defaults: Table = DEFAULTS.parse().unwrap_or_default();
    let mut found = Vec::new();
    let (mut section, mut about) = (String::new(), Vec::new());
    for line in DEFAULTS.lines() {
        if let Some(text) = line.strip_prefix("# ") {
            about.push(text);
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            about.clear();
        } else if let Some((name, _)) = line.split_once(" = ") {
            let value = |table: &Table| match section.as_str() {
                "" => table.get(name).cloned(),
                section => table.get(section)?.get(name).cloned(),
            };
            if let (Some(is), Some(default)) = (value(settings), value(&defaults)) {
                let key = match section.as_str() {
                    "" => name.to_owned(),
                    section => format!("{section}.{name}"),
                };
                let hidden = SECRET.contains(&key.as_str()) && is != default;
                found.push(Told {
                    explanation: about.join(" "),
                    value: (!hidden).then_some(is),
                    default,
                    place: places.get(&key).cloned().unwrap_or_default(),
                    key,
                });
            }
            about.clear();
        } else {
            about.clear();
        }
    }
    found
}
