//! The file: TOML or YAML, by its ending. The same configuration is always the same bytes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Format;
use super::items::{self, Configuration, Item, Kind};
use crate::cli::CommandError;

const HEAD: &str = "# Configuration of Passgate: services, roles, plans, settings and applications; no\n\
    # secrets.\n\
    # passgate plan FILE shows what applying it would change, passgate apply FILE changes it.\n\n";

/// How a file is written.
pub fn format(file: &Path) -> Result<Format, CommandError> {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("toml") => Ok(Format::Toml),
        Some("yaml" | "yml") => Ok(Format::Yaml),
        _ => Err(CommandError::Refused(format!(
            "{}: a configuration is a file that ends in .toml, .yaml or .yml",
            file.display()
        ))),
    }
}

/// Reads a file.
pub fn read(file: &Path) -> Result<Configuration, CommandError> {
    let format = format(file)?;
    let refused = |error: String| CommandError::Refused(format!("{}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| refused(error.to_string()))?;
    parse(&text, format).and_then(items::wanted).map_err(refused)
}

fn parse(text: &str, format: Format) -> Result<Value, String> {
    match format {
        Format::Toml => {
            let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
            json(toml::Value::Table(table))
        }
        Format::Yaml => serde_saphyr::from_str(text).map_err(|error| error.to_string()),
    }
}

fn json(value: toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Float(number) => match serde_json::Number::from_f64(number) {
            Some(number) => number.into(),
            None => return Err(format!("{number} is no number that JSON knows")),
        },
        toml::Value::Datetime(moment) => return Err(format!("{moment}: a moment is written as a text, in quotes")),
        toml::Value::Array(values) => Value::Array(values.into_iter().map(json).collect::<Result<_, _>>()?),
        toml::Value::Table(members) => {
            let members = members.into_iter().map(|(name, value)| Ok((name, json(value)?)));
            Value::Object(members.collect::<Result<_, String>>()?)
        }
    })
}

/// Writes things, which are sorted.
pub fn write<'a>(items: impl Iterator<Item = &'a Item>, format: Format) -> Result<String, CommandError> {
    let items: Vec<_> = items.collect();
    let written = match format {
        Format::Toml => {
            if let Some(item) = items.iter().find(|item| item.members.values().any(holds_null)) {
                return Err(CommandError::Refused(format!(
                    "{} {} says null somewhere, which TOML cannot: write YAML",
                    item.kind.noun(),
                    item.name
                )));
            }
            toml::to_string_pretty(&Sections(&items)).map_err(CommandError::from_display)?
        }
        Format::Yaml => serde_saphyr::to_string(&Sections(&items)).map_err(CommandError::from_display)?,
    };
    Ok(format!("{HEAD}{}\n", written.trim_end()))
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

/// Everything, section by section.
struct Sections<'a>(&'a [&'a Item]);

impl Serialize for Sections<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sections: Vec<(Kind, Vec<Entry<'_>>)> = Kind::ALL
            .into_iter()
            .map(|kind| {
                (
                    kind,
                    self.0
                        .iter()
                        .filter(|item| item.kind == kind)
                        .map(|item| Entry(item))
                        .collect(),
                )
            })
            .collect();
        // In TOML what is no table comes before what is one; an empty list is none.
        sections.sort_by_key(|(kind, entries)| *kind == Kind::Settings || !entries.is_empty());
        let mut map = serializer.serialize_map(Some(sections.len()))?;
        for (kind, entries) in &sections {
            match kind {
                Kind::Settings => map.serialize_entry(kind.section(), &by_section(entries))?,
                _ => map.serialize_entry(kind.section(), entries)?,
            }
        }
        map.end()
    }
}

/// Settings as they stand in their own file.
fn by_section<'a>(settings: &[Entry<'a>]) -> BTreeMap<&'a str, BTreeMap<&'a str, &'a Value>> {
    let mut sections: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for (key, value) in settings.iter().flat_map(|entry| &entry.0.members) {
        if let Some((section, key)) = key.split_once('.') {
            sections.entry(section).or_default().insert(key, value);
        }
    }
    sections
}

/// One thing: its name, then what is short, then what has members.
struct Entry<'a>(&'a Item);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Item { kind, name, members } = self.0;
        let mut map = serializer.serialize_map(Some(members.len() + 1))?;
        map.serialize_entry(kind.key(), name)?;
        in_order(&mut map, members)?;
        map.end()
    }
}

/// The members of an object inside a thing, in the same order.
struct Nested<'a>(&'a Value);

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                in_order(&mut map, members)?;
                map.end()
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(Nested)),
            plain => plain.serialize(serializer),
        }
    }
}

fn in_order<M: serde::ser::SerializeMap>(map: &mut M, members: &Map<String, Value>) -> Result<(), M::Error> {
    let (tables, plain): (Vec<_>, Vec<_>) = members.iter().partition(|(_, value)| has_tables(value));
    for (name, value) in plain.into_iter().chain(tables) {
        map.serialize_entry(name, &Nested(value))?;
    }
    Ok(())
}

fn has_tables(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(values) => values.iter().any(Value::is_object),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
