//! `recovery_codes`: the digests of codes that work once. A digest is bound to its person by the key it is made with
//! (`identity::recovery_codes`), so it names the row alone.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::secret::Digest;

statements! {
    REMOVE_ALL = "DELETE FROM recovery_codes WHERE user_id = $1";
    INSERT = "INSERT INTO recovery_codes (digest, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    SPEND = consume_once!("recovery_codes" by "digest" returning "user_id");
    IS_UNUSED = "SELECT COUNT(*) FROM recovery_codes \
                 WHERE digest = $1 AND user_id = $2 AND consumed_at IS NULL AND expires_at > $3";
    COUNT_LEFT = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND consumed_at IS NULL AND expires_at > $2";
}

/// How long codes are good: paper that is found after that opens nothing.
const LIFETIME: TimeDelta = TimeDelta::days(3650);

/// Gives a person new codes; the old ones are void, used or not.
pub async fn replace_all(tx: &mut Tx, user_id: Uuid, digests: &[Digest], now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, REMOVE_ALL, user_id)?;
    for digest in digests {
        sql!(tx, execute, INSERT, digest.as_bytes(), user_id, now, now + LIFETIME)?;
    }
    Ok(())
}

/// Removes every code of a person, and gives their number, used ones included.
pub async fn remove_all(tx: &mut Tx, user_id: Uuid) -> Result<u64, StoreError> {
    sql!(tx, execute, REMOVE_ALL, user_id)
}

/// Whether a code of a person could be used.
pub async fn is_unused(tx: &mut Tx, user_id: Uuid, digest: &Digest, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, scalar i64, IS_UNUSED, digest.as_bytes(), user_id, now)? == 1)
}

/// Uses a code of a person up: of any number of callers, one gets true.
pub async fn spend(tx: &mut Tx, user_id: Uuid, digest: &Digest, now: Timestamp) -> Result<bool, StoreError> {
    let owner = sql!(tx, optional_scalar Uuid, SPEND, digest.as_bytes(), now)?;
    match owner {
        Some(owner) if owner != user_id => Err(StoreError::Corrupt("recovery code")),
        found => Ok(found.is_some()),
    }
}

/// How many codes a person has left.
pub async fn count_left(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT_LEFT, user_id, now)
}
