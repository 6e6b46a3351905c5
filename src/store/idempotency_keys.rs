//! `idempotency_keys`: calls that name themselves, so that one that is sent twice is done once.

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    /// Whoever comes first takes the name. A name that has ended is free.
    TAKE = "INSERT INTO idempotency_keys (key, request, created_at, expires_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (key) DO UPDATE SET request = excluded.request, answer = NULL, created_at = excluded.created_at, \
            expires_at = excluded.expires_at WHERE idempotency_keys.expires_at <= excluded.created_at";
    FIND = "SELECT request, answer FROM idempotency_keys WHERE key = $1";
    KEEP = "UPDATE idempotency_keys SET answer = $2 WHERE key = $1";
    FORGET = "DELETE FROM idempotency_keys WHERE key = $1";
}

/// A call that was named.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    /// The digest of what was asked.
    pub request: Vec<u8>,
    /// The sealed answer; `None` while there is none.
    pub answer: Option<Vec<u8>>,
}

/// Takes a name; false when somebody has it.
pub async fn take(tx: &mut Tx, key: &str, request: &[u8], now: Timestamp, end: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, TAKE, key, request, now, end)? == 1)
}

/// The call of a name.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Option<Named>, StoreError> {
    sql!(tx, optional Named, FIND, key)
}

/// Keeps the answer.
pub async fn keep(tx: &mut Tx, key: &str, answer: &[u8]) -> Result<(), StoreError> {
    sql!(tx, execute, KEEP, key, answer).map(drop)
}

/// Gives a name free.
pub async fn forget(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    sql!(tx, execute, FORGET, key).map(drop)
}
