//! `user_metadata`: what applications and administrators keep about people.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::metadata::Metadata;

statements! {
    FIND = "SELECT metadata FROM user_metadata WHERE user_id = $1";
    PUT = "INSERT INTO user_metadata (user_id, metadata, updated_at) VALUES ($1, $2, $3) \
           ON CONFLICT (user_id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at";
}

/// The metadata of a person; empty where none was ever written.
pub async fn find(tx: &mut Tx, user_id: Uuid) -> Result<Metadata, StoreError> {
    let found = sql!(tx, optional_scalar Json<Metadata>, FIND, user_id)?;
    Ok(found.map(|metadata| metadata.0).unwrap_or_default())
}

/// Writes it.
pub async fn put(tx: &mut Tx, user_id: Uuid, metadata: &Metadata, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, PUT, user_id, Json(metadata), now).map(drop)
}
