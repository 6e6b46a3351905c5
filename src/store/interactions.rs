//! `interactions`: authorization requests that wait for a person, bound to the browser that began them.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::interaction::{Interaction, RequestParameters};
use crate::model::secret::Digest;

statements! {
    INSERT = "INSERT INTO interactions (id, digest, request, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, request, account_chosen, created_at, expires_at FROM interactions \
            WHERE id = $1 AND digest = $2 AND consumed_at IS NULL AND expires_at > $3";
    CONSUME = consume_once!("interactions" by "id" returning "id");
    CHOOSE = "UPDATE interactions SET account_chosen = TRUE \
              WHERE id = $1 AND digest = $2 AND consumed_at IS NULL AND expires_at > $3";
}

#[derive(sqlx::FromRow)]
struct InteractionRow {
    id: Uuid,
    request: Json<RequestParameters>,
    account_chosen: bool,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl From<InteractionRow> for Interaction {
    fn from(row: InteractionRow) -> Self {
        Self {
            id: row.id,
            request: row.request.0,
            account_chosen: row.account_chosen,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Stores a waiting request under the digest of the browser's cookie.
pub async fn insert(tx: &mut Tx, interaction: &Interaction, browser: &Digest) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        interaction.id,
        browser.as_bytes(),
        Json(&interaction.request),
        interaction.created_at,
        interaction.expires_at
    )
    .map(drop)
}

/// A waiting request, for the browser that began it and no other.
pub async fn find(tx: &mut Tx, id: Uuid, browser: &Digest, now: Timestamp) -> Result<Option<Interaction>, StoreError> {
    Ok(sql!(tx, optional InteractionRow, FIND, id, browser.as_bytes(), now)?.map(Interaction::from))
}

/// Uses a waiting request up: it leads to one answer.
pub async fn consume(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, optional_scalar Uuid, CONSUME, id, now)?.is_some())
}

/// Notes that the person has said with which account to go on; false when the request is gone or another browser's.
pub async fn choose(tx: &mut Tx, id: Uuid, browser: &Digest, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, CHOOSE, id, browser.as_bytes(), now)? == 1)
}
