//! `journeys`: people on the way, bound to the browser that began.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::journey::{Journey, JourneyFacts, JourneyKind};
use crate::model::secret::Digest;

statements! {
    INSERT = "INSERT INTO journeys (id, digest, kind, user_id, facts, revision, failures, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, 1, 0, $6, $7)";
    FIND = "SELECT id, kind, facts, revision, created_at, expires_at FROM journeys \
            WHERE id = $1 AND digest = $2 AND consumed_at IS NULL AND expires_at > $3";
    /// Of two changes to one state, the second finds another revision.
    UPDATE = "UPDATE journeys SET user_id = $3, facts = $4, revision = revision + 1 \
              WHERE id = $1 AND revision = $2 AND consumed_at IS NULL AND expires_at > $5";
    /// Counted before an answer is compared: many answers at once cannot slip through.
    ATTEMPT = "UPDATE journeys SET failures = failures + 1 \
               WHERE id = $1 AND failures < $2 AND consumed_at IS NULL AND expires_at > $3";
    FORGIVE = "UPDATE journeys SET failures = failures - 1 WHERE id = $1 AND failures > 0";
    CONSUME = consume_once!("journeys" by "id" returning "id");
    END_OF_USER = "DELETE FROM journeys WHERE user_id = $1";
}

#[derive(sqlx::FromRow)]
struct JourneyRow {
    id: Uuid,
    kind: String,
    facts: Json<JourneyFacts>,
    revision: i64,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// Stores a journey that has just begun.
pub async fn insert(tx: &mut Tx, journey: &Journey, browser: &Digest) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        journey.id,
        browser.as_bytes(),
        journey.kind.as_str(),
        journey.facts.user_id,
        Json(&journey.facts),
        journey.created_at,
        journey.expires_at
    )
    .map(drop)
}

/// A live journey of this browser.
pub async fn find(tx: &mut Tx, id: Uuid, browser: &Digest, now: Timestamp) -> Result<Option<Journey>, StoreError> {
    let row = sql!(tx, optional JourneyRow, FIND, id, browser.as_bytes(), now)?;
    row.map(|row| {
        Ok(Journey {
            id: row.id,
            kind: JourneyKind::parse(&row.kind).ok_or(StoreError::Corrupt("journey"))?,
            facts: row.facts.0,
            revision: row.revision,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    })
    .transpose()
}

/// Stores what is known now; false when somebody was faster, or the journey is over.
pub async fn update(tx: &mut Tx, journey: &Journey, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(
        tx,
        execute,
        UPDATE,
        journey.id,
        journey.revision,
        journey.facts.user_id,
        Json(&journey.facts),
        now
    )? == 1)
}

/// Counts an answer that is about to be compared; false when there were `most` already.
pub async fn attempt(tx: &mut Tx, id: Uuid, most: i64, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, ATTEMPT, id, most, now)? == 1)
}

/// Takes a counted answer back: it was right, or was not compared.
pub async fn forgive(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, FORGIVE, id).map(drop)
}

/// Uses a journey up; false when it was used, or too old.
pub async fn consume(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, optional_scalar Uuid, CONSUME, id, now)?.is_some())
}

/// Ends every journey of a person, after a change that must not be overtaken by what began before it.
pub async fn end_all(tx: &mut Tx, user_id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, END_OF_USER, user_id).map(drop)
}
