//! Where settings come from, and which of them exist.

use std::path::Path;

use toml::{Table, Value};

use super::told::{Place, Places};
use super::{DEFAULTS, Settings};

/// Read elsewhere, since they must not rest among settings.
const NOT_SETTINGS: [&str; 3] = ["PASSGATE_MASTER_KEY", "PASSGATE_MASTER_KEY_FILE", "PASSGATE_API_KEY"];

/// The defaults, with what the file and then the environment say. Whatever does not fit is a problem and left out.
pub(super) fn merge(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    places: &mut Places,
    problems: &mut Vec<String>,
) -> Table {
    let mut settings = defaults();
    let standard = Path::new("config/passgate.toml");
    if let Some(path) = file.or_else(|| standard.exists().then_some(standard)) {
        match std::fs::read_to_string(path)
            .map_err(|error| error.to_string())
            .and_then(|text| text.parse::<Table>().map_err(|error| error.message().to_owned()))
        {
            Ok(table) => {
                let mut from = From {
                    file: path.display().to_string(),
                    places,
                    problems,
                };
                from.overlay(&mut settings, table, "");
            }
            Err(error) => problems.push(format!("{}: {error}", path.display())),
        }
    }
    let mut variables: Vec<_> = environment.filter(|(name, _)| name.starts_with("PASSGATE_")).collect();
    variables.sort();
    for (name, text) in variables {
        if !NOT_SETTINGS.contains(&name.as_str()) && !is_of_kubernetes(&name) {
            set_from_variable(&mut settings, &name, &text, places, problems);
        }
    }
    settings
}

/// Kubernetes describes a service called `passgate` in variables that begin like ours: `PASSGATE_SERVICE_HOST`,
/// `PASSGATE_PORT_8080_TCP_ADDR` and so on.
fn is_of_kubernetes(name: &str) -> bool {
    let rest = name.trim_start_matches("PASSGATE_");
    rest == "PORT"
        || ["PORT_", "SERVICE_HOST", "SERVICE_PORT"]
            .iter()
            .any(|form| rest.starts_with(form))
}

/// The settings of a table. Each value that cannot be one is a problem, and its default stands in, so that the rest can be
/// judged as well.
pub(super) fn read(mut table: Table, problems: &mut Vec<String>) -> Option<Settings> {
    if let Ok(settings) = table.clone().try_into() {
        return Some(settings);
    }
    let defaults = defaults();
    for (section, key) in leaves(&defaults) {
        let mut alone = defaults.clone();
        copy(&table, &mut alone, section, key);
        if let Err(error) = alone.try_into::<Settings>() {
            let name = section.map(|section| format!("{section}.")).unwrap_or_default();
            problems.push(format!("{name}{key}: {}", error.message().trim_end()));
            copy(&defaults, &mut table, section, key);
        }
    }
    table
        .try_into()
        .map_err(|error: toml::de::Error| problems.push(error.message().to_owned()))
        .ok()
}

/// Every key, with its section.
fn leaves(table: &Table) -> Vec<(Option<&str>, &str)> {
    let mut found = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => found.extend(inner.keys().map(|inner| (Some(key.as_str()), inner.as_str()))),
            _ => found.push((None, key.as_str())),
        }
    }
    found
}

fn copy(from: &Table, into: &mut Table, section: Option<&str>, key: &str) {
    let (from, into) = match section {
        None => (Some(from), Some(into)),
        Some(name) => (
            from.get(name).and_then(Value::as_table),
            into.get_mut(name).and_then(Value::as_table_mut),
        ),
    };
    if let (Some(value), Some(into)) = (from.and_then(|table| table.get(key)), into) {
        into.insert(key.to_owned(), value.clone());
    }
}

fn defaults() -> Table {
    DEFAULTS.parse().unwrap_or_default()
}

/// A file that settings are read from.
struct From<'a> {
    file: String,
    places: &'a mut Places,
    problems: &'a mut Vec<String>,
}

impl From<'_> {
    fn overlay(&mut self, settings: &mut Table, given: Table, section: &str) {
        for (key, value) in given {
            let name = if section.is_empty() {
                key.clone()
            } else {
                format!("{section}.{key}")
            };
            match (settings.get_mut(&key), value) {
                (None, _) => {
                    let known = settings.keys().map(String::as_str).collect::<Vec<_>>();
                    let hint = suggestion(&key, &known);
                    self.problems.push(format!("{}: {name} is no setting{hint}", self.file));
                }
                (Some(Value::Table(inner)), Value::Table(value)) => self.overlay(inner, value, &name),
                (Some(known), value) if known.same_type(&value) => {
                    // The file with the defaults says nothing new.
                    if *known != value {
                        self.places.insert(name, Place::File(self.file.clone()));
                    }
                    *known = value;
                }
                (Some(known), value) => {
                    self.problems.push(format!(
                        "{}: {name} is {}, not {}",
                        self.file,
                        article(known),
                        article(&value)
                    ));
                }
            }
        }
    }
}

fn set_from_variable(settings: &mut Table, name: &str, text: &str, places: &mut Places, problems: &mut Vec<String>) {
    let path = name.trim_start_matches("PASSGATE_").to_lowercase();
    // The database's address has a short name of its own.
    let path = if path == "database_url" {
        "database__url".to_owned()
    } else {
        path
    };
    let (table, key) = match path.split_once("__") {
        None => (Some(&mut *settings), path.as_str()),
        Some((section, key)) => (settings.get_mut(section).and_then(Value::as_table_mut), key),
    };
    let Some(known) = table
        .and_then(|table| table.get_mut(key))
        .filter(|known| !known.is_table())
    else {
        let names = variable_names();
        problems.push(format!(
            "{name} is no setting{}",
            suggestion(name, &names.iter().map(String::as_str).collect::<Vec<_>>())
        ));
        return;
    };
    let value = match known {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Integer(_) => text.parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Some(Value::Array(parts.map(|part| Value::String(part.to_owned())).collect()))
        }
        _ => None,
    };
    match value {
        Some(value) => {
            *known = value;
            places.insert(path.replacen("__", ".", 1), Place::Environment(name.to_owned()));
        }
        None => problems.push(format!("{name} is {}, not {text:?}", article(known))),
    }
}

/// Every variable that is a setting.
fn variable_names() -> Vec<String> {
    let mut names = vec!["PASSGATE_DATABASE_URL".to_owned()];
    for (key, value) in &defaults() {
        match value {
            Value::Table(inner) => {
                names.extend(
                    inner
                        .keys()
                        .map(|inner| format!("PASSGATE_{key}__{inner}").to_uppercase()),
                );
            }
            _ => names.push(format!("PASSGATE_{key}").to_uppercase()),
        }
    }
    names
}

pub(super) fn article(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
        Value::Datetime(_) => "a date",
    }
}

/// `; did you mean …?` for a near miss.
fn suggestion(name: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .min();
    match near {
        Some((edits, candidate)) if edits <= 3 && edits * 2 < name.len() => format!("; did you mean {candidate}?"),
        _ => String::new(),
    }
}

/// How many letters must be added, removed or changed.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or_default();
            let cell = (diagonal + usize::from(x != y)).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(slot) = row.get_mut(j) {
                *slot = left;
            }
            left = cell;
        }
        if let Some(last) = row.last_mut() {
            *last = left;
        }
    }
    row.last().copied().unwrap_or_default()
}
