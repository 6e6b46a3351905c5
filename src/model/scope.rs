//! OAuth scopes: RFC 6749 section 3.3.

use serde::{Deserialize, Serialize};

/// The longest scope parameter that is read, in bytes.
pub const MAX_SCOPE_BYTES: usize = 4096;

/// A set of scope tokens in the order in which they were first named. Serialises as the space-separated string of
/// RFC 6749 section 3.3.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

/// The text is no scope: a token has a character outside RFC 6749 section 3.3, or the whole is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scope is not a list of scope tokens")]
pub struct ScopeError;

impl Scope {
    /// Reads a space-separated list. Repeated tokens and surplus spaces are folded.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > MAX_SCOPE_BYTES {
            return Err(ScopeError);
        }
        let mut tokens: Vec<String> = Vec::new();
        for token in text.split(' ').filter(|t| !t.is_empty()) {
            if !token.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
                return Err(ScopeError);
            }
            if !tokens.iter().any(|known| known == token) {
                tokens.push(token.to_owned());
            }
        }
        Ok(Self(tokens))
    }

    /// The tokens, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the token is in the set.
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|known| known == token)
    }

    /// Whether no token is in the set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every token of this set is in the other.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.0.iter().all(|token| other.contains(token))
    }

    /// The tokens that the other set has too, in this set's order.
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|token| other.contains(token)).cloned().collect())
    }

    /// This set and then what only the other has.
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for token in &other.0 {
            if !all.contains(token) {
                all.0.push(token.clone());
            }
        }
        all
    }

    /// This set without one token.
    pub fn without(&self, token: &str) -> Self {
        Self(self.0.iter().filter(|known| *known != token).cloned().collect())
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_3_3_order_is_kept_and_duplicates_fold() {
        let scope = Scope::parse("openid  profile openid").unwrap();
        assert_eq!(scope.to_string(), "openid profile");
    }

    #[test]
    fn rfc6749_3_3_tokens_have_no_quotes_backslashes_or_controls() {
        for bad in ["a\"b", "a\\b", "a\tb", "a\u{7f}", "ü", "a\nb"] {
            assert_eq!(Scope::parse(bad), Err(ScopeError), "{bad:?}");
        }
    }

    #[test]
    fn a_scope_of_a_megabyte_is_refused() {
        assert!(Scope::parse(&"a ".repeat(500_000)).is_err());
    }
}
