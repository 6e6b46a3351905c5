//! The forms in which a stored hash is recognised. Each has its file, which reads the text, holds it to its bounds
//! (SECURITY-CASES BF-11: an import must not be able to buy a minute of a core with each sign-in) and compares a password.

use super::PasswordError;
use super::argon2::{Argon2, Memory};
use super::bcrypt::Bcrypt;
use super::firebase::Firebase;
use super::pbkdf2::Pbkdf2;
use super::scrypt::Scrypt;
use crate::model::password::Cost;

/// Why a text is no hash that could be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// None of the forms that are known.
    #[error("the form of the password hash is not known")]
    Unknown,
    /// A known form that is not written as it should be.
    #[error("the password hash is damaged")]
    Damaged,
    /// Verifying it would take too much time or memory.
    #[error("the password hash is too costly to verify")]
    TooCostly,
}

/// A stored hash that was read and is within its bounds.
pub(super) enum Form {
    Argon2(Argon2),
    Bcrypt(Bcrypt),
    Scrypt(Scrypt),
    Firebase(Firebase),
    Pbkdf2(Pbkdf2),
}

impl Form {
    pub(super) fn read(text: &str) -> Result<Self, FormError> {
        let begins = |with: &[&str]| with.iter().any(|with| text.starts_with(with));
        if begins(&["$argon2", "argon2$"]) {
            Argon2::read(text).map(Self::Argon2)
        } else if begins(&["$2a$", "$2b$", "$2y$", "bcrypt$", "bcrypt_sha256$"]) {
            Bcrypt::read(text).map(Self::Bcrypt)
        } else if begins(&["$scrypt$", "scrypt$"]) {
            Scrypt::read(text).map(Self::Scrypt)
        } else if begins(&["$firebase-scrypt$"]) {
            Firebase::read(text).map(Self::Firebase)
        } else if begins(&["$pbkdf2", "pbkdf2_"]) {
            Pbkdf2::read(text).map(Self::Pbkdf2)
        } else {
            Err(FormError::Unknown)
        }
    }

    pub(super) fn matches(&self, password: &[u8], memory: &mut Memory) -> Result<bool, PasswordError> {
        match self {
            Self::Argon2(form) => form.matches(password, memory),
            Self::Bcrypt(form) => Ok(form.matches(password)),
            Self::Scrypt(form) => Ok(form.matches(password)),
            Self::Firebase(form) => Ok(form.matches(password)),
            Self::Pbkdf2(form) => Ok(form.matches(password)),
        }
    }

    /// Whether it is what [`super::PasswordPool::hash`] would make at this cost.
    pub(super) fn is_ours(&self, cost: Cost) -> bool {
        matches!(self, Self::Argon2(form) if form.is_ours(cost))
    }

    /// What it takes of the memory that a worker keeps.
    pub(super) fn memory_kib(&self) -> u32 {
        match self {
            Self::Argon2(form) => form.cost().memory_kib,
            Self::Bcrypt(_) | Self::Scrypt(_) | Self::Firebase(_) | Self::Pbkdf2(_) => 0,
        }
    }
}

/// Judges a hash from elsewhere: whether a password could be verified by it.
///
/// # Errors
/// See [`FormError`].
pub fn check(text: &str) -> Result<(), FormError> {
    Form::read(text).map(drop)
}
