//! Digests of secrets, and comparison that takes the same time whatever it finds.

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

/// Whether two texts are the same, in constant time for texts of one length.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
