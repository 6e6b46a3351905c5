//! `audit_events`: what happened, written in the transaction of what it records.

use sqlx::types::Json;

use super::{StoreError, Tx};
use crate::crypto::random;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};

statements! {
    INSERT = "INSERT INTO audit_events (id, at, kind, actor, target, address, request_id, details) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
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
        Json(&details)
    )
    .map(drop)
}
