//! Work that a try may be asked for: the challenge that a page carries, and the answer that is spent once.

use super::Fault;
use crate::crypto::random;
use crate::identity::proof_of_work::{self, Purpose};
use crate::state::State;
use crate::store::rate_limits::{self, Window};

/// What a page asks a browser to solve.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// The text to which a number is added.
    pub text: String,
    /// The zero bits that the digest must begin with.
    pub difficulty: u32,
}

/// Makes a challenge; nothing is stored.
pub fn challenge(state: &State, purpose: Purpose) -> Challenge {
    let difficulty = state.settings.limits.proof_of_work_bits;
    let random = u64::from_be_bytes(random::bytes());
    Challenge {
        text: proof_of_work::challenge(&key(state), purpose, difficulty, random, state.clock.now()),
        difficulty,
    }
}

/// Whether an answer is right and nobody has spent it before: it is spent now. Of several at once one gets it, on whichever
/// node.
pub async fn spend(state: &State, purpose: Purpose, answer: &str) -> Result<bool, Fault> {
    let now = state.clock.now();
    let Ok(solved) = proof_of_work::judge(&key(state), purpose, answer, now) else {
        return Ok(false);
    };
    let name = format!("work:{}", solved.challenge.to_hex());
    let spent = state.db.write_one(name, move |tx, name| {
        Box::pin(rate_limits::count(tx, name, 1, Window::Fixed, now, solved.expires_at))
    });
    Ok(spent.await?.is_none())
}

fn key(state: &State) -> [u8; 32] {
    state.master_key.derive("proof of work")
}
