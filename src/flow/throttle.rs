//! The one way to compare something that can be guessed: count the try and commit, compare, then clear the count or leave it.
//! What may be guessed has a counter each; the rule is `identity::lockout`.
//!
//! ```text
//! let throttle = Throttle::new(state, Guessed::Identifier(&key), counter);
//! unit:    match throttle::begin(tx, &throttle, now).await? { BlockedUntil(until) => …, Allowed => read the facts }
//! outside: compare
//! right:   throttle::clear(tx, &throttle) in the unit of the effect
//! wrong:   nothing; it is counted
//! not compared at all (the pool was full): throttle::forgive(state, &throttle)
//! ```
//!
//! When the database does not answer nothing is compared: the way is closed, as everything else is then.

use uuid::Uuid;

use super::Fault;
use crate::crypto::digest;
use crate::identity::lockout::{self, Counter, Rule};
use crate::model::Timestamp;
use crate::state::State;
pub use crate::store::sign_in_throttles::Attempt;
use crate::store::{StoreError, Tx, sign_in_throttles};

/// What is guessed.
#[derive(Clone, Copy, Debug)]
pub enum Guessed<'a> {
    /// The password of whoever has this folded identifier (`identity::email::key_of`), known or not.
    Identifier(&'a str),
    /// The password of an account under all its names. Counted beside [`Guessed::Identifier`] where an account has several.
    Account(Uuid),
    /// A second factor of an account, over all challenges, journeys and nodes (MF-03): the five tries that a challenge has are
    /// the challenge's own.
    SecondFactor(Uuid),
    /// The password that a signed-in person is asked for once more, before a change or a deletion (BF-07).
    CurrentPassword(Uuid),
}

/// A counter of tries. Its key says nothing of what is counted, and nobody can hit it by typing it.
#[derive(Clone, Debug)]
pub struct Throttle {
    key: String,
    rule: Rule,
}

impl Throttle {
    /// The counter of what is guessed, among those whom [`lockout::counter`] names.
    pub fn new(state: &State, guessed: Guessed<'_>, counter: Counter<'_>) -> Self {
        let (kind, value) = match guessed {
            Guessed::Identifier(key) => ("identifier", key.to_owned()),
            Guessed::Account(id) => ("account", id.to_string()),
            Guessed::SecondFactor(id) => ("second_factor", id.to_string()),
            Guessed::CurrentPassword(id) => ("current_password", id.to_string()),
        };
        let browser = match counter {
            Counter::Strangers => &[][..],
            Counter::Browser(digest) => digest.as_bytes(),
        };
        let parts = [kind.as_bytes(), value.as_bytes(), browser];
        let key = digest::keyed(&state.master_key.derive("throttles"), &parts).to_hex();
        let rule: Rule = match guessed {
            Guessed::Account(_) => lockout::account_blocked_until,
            Guessed::Identifier(_) | Guessed::SecondFactor(_) | Guessed::CurrentPassword(_) => lockout::blocked_until,
        };
        Self { key, rule }
    }
}

/// Counts a try. The unit must have committed before the secret is compared.
pub(super) async fn begin(tx: &mut Tx, throttle: &Throttle, now: Timestamp) -> Result<Attempt, StoreError> {
    sign_in_throttles::begin(tx, &throttle.key, now, now - lockout::WINDOW, throttle.rule).await
}

/// [`begin`] as a unit of its own, for callers that read nothing with it.
pub async fn begin_alone(state: &State, throttle: &Throttle) -> Result<Attempt, Fault> {
    let now = state.clock.now();
    let begun = state
        .db
        .write(throttle.clone(), move |tx, throttle| Box::pin(begin(tx, throttle, now)));
    Ok(begun.await?)
}

/// Forgets the failures: the secret was right, or another took its place.
pub(super) async fn clear(tx: &mut Tx, throttle: &Throttle) -> Result<(), StoreError> {
    sign_in_throttles::clear(tx, &throttle.key).await
}

/// [`clear`] as a unit of its own.
pub async fn clear_alone(state: &State, throttle: &Throttle) -> Result<(), Fault> {
    let cleared = state
        .db
        .write_one(throttle.clone(), |tx, throttle| Box::pin(clear(tx, throttle)));
    Ok(cleared.await?)
}

/// Takes one try back with the wait that it brought. Nothing was compared, so nothing was guessed: a flood must not lock
/// people out who type the right password.
pub async fn forgive(state: &State, throttle: &Throttle) -> Result<(), Fault> {
    let now = state.clock.now();
    let forgiven = state.db.write_one(throttle.clone(), move |tx, throttle| {
        Box::pin(sign_in_throttles::forgive(tx, &throttle.key, now))
    });
    Ok(forgiven.await?)
}

/// Seconds to wait, for `Retry-After`: never nothing, for then the answer would have been another.
pub fn wait(until: Timestamp, now: Timestamp) -> u64 {
    u64::try_from((until - now).num_seconds()).unwrap_or_default() + 1
}
