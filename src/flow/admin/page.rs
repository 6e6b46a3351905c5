//! Lists in pages: each begins after the last entry of the one before, so that it costs the same wherever it is, and nothing
//! that comes in between moves it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Ref, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::refused::Refused;
use crate::model::Timestamp;

/// Entries of a page where nobody says how many.
pub const LIMIT: u16 = 50;
/// The last microsecond of the year 9999: what is written with four digits sorts as time does on both engines.
const END_OF_TIME: i64 = 253_402_300_799_999_999;
/// The most entries of a page.
const MOST: u16 = 200;

/// A page of a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

// By hand: what the macro makes has the same name whatever the entries are.
impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let next = ObjectBuilder::new().schema_type(Type::String).description(Some(
            "What to send as `after` for the next page; absent on the last one.",
        ));
        ObjectBuilder::new()
            .property("items", ArrayBuilder::new().items(Ref::from_schema_name(T::name())))
            .required("items")
            .property("next", next)
            .build()
            .into()
    }
}

/// Which part of a list that has no filters.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListPart)]
pub struct Listing {
    /// Entries of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u16>,
    /// What the page before gave as `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// No answer, or nothing to take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// How many entries a page has.
pub(super) fn limit(asked: Option<u16>) -> Result<usize, Refused> {
    match asked {
        None => Ok(LIMIT.into()),
        Some(asked) if (1..=MOST).contains(&asked) => Ok(asked.into()),
        Some(_) => Err(Refused::value("limit", format!("1 to {MOST}"))),
    }
}

/// A place in a list that is ordered by time and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) at: Timestamp,
    pub(super) id: Uuid,
}

impl Place {
    /// Before everything in a list that begins with the newest.
    pub(super) fn newest() -> Self {
        Self {
            at: Timestamp::from_timestamp_micros(END_OF_TIME).unwrap_or_default(),
            id: Uuid::max(),
        }
    }

    /// Before everything in a list that begins with the oldest.
    pub(super) fn oldest() -> Self {
        Self {
            at: Timestamp::default(),
            id: Uuid::nil(),
        }
    }

    /// Reads an `after`.
    pub(super) fn read(after: Option<&str>) -> Result<Option<Self>, Refused> {
        let Some(text) = after else { return Ok(None) };
        let bad = || Refused::value("after", "what the page before gave as next");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let (at, id) = bytes.split_at_checked(8).ok_or_else(bad)?;
        let micros = i64::from_be_bytes(at.try_into().map_err(|_| bad())?);
        Ok(Some(Self {
            at: Timestamp::from_timestamp_micros(micros).ok_or_else(bad)?,
            id: Uuid::from_slice(id).map_err(|_| bad())?,
        }))
    }

    /// As an `after`.
    pub(super) fn text(self) -> String {
        let at = self.at.timestamp_micros().to_be_bytes();
        URL_SAFE_NO_PAD.encode([at.as_slice(), self.id.as_bytes()].concat())
    }
}

impl<T> Page<T> {
    /// Makes a page of `limit` entries out of one more, which tells whether there is another page.
    pub(super) fn cut<R>(mut rows: Vec<R>, limit: usize, place: impl Fn(&R) -> Place, show: impl Fn(R) -> T) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| place(last).text());
        Self {
            items: rows.into_iter().map(show).collect(),
            next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_again_and_nothing_else_is_one() {
        let place = Place {
            at: "2026-11-30T11:22:33.456789Z".parse().unwrap(),
            id: Uuid::from_u128(7),
        };
        let read = Place::read(Some(&place.text())).ok().flatten();
        assert_eq!(read, Some(place));
        for wrong in [
            "",
            "x",
            "AAAA",
            &place.text()[1..],
            &format!("{}A", place.text()),
            "\u{0}",
        ] {
            assert!(Place::read(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
