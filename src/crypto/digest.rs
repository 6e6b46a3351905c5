//! Digests of secrets, and comparison that takes the same time whatever it finds.

use aws_lc_rs::hmac;
use subtle::ConstantTimeEq as _;

use crate::model::secret::{Digest, Secret};

/// SHA-256 of a secret: what the store keeps and looks up.
pub fn digest(secret: &Secret) -> Digest {
    of_text(secret.expose())
}

/// SHA-256 of a text that stands for a secret, such as a cookie as it came.
pub fn of_text(text: &str) -> Digest {
    of_bytes(text.as_bytes())
}

/// SHA-256 of bytes.
pub fn of_bytes(bytes: &[u8]) -> Digest {
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut bytes = [0; 32];
    bytes.copy_from_slice(sum.as_ref());
    Digest::from_bytes(bytes)
}

/// SHA-1 of a text as forty digits in upper case: by this name breached passwords are listed, and for nothing else.
pub fn sha1_hex(secret: &Secret) -> String {
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, secret.expose().as_bytes());
    sum.as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// HMAC-SHA256 (RFC 2104) of parts, for secrets that are short enough to be guessed: without the key their digest says
/// nothing. Every part goes in with its length, so that none can borrow from its neighbour.
pub fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> Digest {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.sign().as_ref());
    Digest::from_bytes(bytes)
}

/// Whether two texts are the same, in constant time for texts of one length.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyed_digest_depends_on_the_key_and_on_every_part() {
        let key = [1; 32];
        let digest = keyed(&key, &[b"ab", b"c"]);
        assert_eq!(digest, keyed(&key, &[b"ab", b"c"]));
        assert_ne!(digest, keyed(&[2; 32], &[b"ab", b"c"]));
        assert_ne!(digest, keyed(&key, &[b"a", b"bc"]));
        assert_ne!(digest, keyed(&key, &[b"abc"]));
    }
}
