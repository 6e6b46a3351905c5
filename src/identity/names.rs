//! Names of people: what a name may be, and how `name`, `given_name` and `family_name` stay consistent.

use serde_json::{Map, Value};

/// The longest name, in characters.
const MAX_CHARS: usize = 200;

/// The text cannot be shown and mailed as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a name")]
pub struct NameError;

/// A name as a person types it; `None` for an empty one. Control characters are refused, and so is what looks like an
/// address on the web: names are repeated in mails that we send, which must not carry strangers' links.
pub fn parse(text: &str) -> Result<Option<String>, NameError> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let link = ["://", "www.", "http:", "https:"].iter().any(|mark| name.to_lowercase().contains(mark));
    if name.chars().count() > MAX_CHARS || name.chars().any(char::is_control) || link {
        return Err(NameError);
    }
    Ok((!name.is_empty()).then_some(name))
}

/// Adds `name` where only its parts are there.
pub fn complete(claims: &mut Map<String, Value>) {
    let part = |claims: &Map<String, Value>, key: &str| claims.get(key).and_then(Value::as_str).map(str::to_owned);
    if part(claims, "name").is_some() {
        return;
    }
    let parts: Vec<_> =
        ["given_name", "middle_name", "family_name"].into_iter().filter_map(|key| part(claims, key)).collect();
    if !parts.is_empty() {
        claims.insert("name".into(), parts.join(" ").into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xs_05_xs_06_what_is_no_name() {
        for bad in ["a\u{7}b", "see https://evil.test", "WWW.evil.test", &"x".repeat(201)] {
            assert_eq!(parse(bad), Err(NameError), "{bad:?}");
        }
        assert_eq!(parse("  Ada \r\n Lovelace "), Ok(Some("Ada Lovelace".into())));
        assert_eq!(parse("   "), Ok(None));
        assert_eq!(parse("\"><svg onload=alert(1)>").map(|name| name.is_some()), Ok(true), "pages escape");
    }

    #[test]
    fn a_name_is_made_of_its_parts() {
        let mut claims = serde_json::json!({ "given_name": "Ada", "family_name": "Lovelace" }).as_object().unwrap().clone();
        complete(&mut claims);
        assert_eq!(claims["name"], "Ada Lovelace");
    }
}
