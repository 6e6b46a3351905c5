//! `outbox_mails`: mail that was promised in a transaction and has not left yet.

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    INSERT = "INSERT INTO outbox_mails (id, recipient, subject, body_text, body_html, attempts, created_at, due_at) \
              VALUES ($1, $2, $3, $4, $5, 0, $6, $6)";
    /// Claims due mails by moving their next try into the future, so that two nodes do not send one mail.
    CLAIM = "UPDATE outbox_mails SET attempts = attempts + 1, due_at = $2 WHERE id IN \
             (SELECT id FROM outbox_mails WHERE due_at <= $1 ORDER BY due_at LIMIT 20) AND due_at <= $1 \
             RETURNING id, recipient, subject, body_text, body_html, attempts";
    DUE = "SELECT COUNT(*) FROM (SELECT 1 FROM outbox_mails WHERE due_at <= $1 LIMIT 1) due";
    DELETE = "DELETE FROM outbox_mails WHERE id = $1";
    RETRY = "UPDATE outbox_mails SET due_at = $2 WHERE id = $1";
}

/// A mail that waits.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OutboxMail {
    /// Its id.
    pub id: Uuid,
    /// One address.
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

/// Claims the mails that are due; they come again at `again_at` unless they are deleted.
pub async fn claim(tx: &mut Tx, now: Timestamp, again_at: Timestamp) -> Result<Vec<OutboxMail>, StoreError> {
    sql!(tx, all OutboxMail, CLAIM, now, again_at)
}

/// The mail has left.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, DELETE, id).map(drop)
}

/// The mail could not leave; tried again at a moment.
pub async fn retry(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, RETRY, id, at).map(drop)
}
