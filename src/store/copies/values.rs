//! Values on their way from one engine to the other: each is read as what its column says, so that a time stays a time and a
//! number a number, and is counted into a sum that does not depend on the order of rows.

use chrono::{DateTime, Utc};
use serde_json::{Number, Value};
use sqlx::{ColumnIndex, Decode, Row, Type};
use uuid::Uuid;

use super::CopyError;
use crate::crypto::digest;

/// The types of the portable contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Text,
    Boolean,
    Number,
    Moment,
    Json,
    Bytes,
}

impl Kind {
    /// By PostgreSQL's own name.
    pub fn read(name: &str) -> Option<Self> {
        Some(match name {
            "uuid" => Self::Uuid,
            "text" => Self::Text,
            "bool" => Self::Boolean,
            "int8" => Self::Number,
            "timestamptz" => Self::Moment,
            "jsonb" => Self::Json,
            "bytea" => Self::Bytes,
            _ => return None,
        })
    }

    /// The type of which an array carries it.
    pub fn array(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Text | Self::Json => "text",
            Self::Boolean => "bool",
            Self::Number => "int8",
            Self::Moment => "timestamptz",
            Self::Bytes => "bytea",
        }
    }
}

/// The values of one column.
pub(super) enum Column {
    Uuid(Vec<Option<Uuid>>),
    Text(Vec<Option<String>>),
    Boolean(Vec<Option<bool>>),
    Number(Vec<Option<i64>>),
    Moment(Vec<Option<DateTime<Utc>>>),
    /// As text.
    Json(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Uuid => Self::Uuid(Vec::new()),
            Kind::Text => Self::Text(Vec::new()),
            Kind::Boolean => Self::Boolean(Vec::new()),
            Kind::Number => Self::Number(Vec::new()),
            Kind::Moment => Self::Moment(Vec::new()),
            Kind::Json => Self::Json(Vec::new()),
            Kind::Bytes => Self::Bytes(Vec::new()),
        }
    }
}

/// Rows that go together.
pub(super) struct Batch {
    pub columns: Vec<Column>,
    pub rows: usize,
    pub bytes: usize,
}

impl Batch {
    pub fn new(columns: &[(String, Kind)]) -> Self {
        Self {
            columns: columns.iter().map(|(_, kind)| Column::new(*kind)).collect(),
            rows: 0,
            bytes: 0,
        }
    }

    /// Reads a row whose columns are these, in this order.
    pub fn take<'r, R>(&mut self, row: &'r R, sum: &mut Sum) -> Result<(), CopyError>
    where
        R: Row,
        usize: ColumnIndex<R>,
        Uuid: Decode<'r, R::Database> + Type<R::Database>,
        String: Decode<'r, R::Database> + Type<R::Database>,
        bool: Decode<'r, R::Database> + Type<R::Database>,
        i64: Decode<'r, R::Database> + Type<R::Database>,
        DateTime<Utc>: Decode<'r, R::Database> + Type<R::Database>,
        Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    {
        let mut canonical = Vec::new();
        for (at, column) in self.columns.iter_mut().enumerate() {
            match column {
                Column::Uuid(values) => {
                    let value: Option<Uuid> = row.try_get(at)?;
                    add(&mut canonical, value.as_ref().map(|id| id.as_bytes().as_slice()));
                    values.push(value);
                }
                Column::Text(values) => {
                    let value: Option<String> = row.try_get(at)?;
                    add(&mut canonical, value.as_deref().map(str::as_bytes));
                    values.push(value);
                }
                Column::Boolean(values) => {
                    let value: Option<bool> = row.try_get(at)?;
                    add(
                        &mut canonical,
                        value.map(|yes| [u8::from(yes)]).as_ref().map(<[u8; 1]>::as_slice),
                    );
                    values.push(value);
                }
                Column::Number(values) => {
                    let value: Option<i64> = row.try_get(at)?;
                    add(
                        &mut canonical,
                        value.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice),
                    );
                    values.push(value);
                }
                Column::Moment(values) => {
                    let value: Option<DateTime<Utc>> = row.try_get(at)?;
                    let exact =
                        value.map(|moment| format!("{} {}", moment.timestamp(), moment.timestamp_subsec_nanos()));
                    add(&mut canonical, exact.as_deref().map(str::as_bytes));
                    values.push(value);
                }
                Column::Json(values) => {
                    let value: Option<String> = row.try_get(at)?;
                    let same = value.as_deref().map(canonical_json).transpose()?;
                    add(&mut canonical, same.as_deref().map(str::as_bytes));
                    values.push(value);
                }
                Column::Bytes(values) => {
                    let value: Option<Vec<u8>> = row.try_get(at)?;
                    add(&mut canonical, value.as_deref());
                    values.push(value);
                }
            }
        }
        self.rows += 1;
        self.bytes += canonical.len();
        sum.add(&canonical);
        Ok(())
    }
}

