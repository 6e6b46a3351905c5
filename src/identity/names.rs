//! Names of people: what a name may be, and how `name`, `given_name` and `family_name` stay consistent.

use serde_json::{Map, Value};

use crate::model::text::is_deceptive;

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
    let lower = name.to_lowercase();
    let link = ["://", "www.", "http:", "https:"]
        .iter()
        .any(|mark| lower.contains(mark))
        || lower.split(' ').any(is_host);
    if name.chars().count() > MAX_CHARS || name.chars().any(|c| c.is_control() || is_deceptive(c)) || link {
        return Err(NameError);
    }
    Ok((!name.is_empty()).then_some(name))
}

/// `evil.test/x`, `evil.com`: what mail programs turn into a link.
fn is_host(word: &str) -> bool {
    let host = word.split(['/', '?', ':']).next().unwrap_or_default();
    host.rsplit_once('.').is_some_and(|(before, last)| {
        before.chars().last().is_some_and(char::is_alphanumeric)
            && last.len() >= 2
            && last.chars().all(|c| c.is_ascii_lowercase())
    })
}

/// Adds `name` where only its parts are there.
pub fn complete(claims: &mut Map<String, Value>) {
    let part = |claims: &Map<String, Value>, key: &str| claims.get(key).and_then(Value::as_str).map(str::to_owned);
    if part(claims, "name").is_some() {
        return;
    }
    let parts: Vec<_> = ["given_name", "middle_name", "family_name"]
        .into_iter()
        .filter_map(|key| part(claims, key))
        .collect();
    if !parts.is_empty() {
        claims.insert("name".into(), parts.join(" ").into());
    }
}

/// The three names of a profile, each empty where it is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// `name`.
    pub full: String,
    /// `given_name`.
    pub given: String,
    /// `family_name`.
    pub family: String,
}

/// Makes the names that a person entered agree with each other. A full name in which the parts stand is kept as it was
/// written; otherwise what was just changed decides: new parts make a new full name, a new full name leaves the old parts
/// behind.
pub fn agree(before: &Parts, entered: Parts) -> Parts {
    if entered == *before {
        return entered;
    }
    let stands = |part: &str| entered.full.contains(part);
    if !entered.full.is_empty() && stands(&entered.given) && stands(&entered.family) {
        return entered;
    }
    let parts_changed = entered.given != before.given || entered.family != before.family;
    if parts_changed || entered.full.is_empty() || entered.full == before.full {
        Parts {
            full: compose(&entered.given, &entered.family),
            ..entered
        }
    } else {
        Parts {
            full: entered.full,
            ..Parts::default()
        }
    }
}

/// A full name of its parts: the family first and nothing between them where both are written in Chinese characters.
fn compose(given: &str, family: &str) -> String {
    let is_han = |text: &str| !text.is_empty() && text.chars().all(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
    if is_han(given) && is_han(family) {
        return format!("{family}{given}");
    }
    [given, family]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(full: &str, given: &str, family: &str) -> Parts {
        Parts {
            full: full.into(),
            given: given.into(),
            family: family.into(),
        }
    }

    #[test]
    fn the_names_of_a_person_agree() {
        let before = parts("Ada Lovelace", "Ada", "Lovelace");
        for (entered, becomes) in [
            (parts("Ada Lovelace", "Ada", "King"), parts("Ada King", "Ada", "King")),
            (parts("Countess Ada", "Ada", "Lovelace"), parts("Countess Ada", "", "")),
            (
                parts("Ada King Lovelace", "Ada", "Lovelace"),
                parts("Ada King Lovelace", "Ada", "Lovelace"),
            ),
            (parts("", "Ada", "Lovelace"), parts("Ada Lovelace", "Ada", "Lovelace")),
            (parts("Ada", "", ""), parts("Ada", "", "")),
            (parts("", "", ""), parts("", "", "")),
            (before.clone(), before.clone()),
            (parts("Somebody", "黛玉", "林"), parts("林黛玉", "黛玉", "林")),
        ] {
            assert_eq!(agree(&before, entered.clone()), becomes, "{entered:?}");
        }
    }

    #[test]
    fn xs_05_xs_06_what_is_no_name() {
        for bad in [
            "a\u{7}b",
            "see https://evil.test",
            "WWW.evil.test",
            "evil.test/x",
            "click evil.com",
            "htt\u{200b}ps",
            "a\u{202e}b",
            &"x".repeat(201),
        ] {
            assert_eq!(parse(bad), Err(NameError), "{bad:?}");
        }
        assert_eq!(parse("  Ada \r\n Lovelace "), Ok(Some("Ada Lovelace".into())));
        assert_eq!(parse("   "), Ok(None));
        assert!(parse("Dr. J. R. Ewing Jr.").is_ok());
        assert_eq!(
            parse("\"><svg onload=alert(1)>").map(|name| name.is_some()),
            Ok(true),
            "pages escape"
        );
    }

    #[test]
    fn a_name_is_made_of_its_parts() {
        let mut claims = serde_json::json!({ "given_name": "Ada", "family_name": "Lovelace" })
            .as_object()
            .unwrap()
            .clone();
        complete(&mut claims);
        assert_eq!(claims["name"], "Ada Lovelace");
    }
}
