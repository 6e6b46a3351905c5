//! The one way to compare something that can be guessed: count the try and commit, compare, then clear the count or leave it.
//! What may be guessed has counters; the rule is `identity::lockout`.
//!
//! ```text
//! let throttle = Throttle::new(state, Guessed::Identifier(&key), visitor.device.cookie.as_ref());
//! unit:    match throttle::begin(tx, &throttle, account, now).await? { BlockedUntil(until) => …, Allowed(counted) => … }
//! outside: compare
//! right:   counted.clear(tx) in the unit of the effect
//! wrong:   nothing; it is counted
//! not compared at all (the pool was full): counted.forgive(state)
//! ```
//!
//! When the database does not answer nothing is compared: the way is closed, as everything else is then.

use uuid::Uuid;

use super::Fault;
use crate::crypto::digest;
use crate::identity::lockout::{self, Counter, Rule};
use crate::model::Timestamp;
use crate::model::secret::Digest;
use crate::state::State;
use crate::store::sign_in_throttles::{self, Attempt};
use crate::store::{StoreError, Tx, devices};

/// What is guessed.
#[derive(Clone, Copy, Debug)]
pub enum Guessed<'a> {
    /// The password of whoever has this folded identifier (`identity::email::key_of`), known or not.
    Identifier(&'a str),
    /// A second factor of an account, over all challenges, journeys and nodes (MF-03): the five tries that a challenge has are
    /// the challenge's own.
    SecondFactor(Uuid),
    /// The password that a signed-in person is asked for once more, before a change or a deletion (BF-07).
    CurrentPassword(Uuid),
}

/// What is guessed, and in which browser: the counters that a try may be counted among.
#[derive(Clone)]
pub struct Throttle {
    secret: [u8; 32],
    kind: &'static str,
    value: String,
    browser: Option<Digest>,
}

impl Throttle {
    /// `browser` is the digest of the device cookie, where there is one.
    pub fn new(state: &State, guessed: Guessed<'_>, browser: Option<&Digest>) -> Self {
        let (kind, value) = match guessed {
            Guessed::Identifier(key) => (IDENTIFIER, key.to_owned()),
            Guessed::SecondFactor(id) => ("second_factor", id.to_string()),
            Guessed::CurrentPassword(id) => ("current_password", id.to_string()),
        };
        Self {
            secret: state.master_key.derive("throttles"),
            kind,
            value,
            browser: browser.copied(),
        }
    }

    /// A key that says nothing of what is counted, and that nobody can hit by typing it.
    fn key(&self, kind: &str, value: &str, browser: &[u8]) -> String {
        digest::keyed(&self.secret, &[kind.as_bytes(), value.as_bytes(), browser]).to_hex()
    }

    /// The keys that a try is counted under, each with its rule.
    fn keys(&self, counter: Counter<'_>, account: Option<Uuid>) -> Vec<(String, Rule)> {
        match counter {
            Counter::Browser(digest) => vec![(
                self.key(self.kind, &self.value, digest.as_bytes()),
                lockout::blocked_until as Rule,
            )],
            Counter::Strangers => {
                let own = (self.key(self.kind, &self.value, &[]), lockout::blocked_until as Rule);
                match self.kind {
                    // An account has several names. Where there is none, something is counted all the same: it takes as long.
                    IDENTIFIER => {
                        let name = account.map_or_else(|| self.value.clone(), |id| id.to_string());
                        vec![own, (self.key("account", &name, &[]), lockout::account_blocked_until)]
                    }
                    _ => vec![own],
                }
            }
        }
    }
}

const IDENTIFIER: &str = "identifier";

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Throttle")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Whether a try may be looked at.
#[derive(Clone, Debug)]
pub enum Begun {
    /// It may, and is counted as a failure until [`Counted::clear`] says otherwise.
    Allowed(Counted),
    /// Not before this moment.
    BlockedUntil(Timestamp),
}

/// A try that is counted.
#[derive(Clone, Debug)]
pub struct Counted(Vec<String>);

/// Counts a try. The unit must have committed before the secret is compared. `account` is whose secret it is, as far as there
/// is somebody.
pub(super) async fn begin(
    tx: &mut Tx,
    throttle: &Throttle,
    account: Option<Uuid>,
    now: Timestamp,
) -> Result<Begun, StoreError> {
    // Asked of nobody's devices as well: what is typed shows in no answer, nor in how long it takes.
    let known = match &throttle.browser {
        Some(browser) => devices::is_known(tx, account.unwrap_or(Uuid::nil()), browser).await?,
        None => false,
    };
    let mut counted = Vec::new();
    for (key, rule) in throttle.keys(lockout::counter(throttle.browser.as_ref(), known), account) {
        match sign_in_throttles::begin(tx, &key, now, now - lockout::WINDOW, rule).await? {
            Attempt::Allowed => counted.push(key),
            Attempt::BlockedUntil(until) => return Ok(Begun::BlockedUntil(until)),
        }
    }
    Ok(Begun::Allowed(Counted(counted)))
}

impl Counted {
    /// Forgets the failures: the secret was right.
    pub(super) async fn clear(&self, tx: &mut Tx) -> Result<(), StoreError> {
        for key in &self.0 {
            sign_in_throttles::clear(tx, key).await?;
        }
        Ok(())
    }

    /// Takes the try back with the wait that it brought. Nothing was compared, so nothing was guessed: a flood must not lock
    /// people out who type the right password.
    pub(super) async fn forgive(self, state: &State) -> Result<(), Fault> {
        let now = state.clock.now();
        let forgiven = state.db.write(self, move |tx, counted| {
            Box::pin(async move {
                for key in &counted.0 {
                    sign_in_throttles::forgive(tx, key, now).await?;
                }
                Ok(())
            })
        });
        Ok(forgiven.await?)
    }
}

/// Forgets every failure at an identifier of an account, here and elsewhere: another secret took the place of the one that was
/// guessed at.
pub(super) async fn forget(tx: &mut Tx, throttle: &Throttle, account: Uuid) -> Result<(), StoreError> {
    let mut keys = throttle.keys(Counter::Strangers, Some(account));
    if let Some(browser) = &throttle.browser {
        keys.extend(throttle.keys(Counter::Browser(browser), Some(account)));
    }
    for (key, _) in keys {
        sign_in_throttles::clear(tx, &key).await?;
    }
    Ok(())
}

/// Seconds to wait, for `Retry-After`: never nothing, for then the answer would have been another.
pub fn wait(until: Timestamp, now: Timestamp) -> u64 {
    u64::try_from((until - now).num_seconds()).unwrap_or_default() + 1
}
