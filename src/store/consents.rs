//! `consents`: what people let clients have.

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::scope::Scope;

statements! {
    FIND = "SELECT scope FROM consents WHERE user_id = $1 AND client_id = $2";
    PUT = "INSERT INTO consents (user_id, client_id, scope, granted_at, updated_at) VALUES ($1, $2, $3, $4, $4) \
           ON CONFLICT (user_id, client_id) DO UPDATE SET scope = excluded.scope, updated_at = excluded.updated_at";
    LIST = "SELECT k.client_id, k.scope, k.granted_at, c.metadata->>'client_name' AS client_name \
            FROM consents k JOIN clients c ON c.id = k.client_id WHERE k.user_id = $1 ORDER BY k.granted_at LIMIT 200";
    DELETE = "DELETE FROM consents WHERE user_id = $1 AND client_id = $2";
}

/// A remembered answer, for the person who gave it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ConnectedApp {
    /// Which client.
    pub client_id: String,
    /// What people call it.
    pub client_name: String,
    /// What it may have, space-separated.
    pub scope: String,
    /// Since when.
    pub granted_at: Timestamp,
}

/// Adds a scope to what a person lets a client have.
pub async fn grant(
    tx: &mut Tx,
    user_id: Uuid,
    client_id: &str,
    scope: &Scope,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known = match sql!(tx, optional_scalar String, FIND, user_id, client_id)? {
        Some(text) => Scope::parse(&text).map_err(|_| StoreError::Corrupt("consent"))?,
        None => Scope::default(),
    };
    sql!(
        tx,
        execute,
        PUT,
        user_id,
        client_id,
        known.union(scope).to_string(),
        now
    )
    .map(drop)
}

/// What a person has let clients have.
pub async fn list(tx: &mut Tx, user_id: Uuid) -> Result<Vec<ConnectedApp>, StoreError> {
    sql!(tx, all ConnectedApp, LIST, user_id)
}

/// Takes a consent back; false when there was none.
pub async fn revoke(tx: &mut Tx, user_id: Uuid, client_id: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, DELETE, user_id, client_id)? == 1)
}
