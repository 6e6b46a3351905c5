//! `sign_in_throttles`: failures by identifier, counted before a secret is compared.

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    /// Counts and locks the row in one statement, unless the identifier must wait: many tries at once queue up here.
    COUNT = "INSERT INTO sign_in_throttles AS t (identifier_key, failures, last_failure_at, blocked_until) \
             VALUES ($1, 1, $2, $2) \
             ON CONFLICT (identifier_key) DO UPDATE SET \
               failures = CASE WHEN t.last_failure_at > $3 THEN t.failures + 1 ELSE 1 END, \
               last_failure_at = $2 \
             WHERE t.blocked_until <= $2 RETURNING failures";
    BLOCK = "UPDATE sign_in_throttles SET blocked_until = $2 WHERE identifier_key = $1";
    BLOCKED_UNTIL = "SELECT blocked_until FROM sign_in_throttles WHERE identifier_key = $1";
    FORGIVE = "UPDATE sign_in_throttles SET failures = failures - 1, blocked_until = $2 \
               WHERE identifier_key = $1 AND failures > 0";
    CLEAR = "DELETE FROM sign_in_throttles WHERE identifier_key = $1";
}

/// Whether a try may be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It may, and is counted as a failure until [`clear`] says otherwise.
    Allowed,
    /// Not before this moment.
    BlockedUntil(Timestamp),
}

/// Counts a try. To be committed before the secret is compared. Failures from before `window_start` do not count;
/// `blocked_until` is the rule that says how long the next try must wait.
pub async fn begin(
    tx: &mut Tx,
    key: &str,
    now: Timestamp,
    window_start: Timestamp,
    blocked_until: fn(i64, Timestamp) -> Timestamp,
) -> Result<Attempt, StoreError> {
    match sql!(tx, optional_scalar i64, COUNT, key, now, window_start)? {
        Some(count) => {
            let until = blocked_until(count, now);
            if until > now {
                sql!(tx, execute, BLOCK, key, until)?;
            }
            Ok(Attempt::Allowed)
        }
        None => {
            let until = sql!(tx, optional_scalar Timestamp, BLOCKED_UNTIL, key)?;
            Ok(Attempt::BlockedUntil(until.unwrap_or(now)))
        }
    }
}

/// Forgets the failures of an identifier: the secret was right.
pub async fn clear(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    sql!(tx, execute, CLEAR, key).map(drop)
}

/// Takes one try back with the wait that it brought: its secret was not compared.
pub async fn forgive(tx: &mut Tx, key: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, FORGIVE, key, now).map(drop)
}
