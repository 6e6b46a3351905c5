//! The scrypt of Firebase Authentication: a key is derived from the password and encrypts the project's signer key; the result
//! is the hash. One text of ours holds everything that it takes:
//!
//! `$firebase-scrypt$ln=14,r=8,k=SIGNER_KEY,s=SALT_SEPARATOR$SALT$HASH`, each in standard base64 without padding.
//!
//! `ln` is what Firebase calls the memory cost, `r` its rounds. The signer key is the same for all people of a project and is
//! of no use without their passwords, so it may rest with each hash.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

use super::form::FormError;
use super::scrypt;
use super::text::{base64, number, parameter, to_base64};
use crate::crypto::digest::constant_time_eq;

/// What Firebase tells a project about its hashes, next to the export of its people.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// `base64_signer_key`.
    pub signer_key: String,
    /// `base64_salt_separator`.
    pub salt_separator: String,
    /// `rounds`.
    pub rounds: u32,
    /// `mem_cost`.
    pub mem_cost: u32,
}

impl Parameters {
    /// Writes a person's hash and salt (`passwordHash` and `salt` of the export) as one text that can be stored.
    ///
    /// # Errors
    /// See [`FormError`].
    pub fn form(&self, hash: &str, salt: &str) -> Result<String, FormError> {
        let ours = |text: &str| base64(text).map(|bytes| to_base64(&bytes));
        let text = format!(
            "$firebase-scrypt$ln={},r={},k={},s={}${}${}",
            self.mem_cost,
            self.rounds,
            ours(&self.signer_key)?,
            ours(&self.salt_separator)?,
            ours(salt)?,
            ours(hash)?,
        );
        Firebase::read(&text).map(|_| text)
    }
}

/// A hash that was read.
pub(super) struct Firebase {
    cost: ::scrypt::Params,
    signer_key: Vec<u8>,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Firebase {
    pub(super) fn read(text: &str) -> Result<Self, FormError> {
        let parts: Vec<&str> = text.split('$').collect();
        let ["", "firebase-scrypt", list, salt, hash] = parts.as_slice() else {
            return Err(FormError::Damaged);
        };
        let mut salt = base64(salt)?;
        salt.extend(base64(parameter(list, "s")?)?);
        let form = Self {
            cost: scrypt::cost(number(parameter(list, "ln")?)?, number(parameter(list, "r")?)?, 1)?,
            signer_key: base64(parameter(list, "k")?)?,
            salt,
            output: base64(hash)?,
        };
        // The hash is the signer key, encrypted byte by byte.
        match form.signer_key.len() {
            32..=128 if form.output.len() == form.signer_key.len() => Ok(form),
            _ => Err(FormError::Damaged),
        }
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        self.encrypted(password)
            .is_some_and(|encrypted| constant_time_eq(&encrypted, &self.output))
    }

    fn encrypted(&self, password: &[u8]) -> Option<Vec<u8>> {
        let mut key = [0; 32];
        ::scrypt::scrypt(password, &self.salt, &self.cost, &mut key).ok()?;
        let key = EncryptingKey::ctr(UnboundCipherKey::new(&AES_256, &key).ok()?).ok()?;
        let mut text = self.signer_key.clone();
        // Each password has a key of its own: the counter begins at nothing, as it does there.
        let start = EncryptionContext::Iv128(FixedLength::from([0; 16]));
        key.less_safe_encrypt(&mut text, start).ok()?;
        Some(text)
    }
}
