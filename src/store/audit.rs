//! `audit_events`: what happened, written in the transaction of what it records. Their chain: [`super::audit_chain`].

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::crypto::random;
use crate::model::Timestamp;
use crate::model::audit::{AuditEvent, AuditKind, Origin};

/// Events before a place, newest first: a filter that is empty lets everything through. `$lead` is the condition whose index
/// leads; the planner of PostgreSQL finds none behind an OR.
macro_rules! page {
    ($lead:literal) => {
        concat!(
            "SELECT id, at, kind, category, actor_kind, actor, target_kind, target, address, user_agent, request_id, details \
             FROM audit_events WHERE ",
            $lead,
            "($1 = '' OR kind = $1) AND ($2 = '' OR category = $2) AND ($3 = '' OR actor = $3) AND ($4 = '' OR target = $4) \
             AND at >= $5 AND at < $6 AND (at, id) < ($7, $8) ORDER BY at DESC, id DESC LIMIT $9"
        )
    };
}

statements! {
    INSERT = "INSERT INTO audit_events (id, at, kind, category, actor_kind, actor, target_kind, target, address, request_id, \
              details, user_agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    ABOUT = "SELECT id, at, kind, actor, address, user_agent, details FROM audit_events \
             WHERE (target = $1 OR actor = $1 OR target = $2) AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5";
    PAGE = page!("");
    PAGE_OF_TARGET = page!("target = $4 AND ");
    PAGE_OF_ACTOR = page!("actor = $3 AND ");
    PAGE_OF_KIND = page!("kind = $1 AND ");
}

/// Writes an event. `details` is an object without secrets; [`crate::model::audit::Changes`] makes one of what changed.
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
        kind.category().as_str(),
        origin.actor_kind.as_str(),
        &origin.actor,
        kind.target_kind(target).as_str(),
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

/// Which events are wanted; what is empty is not asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of this kind.
    pub kind: String,
    /// Of this category.
    pub category: String,
    /// Done by.
    pub actor: String,
    /// Done to.
    pub target: String,
    /// At this moment or later.
    pub from: Timestamp,
    /// Before this moment.
    pub to: Timestamp,
}

/// A row of the table.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    at: Timestamp,
    kind: String,
    category: String,
    actor_kind: String,
    actor: String,
    target_kind: String,
    target: String,
    address: String,
    user_agent: String,
    request_id: String,
    details: Json<serde_json::Value>,
}

impl From<Row> for AuditEvent {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at,
            kind: row.kind,
            category: row.category,
            actor_kind: row.actor_kind,
            actor: row.actor,
            target_kind: row.target_kind,
            target: row.target,
            address: row.address,
            user_agent: row.user_agent,
            request_id: row.request_id,
            details: row.details.0,
        }
    }
}

/// The wanted events before a place, newest first.
pub async fn page(
    tx: &mut Tx,
    wanted: &Wanted,
    before: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<AuditEvent>, StoreError> {
    let Wanted {
        kind,
        category,
        actor,
        target,
        from,
        to,
    } = wanted;
    let statement = match (target.as_str(), actor.as_str(), kind.as_str()) {
        ("", "", "") => PAGE,
        ("", "", _) => PAGE_OF_KIND,
        ("", _, _) => PAGE_OF_ACTOR,
        _ => PAGE_OF_TARGET,
    };
    let rows = sql!(tx, all Row, statement, kind, category, actor, target, *from, *to, before.0, before.1, limit)?;
    Ok(rows.into_iter().map(AuditEvent::from).collect())
}