/// A value with its length, so that none can borrow from its neighbour; nothing is told apart from what is empty.
fn add(canonical: &mut Vec<u8>, value: Option<&[u8]>) {
    match value {
        None => canonical.push(0),
        Some(value) => {
            canonical.push(1);
            canonical.extend((value.len() as u64).to_be_bytes());
            canonical.extend(value);
        }
    }
}

/// JSON as both engines mean it: PostgreSQL orders the members of objects, and writes numbers in its own way.
fn canonical_json(text: &str) -> Result<String, CopyError> {
    let value: Value = serde_json::from_str(text).map_err(|_| CopyError::Unsound("a value is no JSON".to_owned()))?;
    let mut written = String::new();
    write_json(&value, &mut written);
    Ok(written)
}

fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => out.push_str(&value.to_string()),
        Value::Number(number) => out.push_str(&canonical_number(number)),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_json(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, member) in sorted {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_json(member, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

/// 1e2, 100.0 and 100 are one number, and PostgreSQL keeps them under other names than SQLite.
fn canonical_number(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(float) if float.fract() == 0.0 && float.abs() < 1e19 => format!("{float:.0}"),
        Some(float) => format!("{float:e}"),
        None => number.to_string(),
    }
}

/// The sum of the SHA-256 of rows, modulo 2^64 in each of four lanes: the same for the same rows in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    lanes: [u64; 4],
    pub rows: u64,
}

impl Sum {
    fn add(&mut self, canonical: &[u8]) {
        let digest = digest::of_bytes(canonical);
        for (lane, bytes) in self.lanes.iter_mut().zip(digest.as_bytes().chunks_exact(8)) {
            let number = bytes.try_into().map(u64::from_be_bytes).unwrap_or_default();
            *lane = lane.wrapping_add(number);
        }
        self.rows += 1;
    }

    /// As hexadecimal digits.
    pub fn text(&self) -> String {
        self.lanes.iter().map(|lane| format!("{lane:016x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_does_not_depend_on_the_order_of_rows_and_does_on_their_content() {
        let of = |rows: &[&[u8]]| {
            let mut sum = Sum::default();
            rows.iter().for_each(|row| sum.add(row));
            sum
        };
        assert_eq!(of(&[b"a", b"b"]), of(&[b"b", b"a"]));
        assert_ne!(of(&[b"a", b"b"]), of(&[b"a", b"c"]));
        assert_ne!(of(&[b"a", b"a"]), of(&[b"a"]));
        assert_ne!(of(&[]), of(&[b""]));
    }

    #[test]
    fn values_do_not_borrow_from_their_neighbours() {
        let of = |values: &[Option<&[u8]>]| {
            let mut canonical = Vec::new();
            values.iter().for_each(|value| add(&mut canonical, *value));
            canonical
        };
        assert_ne!(of(&[Some(b"ab"), Some(b"c")]), of(&[Some(b"a"), Some(b"bc")]));
        assert_ne!(of(&[None, Some(b"")]), of(&[Some(b""), None]));
    }

    #[test]
    fn one_json_value_has_one_form() {
        let same = |a, b| assert_eq!(canonical_json(a).unwrap(), canonical_json(b).unwrap());
        same(r#"{"b":1,"a":[1e2,"x"]}"#, r#"{"a": [100.0, "x"], "b": 1}"#);
        same("[1e16]", "[10000000000000000]");
        let other = |a, b| assert_ne!(canonical_json(a).unwrap(), canonical_json(b).unwrap());
        other("[9007199254740993]", "[9007199254740992]");
        other(r#"{"a":1}"#, r#"{"a":"1"}"#);
        other("[0.1]", "[0.2]");
        other("[null]", "[]");
    }
}
