//! What stands in the catalogues of roles and plans: names, descriptions, permissions and features, and how many of them.

use std::collections::BTreeSet;

use crate::model::catalogue::is_name;
use crate::model::permission::{Authority, PREFIX, UnknownPermission};

/// Roles there may be, and plans.
pub const MOST: usize = 200;
/// Permissions of one role, and features of one plan.
pub const MOST_TEXTS: usize = 100;
/// Bytes of one of them.
pub const TEXT_BYTES: usize = 100;
/// Bytes of all of them together: a token that carries them must still fit into a header.
pub const TOGETHER_BYTES: usize = 4096;
/// Characters of a description.
pub const DESCRIPTION_CHARS: usize = 500;

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// See [`is_name`].
    #[error("a role or plan is 1 to 64 letters, digits, _ - . :, and not dots alone")]
    Name,
    /// More than a line.
    #[error("a description is at most {DESCRIPTION_CHARS} characters on one line")]
    Description,
    /// See [`MOST_TEXTS`].
    #[error("at most {MOST_TEXTS} permissions or features")]
    TooMany,
    /// See [`TOGETHER_BYTES`].
    #[error("permissions or features are at most {TOGETHER_BYTES} bytes together")]
    TooLong,
    /// One of them.
    #[error("\"{0}\": a permission or feature is 1 to {TEXT_BYTES} of a-z, 0-9, _ . : * -")]
    Text(String),
    /// One that claims to be about Passgate.
    #[error(transparent)]
    Permission(#[from] UnknownPermission),
}

/// Judges a name.
pub fn name(text: &str) -> Result<(), Malformed> {
    match is_name(text) {
        true => Ok(()),
        false => Err(Malformed::Name),
    }
}

/// Judges a description, and gives it without blanks around it.
pub fn description(text: &str) -> Result<String, Malformed> {
    let text = text.trim();
    match text.chars().count() <= DESCRIPTION_CHARS && !text.chars().any(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(Malformed::Description),
    }
}

/// Judges permissions, and gives them sorted. One that begins with [`PREFIX`] names something that there is to administer: a
/// misspelled one would look as if it gave a right.
pub fn permissions(texts: &[String]) -> Result<Vec<String>, Malformed> {
    let sorted = features(texts)?;
    for text in sorted.iter().filter(|text| text.starts_with(PREFIX)) {
        Authority::named(text)?;
    }
    Ok(sorted)
}

/// Judges features, and gives them sorted.
pub fn features(texts: &[String]) -> Result<Vec<String>, Malformed> {
    let of_text = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.:*-".contains(&b);
    if let Some(wrong) = texts
        .iter()
        .find(|text| !(1..=TEXT_BYTES).contains(&text.len()) || !text.bytes().all(of_text))
    {
        // Told back to whoever sent it, so not at any length.
        return Err(Malformed::Text(wrong.chars().take(TEXT_BYTES).collect()));
    }
    let sorted: BTreeSet<&String> = texts.iter().collect();
    if sorted.len() > MOST_TEXTS {
        return Err(Malformed::TooMany);
    }
    if sorted.iter().map(|text| text.len()).sum::<usize>() > TOGETHER_BYTES {
        return Err(Malformed::TooLong);
    }
    Ok(sorted.into_iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn lists_are_sorted_sets() {
        let list = texts(&["posts:write", "a", "posts:write", "*", "x.y-z_1"]);
        assert_eq!(features(&list), Ok(texts(&["*", "a", "posts:write", "x.y-z_1"])));
        assert_eq!(permissions(&[]), Ok(Vec::new()));
    }

    #[test]
    fn texts_are_small_and_plain() {
        let long = "x".repeat(TEXT_BYTES + 1);
        for wrong in [
            "",
            " ",
            "Posts",
            "posts write",
            "ü",
            "a\0",
            "a\"b",
            "<b>",
            long.as_str(),
        ] {
            let told = wrong.chars().take(TEXT_BYTES).collect();
            assert_eq!(features(&texts(&["a", wrong])), Err(Malformed::Text(told)), "{wrong:?}");
        }
        assert!(features(&texts(&[&long[1..]])).is_ok());
    }

    #[test]
    fn lists_are_bounded() {
        let numbered = |count: usize, pad: &str| (0..count).map(|n| format!("{n}{pad}")).collect::<Vec<_>>();
        assert!(features(&numbered(MOST_TEXTS, "")).is_ok());
        assert_eq!(features(&numbered(MOST_TEXTS + 1, "")), Err(Malformed::TooMany));
        assert_eq!(features(&numbered(50, &"x".repeat(90))), Err(Malformed::TooLong));
    }

    #[test]
    fn what_is_about_passgate_must_be_known() {
        assert!(permissions(&texts(&["passgate:users:read", "passgate:*", "users:anything"])).is_ok());
        for wrong in [
            "passgate:",
            "passgate:user:read",
            "passgate:users",
            "passgate:users:rea",
        ] {
            assert!(
                matches!(permissions(&texts(&[wrong])), Err(Malformed::Permission(_))),
                "{wrong}"
            );
            assert!(features(&texts(&[wrong])).is_ok(), "features are the applications' own");
        }
    }

    #[test]
    fn a_description_is_a_line() {
        assert_eq!(description("  Writes. "), Ok("Writes.".to_owned()));
        for wrong in ["a\nb", "a\0", &"x".repeat(DESCRIPTION_CHARS + 1)] {
            assert_eq!(description(wrong), Err(Malformed::Description));
        }
        assert!(name("editor").is_ok() && name("").is_err() && name("..").is_err() && name("two words").is_err());
    }
}
