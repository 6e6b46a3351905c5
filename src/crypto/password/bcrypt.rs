//! bcrypt: `$2a$`, `$2b$` and `$2y$`, which are one function for passwords without a zero byte. Django writes `bcrypt$` before
//! the same text, or `bcrypt_sha256$` where it has hashed the password with SHA-256 first.

use super::form::FormError;
use super::text::number;

const COSTS: std::ops::RangeInclusive<u32> = 4..=17;

/// A hash that was read.
pub(super) struct Bcrypt {
    text: String,
    digested_first: bool,
}

impl Bcrypt {
    pub(super) fn read(text: &str) -> Result<Self, FormError> {
        let (digested_first, text) = match text.strip_prefix("bcrypt_sha256$") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("bcrypt$").unwrap_or(text)),
        };
        // `$2b$12$` and 53 characters of its own base64: 22 of salt, 31 of hash.
        let mut parts = text.strip_prefix("$2").ok_or(FormError::Damaged)?.split('$');
        let (Some("a" | "b" | "y"), Some(cost), Some(rest), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(FormError::Damaged);
        };
        let is_own_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"./".contains(&byte);
        if cost.len() != 2 || rest.len() != 53 || !rest.bytes().all(is_own_base64) {
            return Err(FormError::Damaged);
        }
        let cost = number(cost)?;
        if cost > *COSTS.end() {
            return Err(FormError::TooCostly);
        }
        if !COSTS.contains(&cost) {
            return Err(FormError::Damaged);
        }
        Ok(Self {
            text: text.to_owned(),
            digested_first,
        })
    }

    /// What comes after 72 bytes does not count, as everywhere that bcrypt is used.
    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let verified = if self.digested_first {
            ::bcrypt::verify(super::super::digest::of_bytes(password).to_hex(), &self.text)
        } else {
            ::bcrypt::verify(password, &self.text)
        };
        verified.unwrap_or(false)
    }
}
