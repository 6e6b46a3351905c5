//! Codes of six digits that show that an address or a number is reached.

use aws_lc_rs::hmac;
use chrono::TimeDelta;
use uuid::Uuid;

use crate::crypto::random;
use crate::crypto::sealing::MasterKey;
use crate::model::secret::Digest;

/// How long a code works.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);
/// In which the codes that one recipient is sent, or one person asks for, are counted.
pub const WINDOW: TimeDelta = TimeDelta::hours(1);

/// Six random digits.
pub fn code() -> String {
    // Of 2^64 numbers none is visibly likelier than another.
    format!("{:06}", u64::from_be_bytes(random::bytes()) % 1_000_000)
}

/// What is stored of a code. Without the master key a stolen database does not give it away: there are only a million.
pub fn digest(master_key: &MasterKey, id: Uuid, code: &str) -> Digest {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &master_key.derive("codes for contacts"));
    let digits: String = code.chars().filter(char::is_ascii_digit).take(16).collect();
    let tag = hmac::sign(&key, format!("{id}\n{digits}").as_bytes());
    Digest::from_slice(tag.as_ref()).unwrap_or_else(unguessable)
}

/// A digest that no code has.
pub fn unguessable() -> Digest {
    Digest::from_bytes(random::bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_bound_to_its_row() {
        let (key, id) = (MasterKey::generate(), Uuid::from_u128(1));
        let code = code();
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(digest(&key, id, &code), digest(&key, id, &spaced));
        assert_ne!(digest(&key, id, &code), digest(&key, Uuid::from_u128(2), &code));
        assert_ne!(digest(&key, id, &code), digest(&MasterKey::generate(), id, &code));
    }
}
