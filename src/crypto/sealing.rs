//! The master key: seals what rests in the database, and is the root of derived keys.
//!
//! A sealed text is a version byte, a random salt of 32 bytes, and AES-256-GCM under a key that HKDF derives from the
//! master key and that salt: every message has a key of its own, so nonces cannot collide (RFC 5869, NIST SP 800-38D).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::random;

const VERSION: u8 = 1;
const SALT_LEN: usize = 32;

/// 32 bytes that open everything. Never printed.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

/// What can go wrong with sealed texts and keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A master key is 32 bytes in base64.
    #[error("a master key is the base64 form of 32 bytes")]
    BadKey,
    /// Sealed under another key, for another purpose, or damaged.
    #[error("sealed under another master key, for another purpose, or damaged")]
    CannotOpen,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl MasterKey {
    /// A new one.
    pub fn generate() -> Self {
        Self(random::bytes())
    }

    /// Reads the text form; white space around it is ignored.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SealError::BadKey)?;
        bytes.try_into().map(Self).map_err(|_| SealError::BadKey)
    }

    /// The text form, for its file.
    pub fn to_text(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// A key for one purpose (RFC 5869).
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        hkdf(&self.0, b"passgate", &[purpose.as_bytes()])
    }

    /// Seals a text for one purpose: it opens under the same purpose only.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let salt = random::bytes::<SALT_LEN>();
        let mut body = plain.to_vec();
        let key = self.message_key(&salt, purpose)?;
        // The key is used once: a fixed nonce is as good as any.
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key([0; 12]),
            Aad::from(purpose.as_bytes()),
            &mut body,
        )
        .map_err(|_| SealError::CannotOpen)?;
        Ok([&[VERSION][..], &salt, &body].concat())
    }

    /// Opens what [`MasterKey::seal`] made for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (salt, body) = match sealed.split_first() {
            Some((&VERSION, rest)) => rest.split_at_checked(SALT_LEN).ok_or(SealError::CannotOpen)?,
            _ => return Err(SealError::CannotOpen),
        };
        let mut body = body.to_vec();
        let key = self.message_key(salt, purpose)?;
        let plain = key
            .open_in_place(
                Nonce::assume_unique_for_key([0; 12]),
                Aad::from(purpose.as_bytes()),
                &mut body,
            )
            .map_err(|_| SealError::CannotOpen)?;
        Ok(plain.to_vec())
    }

    fn message_key(&self, salt: &[u8], purpose: &str) -> Result<LessSafeKey, SealError> {
        let key = hkdf(&self.0, salt, &[b"seal:", purpose.as_bytes()]);
        UnboundKey::new(&AES_256_GCM, &key)
            .map(LessSafeKey::new)
            .map_err(|_| SealError::BadKey)
    }
}

/// HKDF with SHA-256 to 32 bytes.
pub(super) fn hkdf(secret: &[u8], salt: &[u8], info: &[&[u8]]) -> [u8; 32] {
    let mut out = [0; 32];
    let prk = Salt::new(HKDF_SHA256, salt).extract(secret);
    #[expect(
        clippy::expect_used,
        reason = "32 bytes are far below the limit of RFC 5869 section 2.3"
    )]
    prk.expand(info, Length(32))
        .and_then(|okm| okm.fill(&mut out))
        .expect("HKDF gives 32 bytes");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_for_its_purpose_and_key_only() {
        let key = MasterKey::generate();
        let sealed = key.seal("signing key", b"private").unwrap();
        assert_eq!(key.open("signing key", &sealed).unwrap(), b"private");
        assert_eq!(key.open("other", &sealed), Err(SealError::CannotOpen));
        assert_eq!(
            MasterKey::generate().open("signing key", &sealed),
            Err(SealError::CannotOpen)
        );
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert_eq!(
                key.open("signing key", &damaged),
                Err(SealError::CannotOpen),
                "byte {at}"
            );
        }
        assert_eq!(key.open("signing key", &[]), Err(SealError::CannotOpen));
    }

    #[test]
    fn two_seals_of_one_text_differ_and_derived_keys_do_too() {
        let key = MasterKey::generate();
        assert_ne!(key.seal("a", b"x").unwrap(), key.seal("a", b"x").unwrap());
        assert_ne!(key.derive("a"), key.derive("b"));
        assert_eq!(key.derive("a"), MasterKey::parse(&key.to_text()).unwrap().derive("a"));
    }

    #[test]
    fn a_short_key_is_no_key() {
        assert!(MasterKey::parse("c2hvcnQ=").is_err());
        assert!(MasterKey::parse("").is_err());
    }
}
