//! What the text forms of hashes have in common.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose};

use super::form::FormError;

const TOLERANT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Base64 as the world writes it: with `+/`, with `-_`, or with `.` for `+` as passlib does; padded or not.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, FormError> {
    let engine = if text.contains(['-', '_']) {
        GeneralPurpose::new(&URL_SAFE, TOLERANT)
    } else {
        GeneralPurpose::new(&STANDARD, TOLERANT)
    };
    engine.decode(text.replace('.', "+")).map_err(|_| FormError::Damaged)
}

/// Base64 as we write it: standard, without padding.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    general_purpose::STANDARD_NO_PAD.encode(bytes)
}

/// A number of digits alone.
pub(super) fn number(text: &str) -> Result<u32, FormError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FormError::Damaged);
    }
    // More digits than a number holds are more than any bound.
    text.parse().map_err(|_| FormError::TooCostly)
}

/// The value of a parameter in `name=value,name=value`.
pub(super) fn parameter<'a>(list: &'a str, name: &str) -> Result<&'a str, FormError> {
    list.split(',')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
        .ok_or(FormError::Damaged)
}

/// A hash of any sensible length.
pub(super) fn output(text: &str) -> Result<Vec<u8>, FormError> {
    let bytes = base64(text)?;
    match bytes.len() {
        16..=128 => Ok(bytes),
        _ => Err(FormError::Damaged),
    }
}
