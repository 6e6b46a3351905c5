//! User names: another name to sign in with, shown as `preferred_username`.
//!
//! A user name never holds an `@` and never looks like a `sub`, so that no account can be reached by what names another one
//! in another way. Two names are one when they agree after NFKC, without invisible characters, in lower case: the folding of
//! [`super::email`].

use unicode_normalization::UnicodeNormalization as _;

use super::email::{fold, is_invisible};

/// The fewest and the most characters of a name.
pub const LENGTH: std::ops::RangeInclusive<usize> = 3..=32;

/// Names that would be taken for the people who run the place.
const RESERVED: [&str; 8] = [
    "admin",
    "administrator",
    "help",
    "postmaster",
    "root",
    "security",
    "support",
    "system",
];

/// A user name that [`parse`] took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    display: String,
    key: String,
}

impl Username {
    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.display
    }

    /// The folded form: two names with the same key are the same name.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Why a text is no user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Outside [`LENGTH`].
    #[error("a user name has 3 to 32 characters")]
    Length,
    /// Something else than letters, digits and `.`, `-`, `_` between them.
    #[error("a user name is letters and digits, with . - _ between them")]
    Characters,
    /// Kept for the people who run the place.
    #[error("this user name is reserved")]
    Reserved,
}

/// Reads a user name as a person types it; `None` for an empty text.
pub fn parse(text: &str) -> Result<Option<Username>, UsernameError> {
    if text.len() > 1024 {
        return Err(UsernameError::Length);
    }
    let visible: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    let display = visible.trim();
    if display.is_empty() {
        return Ok(None);
    }
    let key = fold(display);
    let fits = display
        .split(['.', '-', '_'])
        .all(|part| !part.is_empty() && part.chars().all(char::is_alphanumeric));
    // A name that is another one's spelling of a number would be read as a `sub`.
    if !fits || uuid::Uuid::parse_str(&key).is_ok() {
        return Err(UsernameError::Characters);
    }
    if !LENGTH.contains(&display.chars().count()) {
        return Err(UsernameError::Length);
    }
    if RESERVED.contains(&key.as_str()) {
        return Err(UsernameError::Reserved);
    }
    Ok(Some(Username {
        display: display.to_owned(),
        key,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        parse(text).unwrap().unwrap().key().to_owned()
    }

    #[test]
    fn bf_04_a_user_name_is_never_an_address_or_a_sub() {
        for bad in [
            "ada@example.com",
            "ada＠example.com",
            "@ada",
            "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
            "6f9619ff8b86d011b42d00cf4fc964ff",
            "a b c",
            "ada\r\nBcc",
            "<b>ada</b>",
            ".ada",
            "ada.",
            "a..da",
            "ada/..",
        ] {
            assert_eq!(parse(bad), Err(UsernameError::Characters), "{bad:?}");
        }
    }

    #[test]
    fn un_01_spellings_of_one_name() {
        for same in [
            "ada.l",
            "Ada.L",
            " ada.l ",
            "a\u{ad}da.l",
            "\u{feff}ada.l",
            "ａda.l",
            "ad\u{200b}a.l",
        ] {
            assert_eq!(key(same), "ada.l", "{same:?}");
        }
        assert_ne!(key("аda"), "ada", "a look-alike is another name");
        assert_eq!(parse(" \u{200b} "), Ok(None));
    }

    #[test]
    fn lengths_and_reserved_names() {
        assert_eq!(parse("ab"), Err(UsernameError::Length));
        assert_eq!(parse(&"a".repeat(33)), Err(UsernameError::Length));
        assert_eq!(parse("ADMIN"), Err(UsernameError::Reserved));
        assert_eq!(key("林黛玉"), "林黛玉");
    }

    proptest! {
        #[test]
        fn what_is_taken_has_no_at_and_keeps_its_key(text in "\\PC{0,12}") {
            if let Ok(Some(name)) = parse(&text) {
                prop_assert!(!name.as_str().contains('@') && !name.key().contains('@'));
                prop_assert!(super::super::email::parse(name.key()).is_err());
                if let Ok(Some(again)) = parse(name.key()) {
                    prop_assert_eq!(again.key(), name.key());
                }
            }
        }
    }
}
