//! `audit_events`: what happened, written in the transaction of what it records.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::crypto::random;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};

statements! {
    INSERT = "INSERT INTO audit_events (id, at, kind, actor, target, address, request_id, details, user_agent) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ABOUT = "SELECT id, at, kind, actor, address, user_agent, details FROM audit_events \
             WHERE (target = $1 OR actor = $1 OR target = $2) AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5";
}

/// Writes an event. `details` is an object without secrets.
pub async fn record(
    tx: &mut Tx,
    kind: AuditKind,
    origin: &Origin,
    target: &str,
    details: serde_json::Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        random::uuid_at(now),
        now,
        kind.as_str(),
        &origin.actor,
        target,
        &origin.address,
        &origin.request_id,
        Json(&details),
        &origin.user_agent
    )
    .map(drop)
}

/// An event, for the person whom it concerns.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Event {
    /// Its id; with `at` the place in the order.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The stable name of its kind.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// From which address.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
    /// More.
    pub details: Json<serde_json::Value>,
}

/// The events before one that a person did, that were done to them, or to what signs in under `identifier_key`: newest first.
pub async fn about(
    tx: &mut Tx,
    subject: &str,
    identifier_key: &str,
    before: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    sql!(tx, all Event, ABOUT, subject, identifier_key, before.0, before.1, limit)
}
