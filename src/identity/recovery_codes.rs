//! Recovery codes: ten for the day when the other factors are lost, each good once (NIST SP 800-63B section 3.1.2, look-up
//! secrets). They are drawn from 75 random bits, so they need no slow hash: the store keeps HMAC-SHA256 under a key of the
//! installation, bound to the person.

use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use crate::crypto::digest;
use crate::model::secret::{Digest, Secret};

/// How many a person has.
pub const COUNT: usize = 10;
/// Characters of a code, without the dashes.
const LENGTH: usize = 15;
const GROUP: usize = 5;
/// Digits and letters without those that look like another one (Crockford's base 32): five bits each.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The longest text that is looked at: white space and dashes are forgiven, novels are not.
const LONGEST_INPUT: usize = 64;

/// Random bytes for one code, one a character.
pub type Seed = [u8; LENGTH];

/// The key for digests: what `MasterKey::derive` gives for [`PURPOSE`].
pub struct RecoveryKey([u8; 32]);

/// What the key is derived for.
pub const PURPOSE: &str = "recovery codes";

impl RecoveryKey {
    /// Takes a key derived from the master key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// What the store keeps of a code of this person; `None` when the text is no code by its form.
    pub fn digest(&self, user_id: Uuid, code: &str) -> Option<Digest> {
        let normal = normalise(code)?;
        Some(digest::keyed(&self.0, &[user_id.as_bytes(), normal.as_bytes()]))
    }
}

/// The code of a seed, as people read it: `7k3md-q9x2v-fp4hj`.
pub fn code(seed: &Seed) -> Secret {
    let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (at, byte) in seed.iter().enumerate() {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(
            ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0'),
        ));
    }
    Secret::new(text)
}

/// The form in which codes are digested: what people write is forgiven where it can mean one thing only, so case, spaces,
/// dashes, full-width characters, and letters that look like digits. `None` when it is no code.
pub fn normalise(text: &str) -> Option<String> {
    if text.len() > LONGEST_INPUT * 4 {
        return None;
    }
    let normal: String = text
        .nfkc()
        .take(LONGEST_INPUT)
        .filter(|c| !c.is_whitespace() && !is_dash(*c))
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            // Not in the alphabet either, and written by hand it is a v.
            'u' => 'v',
            other => other,
        })
        .collect();
    let known = |c: char| u8::try_from(c).is_ok_and(|byte| ALPHABET.contains(&byte));
    (normal.len() == LENGTH && normal.chars().all(known)).then_some(normal)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const ADA: Uuid = Uuid::from_u128(1);
    const SEED: Seed = [7, 20, 3, 21, 13, 24, 9, 31, 2, 28, 15, 23, 4, 17, 18];

    #[test]
    fn a_code_is_read_back_however_it_was_written() {
        let key = RecoveryKey::new([7; 32]);
        let text = code(&SEED);
        assert_eq!(text.expose(), "7m3nd-r9z2w-fq4hj");
        let digest = key.digest(ADA, text.expose()).unwrap();
        for same in [
            "7M3ND-R9Z2W-FQ4HJ",
            " 7m3nd r9z2w fq4hj ",
            "7m3ndr9z2wfq4hj",
            "7m3n dr9z 2wfq 4hj",
            "７ｍ３ｎｄ－ｒ９ｚ２ｗ－ｆｑ４ｈｊ",
            "7m3nd–r9z2w—fq4hj",
            "7m3nd_r9z2w.fq4hj\n",
        ] {
            assert_eq!(key.digest(ADA, same), Some(digest), "{same}");
        }
        assert_eq!(normalise("ooooo-iiill-uuuuu").as_deref(), Some("0000011111vvvvv"));
    }

    #[test]
    fn what_is_no_code_has_no_digest() {
        let key = RecoveryKey::new([7; 32]);
        let novel = "7m3nd-".repeat(10_000);
        for bad in [
            "",
            "-----",
            "7m3nd-r9z2w-fq4h",
            "7m3nd-r9z2w-fq4hjj",
            "7m3nd-r9z2w-fq4h!",
            "7m3nd-r9z2w-fq4hé",
            &novel,
        ] {
            assert_eq!(key.digest(ADA, bad), None);
        }
    }

    #[test]
    fn a_digest_is_bound_to_the_person_and_the_key() {
        let (key, text) = (RecoveryKey::new([7; 32]), code(&SEED));
        let digest = key.digest(ADA, text.expose());
        assert_ne!(digest, key.digest(Uuid::from_u128(2), text.expose()));
        assert_ne!(digest, RecoveryKey::new([8; 32]).digest(ADA, text.expose()));
    }

    /// MF-04, and what the yardstick asks of codes that are only keyed and not slowly hashed: at least 64 bits.
    #[test]
    fn a_code_holds_75_bits() {
        assert_eq!(ALPHABET.iter().collect::<BTreeSet<_>>().len(), 32);
        assert!(!ALPHABET.iter().any(|c| b"ilou".contains(c)));
        let each: BTreeSet<String> = (0..32).map(|n| code(&[n; LENGTH]).expose().to_owned()).collect();
        assert_eq!(each.len(), 32, "five bits of every byte");
    }

    proptest! {
        #[test]
        fn every_code_is_its_own_normal_form(seed in any::<Seed>()) {
            let text = code(&seed);
            prop_assert_eq!(normalise(text.expose()), Some(text.expose().replace('-', "")));
            let again = normalise(text.expose()).and_then(|normal| normalise(&normal));
            prop_assert_eq!(again, normalise(text.expose()));
        }

        #[test]
        fn no_input_makes_it_stumble(text in ".*") {
            let normal = normalise(&text);
            prop_assert!(normal.is_none_or(|normal| normal.len() == LENGTH));
        }
    }
}
