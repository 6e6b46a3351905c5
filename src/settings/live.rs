//! Which settings may change while Passgate runs, and what they are then. Such a change lies in the database, so that every
//! node sees it. What a file or the environment says stays as it is: whoever wrote it there changes it there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::told::{self, Place, Places};
use super::{Problems, Settings, check, sources};

/// Changes that were made while Passgate ran.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// Counts them: of two that a node hears of, the later one holds.
    pub revision: i64,
    /// The values, by key.
    pub values: BTreeMap<String, Value>,
}

/// What the file and the environment made of the defaults.
#[derive(Default)]
pub(super) struct Base {
    pub(super) table: Table,
    pub(super) places: Places,
}

impl std::fmt::Debug for Base {
    // The table holds secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Base").finish_non_exhaustive()
    }
}

/// Sections of which everything may change.
const SECTIONS: [&str; 7] = [
    "accounts",
    "sign_in",
    "second_factor",
    "sessions",
    "tokens",
    "clients",
    "audit",
];

/// Others. What is left out names files, addresses, secrets and machines, or decides what a running node was built from.
const KEYS: [&str; 28] = [
    "branding.name",
    "branding.accent",
    "branding.accent_dark",
    "branding.canvas",
    "branding.canvas_dark",
    "branding.radius",
    "branding.font",
    "branding.theme",
    "branding.attribution",
    "passwords.min_length",
    "passwords.min_length_single_factor",
    "passwords.max_length",
    "passwords.min_strength",
    "passwords.breach_check",
    "limits.sign_in_per_minute",
    "limits.sign_up_per_minute",
    "limits.code_per_minute",
    "limits.recovery_per_minute",
    "limits.flows_per_minute",
    "limits.client_failures_per_minute",
    "limits.mails_per_hour",
    "limits.codes_per_ten_minutes",
    "limits.recoveries_per_hour",
    "limits.sign_ups_per_hour",
    "limits.proof_of_work",
    "limits.work_after_failures",
    "limits.work_after_failures_of_all",
    "limits.without_work_per_minute",
];

/// The words that a setting takes, of those that take only some: one of them, or any of them where it is a list.
const CHOICES: [(&str, &[&str]); 14] = [
    ("branding.theme", &["auto", "light", "dark"]),
    ("accounts.sign_up", &["open", "allow_list", "invitation", "closed"]),
    ("accounts.verify_email", &["later", "before"]),
    ("accounts.name", &["off", "optional", "required"]),
    ("accounts.username", &["off", "optional", "required"]),
    ("accounts.phone", &["off", "optional", "required"]),
    ("sign_in.methods", &["password", "passkey", "email"]),
    ("sign_in.remember", &["ask", "always", "never"]),
    ("second_factor.policy", &["off", "optional", "required"]),
    ("second_factor.administrators", &["off", "had", "required"]),
    (
        "second_factor.methods",
        &["totp", "passkey", "sms", "email", "recovery_code"],
    ),
    ("passwords.breach_check", &["off", "range"]),
    ("clients.pkce_confidential", &["optional", "required"]),
    ("limits.proof_of_work", &["off", "auto", "always"]),
];

/// Whether a setting may change while Passgate runs.
pub fn is_live(key: &str) -> bool {
    let section = key.split_once('.').map_or("", |(section, _)| section);
    SECTIONS.contains(&section) || KEYS.contains(&key)
}

/// The words that a setting takes; none where any will do.
pub fn choices(key: &str) -> &'static [&'static str] {
    let found = CHOICES.iter().find(|(of, _)| *of == key);
    found.map_or(&[], |(_, choices)| choices)
}

impl Settings {
    /// These settings with other changes in place of those that they have. What a file or the environment decides is left to
    /// them.
    ///
    /// # Errors
    /// Everything that is wrong with the changes: no such setting, one that waits for a start, another type, a value that
    /// cannot be.
    pub fn with_changes(&self, changes: Changes) -> Result<Self, Problems> {
        let (mut table, mut places) = (self.base.table.clone(), self.base.places.clone());
        let mut problems = Vec::new();
        for (key, value) in &changes.values {
            match leaf(&mut table, key) {
                None => problems.push(format!("{key} is no setting")),
                Some(_) if !is_live(key) => problems.push(format!(
                    "{key} changes in the file or the environment, for the next start"
                )),
                Some(known) if !known.same_type(value) => problems.push(format!(
                    "{key} is {}, not {}",
                    sources::article(known),
                    sources::article(value)
                )),
                Some(_) if places.contains_key(key) => {}
                Some(known) => {
                    *known = value.clone();
                    places.insert(key.clone(), Place::Database);
                }
            }
        }
        let told = told::all(&table, &places);
        if let Some(mut settings) = sources::read(table, &mut problems) {
            check::check(&settings, &mut problems);
            if problems.is_empty() {
                settings.told = told;
                settings.base = self.base.clone();
                settings.changes = changes;
                return Ok(settings);
            }
        }
        Err(Problems(problems))
    }

    /// Where the value of a setting comes from that the file or the environment decides.
    pub fn pinned(&self, key: &str) -> Option<&Place> {
        self.base.places.get(key)
    }

    /// What a setting is when nobody changes it while Passgate runs; `None` where there is no such setting.
    pub fn unchanged(&self, key: &str) -> Option<&Value> {
        match key.split_once('.') {
            None => self.base.table.get(key).filter(|value| !value.is_table()),
            Some((section, key)) => self.base.table.get(section)?.get(key),
        }
    }
}

fn leaf<'a>(table: &'a mut Table, key: &str) -> Option<&'a mut Value> {
    let found = match key.split_once('.') {
        None => table.get_mut(key),
        Some((section, key)) => table.get_mut(section)?.as_table_mut()?.get_mut(key),
    };
    found.filter(|value| !value.is_table())
}
