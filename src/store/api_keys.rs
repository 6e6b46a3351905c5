//! `api_keys`: keys of programs that administer.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::api_key::{AddressRange, ApiKey};
use crate::model::permission::Authority;
use crate::model::secret::Digest;

/// The columns that `Row` reads.
macro_rules! columns {
    () => {
        "id, name, permissions, addresses, created_by, created_at, expires_at, last_used_at, last_used_address"
    };
}

statements! {
    INSERT = "INSERT INTO api_keys (id, digest, name, permissions, addresses, created_by, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = concat!("SELECT ", columns!(), " FROM api_keys WHERE id = $1");
    FIND_LIVE = concat!("SELECT ", columns!(), " FROM api_keys WHERE digest = $1 AND (expires_at IS NULL OR expires_at > $2)");
    PAGE = concat!("SELECT ", columns!(), " FROM api_keys WHERE (created_at, id) < ($1, $2) \
                    ORDER BY created_at DESC, id DESC LIMIT $3");
    COUNT = "SELECT COUNT(*) FROM api_keys";
    USED = "UPDATE api_keys SET last_used_at = $2, last_used_address = $3 WHERE id = $1";
    DELETE = "DELETE FROM api_keys WHERE id = $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    permissions: Json<Authority>,
    addresses: Json<Vec<AddressRange>>,
    created_by: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    last_used_address: Option<String>,
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            permissions: row.permissions.0,
            addresses: row.addresses.0,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            last_used_address: row.last_used_address,
        }
    }
}

/// Stores a key under the digest of its secret.
pub async fn insert(tx: &mut Tx, key: &ApiKey, digest: &Digest) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        key.id,
        digest.as_bytes(),
        &key.name,
        Json(&key.permissions),
        Json(&key.addresses),
        &key.created_by,
        key.created_at,
        key.expires_at
    )
    .map(drop)
}

/// A key by its id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<ApiKey>, StoreError> {
    Ok(sql!(tx, optional Row, FIND, id)?.map(ApiKey::from))
}

/// The key of a secret, unless it has ended.
pub async fn find_live(tx: &mut Tx, digest: &Digest, now: Timestamp) -> Result<Option<ApiKey>, StoreError> {
    Ok(sql!(tx, optional Row, FIND_LIVE, digest.as_bytes(), now)?.map(ApiKey::from))
}

/// The keys before one, newest first.
pub async fn page(tx: &mut Tx, before: (Timestamp, Uuid), limit: i64) -> Result<Vec<ApiKey>, StoreError> {
    let rows = sql!(tx, all Row, PAGE, before.0, before.1, limit)?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT)
}

/// Notes that a key was used.
pub async fn used(tx: &mut Tx, id: Uuid, now: Timestamp, address: &str) -> Result<(), StoreError> {
    sql!(tx, execute, USED, id, now, address).map(drop)
}

/// Removes a key; false when there is none.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, DELETE, id)? == 1)
}
