//! `factor_resets`: people who ask to do without their second factors, and wait for it.

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    /// One that waits already keeps its day: asking again neither shortens nor lengthens the wait.
    BEGIN = "INSERT INTO factor_resets AS r (user_id, requested_at, effective_at, reminded_at) VALUES ($1, $2, $3, NULL) \
             ON CONFLICT (user_id) DO UPDATE SET requested_at = $2, effective_at = $3, reminded_at = NULL, \
               cancelled_at = NULL, completed_at = NULL \
             WHERE r.cancelled_at IS NOT NULL OR r.completed_at IS NOT NULL";
    FIND = "SELECT effective_at FROM factor_resets \
            WHERE user_id = $1 AND cancelled_at IS NULL AND completed_at IS NULL";
    CANCEL = "UPDATE factor_resets SET cancelled_at = $2 \
              WHERE user_id = $1 AND cancelled_at IS NULL AND completed_at IS NULL";
    DUE = "SELECT user_id FROM factor_resets WHERE effective_at <= $1 AND cancelled_at IS NULL AND completed_at IS NULL \
           ORDER BY effective_at LIMIT $2";
    COMPLETE = "UPDATE factor_resets SET completed_at = $2 \
                WHERE user_id = $1 AND effective_at <= $2 AND cancelled_at IS NULL AND completed_at IS NULL";
    TO_REMIND = "SELECT user_id, effective_at FROM factor_resets WHERE effective_at <= $1 AND reminded_at IS NULL \
                 AND cancelled_at IS NULL AND completed_at IS NULL ORDER BY effective_at LIMIT $2";
    REMIND = "UPDATE factor_resets SET reminded_at = $2 WHERE user_id = $1 AND reminded_at IS NULL \
              AND cancelled_at IS NULL AND completed_at IS NULL";
}

/// Begins the wait; false when one is under way.
pub async fn begin(tx: &mut Tx, user_id: Uuid, now: Timestamp, effective_at: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, BEGIN, user_id, now, effective_at)? == 1)
}

/// When the wait of a person ends, if one is under way.
pub async fn find(tx: &mut Tx, user_id: Uuid) -> Result<Option<Timestamp>, StoreError> {
    sql!(tx, optional_scalar Timestamp, FIND, user_id)
}

/// Ends the wait without effect; false when there is none.
pub async fn cancel(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, CANCEL, user_id, now)? == 1)
}

/// Whose wait is over.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    sql!(tx, all_scalars Uuid, DUE, now, limit)
}

/// Notes that the factors go now; false when somebody objected meanwhile, or another node was faster.
pub async fn complete(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, COMPLETE, user_id, now)? == 1)
}

/// Whose wait ends before a moment and who has not been reminded.
pub async fn to_remind(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
    sql!(tx, all(Uuid, Timestamp), TO_REMIND, before, limit)
}

/// Notes a reminder; false when there is nothing to remind of any more.
pub async fn remind(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REMIND, user_id, now)? == 1)
}
