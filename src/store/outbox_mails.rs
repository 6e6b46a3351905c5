//! `outbox_mails`: mail that was promised in a transaction and has not left yet, and mail that will not leave.

use std::time::Duration;

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;

/// What the administrator sees of a mail.
macro_rules! row_columns {
    () => {
        "id, recipient, subject, attempts, created_at, due_at, failed_at, last_error"
    };
}

statements! {
    INSERT = "INSERT INTO outbox_mails (id, recipient, subject, body_text, body_html, attempts, created_at, due_at) \
              VALUES ($1, $2, $3, $4, $5, 0, $6, $6)";
    /// Claims due mails by moving their next try into the future, so that two nodes do not send one mail.
    CLAIM = "UPDATE outbox_mails SET attempts = attempts + 1, due_at = $2 WHERE id IN \
             (SELECT id FROM outbox_mails WHERE due_at <= $1 AND failed_at IS NULL ORDER BY due_at LIMIT $3) \
             AND due_at <= $1 AND failed_at IS NULL \
             RETURNING id, recipient, subject, body_text, body_html, attempts";
    DUE = "SELECT COUNT(*) FROM (SELECT 1 FROM outbox_mails WHERE due_at <= $1 AND failed_at IS NULL LIMIT 1) due";
    DEPTH = "SELECT COUNT(*), COUNT(failed_at) FROM outbox_mails";
    DELETE = "DELETE FROM outbox_mails WHERE id = $1";
    RETRY = "UPDATE outbox_mails SET due_at = $2, last_error = $3 WHERE id = $1";
    /// Its next try is put off as well, so that looking for due mail does not pass over it again and again.
    FAIL = "UPDATE outbox_mails SET failed_at = $2, due_at = $3, last_error = $4 WHERE id = $1";
    REVIVE = "UPDATE outbox_mails SET attempts = 0, due_at = $2, failed_at = NULL WHERE id = $1";
    REVIVE_FAILED = "UPDATE outbox_mails SET attempts = 0, due_at = $1, failed_at = NULL WHERE failed_at IS NOT NULL";
    /// A mail to nobody is none: it only takes as much work as one.
    LIST = concat!("SELECT ", row_columns!(), " FROM outbox_mails WHERE recipient <> '' \
                    ORDER BY created_at, id LIMIT $1");
    LIST_FAILED = concat!("SELECT ", row_columns!(), " FROM outbox_mails WHERE failed_at IS NOT NULL \
                           ORDER BY created_at, id LIMIT $1");
    FAILED_TO = concat!("SELECT ", row_columns!(), " FROM outbox_mails WHERE failed_at IS NOT NULL AND recipient IN \
                         (SELECT email FROM email_addresses WHERE user_id = $1) \
                         ORDER BY created_at, id LIMIT $2");
    COUNT_REFUSED = "SELECT COUNT(*) FROM outbox_mails WHERE failed_at IS NOT NULL AND attempts < $1";
    COUNT_GIVEN_UP = "SELECT COUNT(*) FROM outbox_mails WHERE failed_at IS NOT NULL AND attempts >= $1";
    COUNT_LATE = "SELECT COUNT(*) FROM outbox_mails WHERE failed_at IS NULL AND created_at < $1";
}

/// How long a mail that will not leave is kept for the administrator.
pub const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// A mail that waits.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxMail {
    /// Its id.
    pub id: Uuid,
    /// One address; empty where it goes nowhere.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body_text: String,
    /// HTML.
    pub body_html: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// A mail as the administrator sees it: without what it says, which may be a secret.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailRow {
    /// Its id.
    pub id: Uuid,
    /// One address.
    pub recipient: String,
    /// One line.
    pub subject: String,
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

/// How the outbox stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Refused for good by the other side.
    pub refused: i64,
    /// Tried until nobody tries any more.
    pub given_up: i64,
    /// Waiting for longer than it should take.
    pub late: i64,
}

/// Promises a mail.
pub async fn insert(tx: &mut Tx, mail: &OutboxMail, now: Timestamp) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        mail.id,
        &mail.recipient,
        &mail.subject,
        &mail.body_text,
        &mail.body_html,
        now
    )
    .map(drop)
}

/// Whether any mail is due: one or none.
pub async fn next_due(tx: &mut Tx, now: Timestamp) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, DUE, now)
}

/// Claims mails that are due; they come again at `again_at` unless they are deleted.
pub async fn claim(
    tx: &mut Tx,
    now: Timestamp,
    again_at: Timestamp,
    limit: i64,
) -> Result<Vec<OutboxMail>, StoreError> {
    sql!(tx, all OutboxMail, CLAIM, now, again_at, limit)
}

/// The mail has left.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, DELETE, id).map(drop)
}

/// The mail could not leave; tried again at a moment.
pub async fn retry(tx: &mut Tx, id: Uuid, at: Timestamp, error: &str) -> Result<(), StoreError> {
    sql!(tx, execute, RETRY, id, at, error).map(drop)
}

/// The mail will not leave.
pub async fn fail(tx: &mut Tx, id: Uuid, error: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, FAIL, id, now, now + KEPT, error).map(drop)
}

/// Tries a mail anew from `now` on; false where there is none.
pub async fn revive(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REVIVE, id, now)? == 1)
}

/// Tries every mail that failed anew; gives their number.
pub async fn revive_failed(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    sql!(tx, execute, REVIVE_FAILED, now)
}

/// Mails in the outbox, oldest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    sql!(tx, all MailRow, LIST, limit)
}

/// Mails that will not leave, oldest first.
pub async fn list_failed(tx: &mut Tx, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    sql!(tx, all MailRow, LIST_FAILED, limit)
}

/// Mails to any address of a person that will not leave, oldest first.
pub async fn failed_to(tx: &mut Tx, user_id: Uuid, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    sql!(tx, all MailRow, FAILED_TO, user_id, limit)
}

/// How the outbox stands: `most_tries` tells those that were given up, and what was promised before `late` is late.
pub async fn counts(tx: &mut Tx, most_tries: i64, late: Timestamp) -> Result<Counts, StoreError> {
    Ok(Counts {
        refused: sql!(tx, scalar i64, COUNT_REFUSED, most_tries)?,
        given_up: sql!(tx, scalar i64, COUNT_GIVEN_UP, most_tries)?,
        late: sql!(tx, scalar i64, COUNT_LATE, late)?,
    })
}

/// How many wait, and how many will not leave.
pub async fn depth(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    let (all, failed) = sql!(tx, one(i64, i64), DEPTH)?;
    Ok((all - failed, failed))
}
