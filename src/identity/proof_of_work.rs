//! Proof of work: what a try may be asked to cost while guessing goes on, without asking anybody else. A challenge is signed
//! and needs no row; a browser looks for a number that makes the digest of challenge and number begin with zero bits; the row
//! that makes an answer single-use is written when it is spent.

use chrono::TimeDelta;

use crate::crypto::digest;
use crate::model::Timestamp;
use crate::model::secret::Digest;

/// How long a challenge may be answered: as long as somebody takes to fill in a form. Each answer is for one try, so that
/// nothing is won by working ahead.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);

/// The hardest that is ever asked for; a phone would need a minute.
pub const HARDEST: u32 = 24;

/// The longest answer that is looked at.
const MAX_BYTES: usize = 256;

/// What an answer is good for. One purpose never stands for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A password, code or link that is compared.
    SignIn,
    /// An account that is made.
    SignUp,
    /// Mail that is sent on a stranger's word.
    Recovery,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Recovery => "recovery",
        }
    }
}

/// Why an answer is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not a challenge of ours with a number, or for another purpose.
    Invalid,
    /// The challenge is too old.
    Expired,
    /// The digest does not begin with enough zero bits.
    Unsolved,
}

/// An answer that is right. It must still be spent: whoever spends it first gets what it is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solved {
    /// Names the challenge.
    pub challenge: Digest,
    /// From when the challenge is worth nothing.
    pub expires_at: Timestamp,
}

/// Makes a challenge: `purpose.difficulty.seconds.random.seal`.
pub fn challenge(key: &[u8; 32], purpose: Purpose, difficulty: u32, random: u64, now: Timestamp) -> String {
    let body = format!("{}.{difficulty}.{}.{random:016x}", purpose.as_str(), now.timestamp());
    format!("{body}.{}", seal(key, &body))
}

/// Judges an answer, `challenge:number`.
pub fn judge(key: &[u8; 32], purpose: Purpose, answer: &str, now: Timestamp) -> Result<Solved, Refusal> {
    if answer.len() > MAX_BYTES {
        return Err(Refusal::Invalid);
    }
    let (challenge, number) = answer.split_once(':').ok_or(Refusal::Invalid)?;
    let (body, sealed) = challenge.rsplit_once('.').ok_or(Refusal::Invalid)?;
    if !digest::constant_time_eq(seal(key, body).as_bytes(), sealed.as_bytes())
        || number.is_empty()
        || !number.bytes().all(|digit| digit.is_ascii_digit())
    {
        return Err(Refusal::Invalid);
    }
    // From here on it is a text that we wrote.
    let mut parts = body.split('.');
    let mut next = || parts.next().unwrap_or_default();
    let (of, difficulty, at) = (next(), next().parse().ok(), next().parse().ok());
    let (Some(difficulty), Some(at)) = (difficulty, at.and_then(|at| Timestamp::from_timestamp(at, 0))) else {
        return Err(Refusal::Invalid);
    };
    if of != purpose.as_str() {
        return Err(Refusal::Invalid);
    }
    let expires_at = at + LIFE;
    if now >= expires_at {
        return Err(Refusal::Expired);
    }
    if zero_bits(&digest::of_text(answer)) < difficulty {
        return Err(Refusal::Unsolved);
    }
    Ok(Solved {
        challenge: digest::of_text(challenge),
        expires_at,
    })
}

fn seal(key: &[u8; 32], body: &str) -> String {
    digest::keyed(key, &[body.as_bytes()]).to_hex()
}

/// How many zero bits a digest begins with.
pub fn zero_bits(digest: &Digest) -> u32 {
    let mut bits = 0;
    for byte in digest.as_bytes() {
        bits += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> [u8; 32] {
        [7; 32]
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// What a browser does.
    fn solve(challenge: &str, difficulty: u32) -> String {
        (0_u64..)
            .map(|number| format!("{challenge}:{number}"))
            .find(|answer| zero_bits(&digest::of_text(answer)) >= difficulty)
            .unwrap()
    }

    #[test]
    fn an_answer_is_right_for_its_purpose_and_its_time() {
        let challenge = challenge(&key(), Purpose::SignIn, 8, 1, at(0));
        let answer = solve(&challenge, 8);
        let judge = |key: &[u8; 32], purpose, seconds| judge(key, purpose, &answer, at(seconds));
        let solved = judge(&key(), Purpose::SignIn, 0).unwrap();
        assert_eq!(solved.expires_at, at(0) + LIFE);
        assert_eq!(solved.challenge, digest::of_text(&challenge));
        assert!(judge(&key(), Purpose::SignIn, 599).is_ok());
        assert_eq!(judge(&key(), Purpose::SignIn, 600), Err(Refusal::Expired));
        assert_eq!(judge(&key(), Purpose::SignUp, 0), Err(Refusal::Invalid));
        assert_eq!(judge(&[8; 32], Purpose::SignIn, 0), Err(Refusal::Invalid));
    }

    #[test]
    fn what_is_not_solved_is_refused() {
        let hard = challenge(&key(), Purpose::SignIn, 40, 1, at(0));
        assert_eq!(
            judge(&key(), Purpose::SignIn, &format!("{hard}:1"), at(0)),
            Err(Refusal::Unsolved)
        );
        // An easier one cannot be made of it.
        let easy = solve(&hard.replacen(".40.", ".1.", 1), 1);
        assert_eq!(judge(&key(), Purpose::SignIn, &easy, at(0)), Err(Refusal::Invalid));
    }

    #[test]
    fn zero_bits_are_counted_across_bytes() {
        let mut bytes = [0; 32];
        assert_eq!(zero_bits(&Digest::from_bytes(bytes)), 256);
        bytes[2] = 0b0001_0000;
        assert_eq!(zero_bits(&Digest::from_bytes(bytes)), 19);
        bytes[0] = 0x80;
        assert_eq!(zero_bits(&Digest::from_bytes(bytes)), 0);
    }

    proptest! {
        #[test]
        fn nothing_that_we_did_not_sign_is_taken(answer in "[a-z_]{0,8}\\.[0-9]{0,3}\\.[0-9]{0,12}\\.[0-9a-f]{0,16}\\.[0-9a-f]{0,64}:[0-9]{0,20}") {
            prop_assert_eq!(judge(&key(), Purpose::SignIn, &answer, at(0)), Err(Refusal::Invalid));
        }

        #[test]
        fn any_text_is_judged_without_a_panic(answer in "\\PC{0,300}") {
            prop_assert!(judge(&key(), Purpose::SignIn, &answer, at(0)).is_err());
        }
    }
}
