//! Which claims an application gets beside the usual ones, and from what. `protocol::mappings` judges and applies them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::metadata::Section;

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimMapping {
    /// What it is called. Full stops lead into objects, as in `metadata.role`, except in an address like
    /// `https://app.example/role`, which is one name.
    pub claim: String,
    /// Where its value comes from.
    pub from: Source,
    /// Where it is told; introspection tells what the access token does.
    pub tokens: Vec<Target>,
    /// Must stand in a mapping of private metadata, and in no other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `role`.
    Role,
    /// `plan`.
    Plan,
    /// `permissions`: every permission of the role.
    Permissions,
    /// `features`: every feature of the plan.
    Features,
    /// `metadata.public.a.b`: what stands there, if anything does.
    Metadata(Section, Vec<String>),
    /// `user.email`: a claim of OpenID Connect Core section 5.1.
    User(String),
    /// `{"value": …}`: always the same.
    Fixed(Value),
}

/// Where a claim is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The access token, and introspection of it.
    AccessToken,
    /// The ID token.
    IdToken,
    /// The answer of the userinfo endpoint.
    Userinfo,
}

impl Source {
    /// Reads all but fixed values.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "role" => return Some(Self::Role),
            "plan" => return Some(Self::Plan),
            "permissions" => return Some(Self::Permissions),
            "features" => return Some(Self::Features),
            _ => {}
        }
        let mut names = text.split('.');
        match names.next()? {
            "user" => {
                let claim = names.next().filter(|name| !name.is_empty())?;
                names.next().is_none().then(|| Self::User(claim.to_owned()))
            }
            "metadata" => {
                let section = Section::parse(names.next()?)?;
                let path: Vec<_> = names.map(str::to_owned).collect();
                (!path.iter().any(String::is_empty)).then_some(Self::Metadata(section, path))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role => f.write_str("role"),
            Self::Plan => f.write_str("plan"),
            Self::Permissions => f.write_str("permissions"),
            Self::Features => f.write_str("features"),
            Self::Metadata(section, path) => {
                write!(f, "metadata.{}", section.as_str())?;
                path.iter().try_for_each(|name| write!(f, ".{name}"))
            }
            Self::User(claim) => write!(f, "user.{claim}"),
            Self::Fixed(value) => value.fmt(f),
        }
    }
}

/// `{"value": …}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    value: Value,
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fixed(value) => Fixed { value: value.clone() }.serialize(serializer),
            named => serializer.collect_str(named),
        }
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        match Value::deserialize(deserializer)? {
            Value::String(text) => Self::parse(&text).ok_or_else(|| {
                D::Error::custom(format!(
                    "from {text}: role, plan, permissions, features, user.<claim>, metadata.public.<path>, \
                     metadata.unsafe.<path> or metadata.private.<path>"
                ))
            }),
            other => serde_json::from_value(other)
                .map(|Fixed { value }| Self::Fixed(value))
                .map_err(|error| D::Error::custom(format!("from: a name, or an object with one value: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_source_is_written_as_it_is_read() {
        for text in [
            "role",
            "plan",
            "permissions",
            "features",
            "user.email",
            "metadata.public",
            "metadata.public.team",
            "metadata.unsafe.a.b.c",
            "metadata.private.crm_id",
        ] {
            let source = Source::parse(text);
            assert_eq!(source.map(|source| source.to_string()).as_deref(), Some(text));
        }
        for wrong in [
            "",
            "roles",
            "user",
            "user.",
            "user.a.b",
            "metadata",
            "metadata.",
            "metadata.secret.x",
            "metadata.public.",
            "metadata.public..x",
            "password",
        ] {
            assert_eq!(Source::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_mapping_is_stored_as_it_is_read_and_knows_its_members() {
        for text in [
            json!({ "claim": "metadata.role", "from": "role", "tokens": ["access_token", "id_token", "userinfo"] }),
            json!({ "claim": "tenant", "from": { "value": { "id": 5 } }, "tokens": ["access_token"] }),
            json!({ "claim": "crm", "from": "metadata.private.crm", "tokens": ["userinfo"], "private": true }),
        ] {
            let read: ClaimMapping = serde_json::from_value(text.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), text);
        }
        for wrong in [
            json!({ "claim": "a", "from": "role", "tokens": ["refresh_token"] }),
            json!({ "claim": "a", "from": "role", "tokens": [], "when": "always" }),
            json!({ "claim": "a", "from": { "value": 1, "or": 2 }, "tokens": [] }),
            json!({ "claim": "a", "from": 5, "tokens": [] }),
            json!({ "from": "role", "tokens": [] }),
        ] {
            assert!(
                serde_json::from_value::<ClaimMapping>(wrong.clone()).is_err(),
                "{wrong}"
            );
        }
    }
}
