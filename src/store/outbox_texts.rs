//! `outbox_texts`: text messages that were promised in a transaction and have not left yet, and those that will not leave.

use std::time::Duration;

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;

/// What the administrator sees of a text.
macro_rules! row_columns {
    () => {
        "id, recipient, attempts, created_at, due_at, failed_at, last_error"
    };
}

statements! {
    INSERT = "INSERT INTO outbox_texts (id, recipient, body, attempts, created_at, due_at, last_error) \
              VALUES ($1, $2, $3, 0, $4, $4, '')";
    /// Claims due texts by moving their next try into the future, so that two nodes do not send one text.
    CLAIM = "UPDATE outbox_texts SET attempts = attempts + 1, due_at = $2 WHERE id IN \
             (SELECT id FROM outbox_texts WHERE due_at <= $1 AND failed_at IS NULL ORDER BY due_at LIMIT $3) \
             AND due_at <= $1 AND failed_at IS NULL RETURNING id, recipient, body, attempts";
    DUE = "SELECT COUNT(*) FROM (SELECT 1 FROM outbox_texts WHERE due_at <= $1 AND failed_at IS NULL LIMIT 1) due";
    DEPTH = "SELECT COUNT(*), COUNT(failed_at) FROM outbox_texts";
    LIST = concat!("SELECT ", row_columns!(), " FROM outbox_texts ORDER BY created_at, id LIMIT $1");
    LIST_FAILED = concat!("SELECT ", row_columns!(), " FROM outbox_texts WHERE failed_at IS NOT NULL \
                           ORDER BY created_at, id LIMIT $1");
    DELETE = "DELETE FROM outbox_texts WHERE id = $1";
    RETRY = "UPDATE outbox_texts SET due_at = $2, last_error = $3 WHERE id = $1";
    /// What it said was for one person and is of no use any more. Its next try is put off as well, so that looking for due
    /// texts does not pass over it again and again.
    FAIL = "UPDATE outbox_texts SET failed_at = $2, due_at = $3, last_error = $4, body = '' WHERE id = $1";
}

/// How long a text is kept that will not leave.
pub const KEPT: Duration = Duration::from_secs(86_400);

/// A text that waits.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxText {
    /// Its id.
    pub id: Uuid,
    /// The number.
    pub recipient: String,
    /// What it says.
    pub body: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// A text as the administrator sees it: without what it says, which is a secret.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TextRow {
    /// Its id.
    pub id: Uuid,
    /// The number.
    pub recipient: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was promised.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// Since when nobody tries any more.
    pub failed_at: Option<Timestamp>,
    /// Why the last try failed; empty before the first.
    pub last_error: String,
}

/// Texts that have not left, oldest first; `failed` are those that will not leave.
pub async fn list(tx: &mut Tx, failed: bool, limit: i64) -> Result<Vec<TextRow>, StoreError> {
    match failed {
        true => sql!(tx, all TextRow, LIST_FAILED, limit),
        false => sql!(tx, all TextRow, LIST, limit),
    }
}

/// Promises a text.
pub async fn insert(tx: &mut Tx, id: Uuid, to: &str, body: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, INSERT, id, to, body, now).map(drop)
}

/// Whether any text is due: one or none.
pub async fn next_due(tx: &mut Tx, now: Timestamp) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, DUE, now)
}

/// Claims texts that are due; they come again at `again_at` unless they are deleted.
pub async fn claim(
    tx: &mut Tx,
    now: Timestamp,
    again_at: Timestamp,
    limit: i64,
) -> Result<Vec<OutboxText>, StoreError> {
    sql!(tx, all OutboxText, CLAIM, now, again_at, limit)
}

/// The text has left.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, DELETE, id).map(drop)
}

/// The text could not leave; tried again at a moment.
pub async fn retry(tx: &mut Tx, id: Uuid, at: Timestamp, error: &str) -> Result<(), StoreError> {
    sql!(tx, execute, RETRY, id, at, error).map(drop)
}

/// The text will not leave.
pub async fn fail(tx: &mut Tx, id: Uuid, error: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, FAIL, id, now, now + KEPT, error).map(drop)
}

/// How many wait, and how many will not leave.
pub async fn depth(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    let (all, failed) = sql!(tx, one(i64, i64), DEPTH)?;
    Ok((all - failed, failed))
}
