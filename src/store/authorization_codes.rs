//! `authorization_codes`: used once, remembered a while so that a second use is recognised.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::authorization::{Authorization, CodeBinding};
use crate::model::secret::Digest;

statements! {
    INSERT = "INSERT INTO authorization_codes (id, digest, client_id, user_id, authorization_facts, binding, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CONSUME = consume_once!("authorization_codes" by "digest" returning "authorization_facts, binding");
    FIND_USED = "SELECT id FROM authorization_codes WHERE digest = $1 AND consumed_at IS NOT NULL";
    GRANTED_SINCE = "SELECT id FROM authorization_codes WHERE user_id = $1 AND client_id = $2 AND consumed_at >= $3";
    DELETE_FOR_CONSENT = "DELETE FROM authorization_codes WHERE user_id = $1 AND client_id = $2 AND consumed_at IS NULL";
    DELETE_UNUSED_FOR_USER = "DELETE FROM authorization_codes WHERE user_id = $1 AND consumed_at IS NULL";
    DELETE_FOR_CLIENT = "DELETE FROM authorization_codes WHERE client_id = $1";
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    authorization_facts: Json<Authorization>,
    binding: Json<CodeBinding>,
}

/// Stores a new code under its digest.
pub async fn insert(
    tx: &mut Tx,
    digest: &Digest,
    authorization: &Authorization,
    binding: &CodeBinding,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        authorization.grant_id,
        digest.as_bytes(),
        &authorization.client_id,
        authorization.user_id,
        Json(authorization),
        Json(binding),
        expires_at
    )
    .map(drop)
}

/// Uses a code up: of any number of callers, one gets it.
pub async fn consume(
    tx: &mut Tx,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<(Authorization, CodeBinding)>, StoreError> {
    let row = sql!(tx, optional CodeRow, CONSUME, digest.as_bytes(), now)?;
    Ok(row.map(|row| (row.authorization_facts.0, row.binding.0)))
}

/// The grant of a code that has been used before.
pub async fn find_used(tx: &mut Tx, digest: &Digest) -> Result<Option<Uuid>, StoreError> {
    sql!(tx, optional_scalar Uuid, FIND_USED, digest.as_bytes())
}

/// The grants of a person to a client whose codes were redeemed since a moment: what access tokens may still live by.
pub async fn granted_since(
    tx: &mut Tx,
    user_id: Uuid,
    client_id: &str,
    since: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    let rows = sql!(tx, all(Uuid,), GRANTED_SINCE, user_id, client_id, since)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Removes the unused codes of a person for a client, whose consent was taken back.
pub async fn delete_for_consent(tx: &mut Tx, user_id: Uuid, client_id: &str) -> Result<(), StoreError> {
    sql!(tx, execute, DELETE_FOR_CONSENT, user_id, client_id).map(drop)
}

/// Removes the unused codes of a person.
pub async fn delete_unused_for_user(tx: &mut Tx, user_id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, DELETE_UNUSED_FOR_USER, user_id).map(drop)
}

/// Removes every code of a client.
pub async fn delete_for_client(tx: &mut Tx, client_id: &str) -> Result<(), StoreError> {
    sql!(tx, execute, DELETE_FOR_CLIENT, client_id).map(drop)
}
