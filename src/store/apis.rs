//! `apis`: services that verify tokens.

use sqlx::types::Json;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::api::{Api, ApiScope};

/// The columns that `Row` reads.
macro_rules! columns {
    () => {
        "identifier, name, description, scopes, revision, created_at, updated_at"
    };
}

statements! {
    INSERT = "INSERT INTO apis (identifier, name, description, scopes, revision, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, 1, $5, $5)";
    LIST = concat!("SELECT ", columns!(), " FROM apis ORDER BY identifier");
    FIND = concat!("SELECT ", columns!(), " FROM apis WHERE identifier = $1");
    UPDATE = "UPDATE apis SET name = $2, description = $3, scopes = $4, revision = revision + 1, updated_at = $5 \
              WHERE identifier = $1";
    DELETE = "DELETE FROM apis WHERE identifier = $1";
    /// Changes nothing: two changes that judge the scopes of all follow each other.
    HOLD = "UPDATE apis SET revision = revision";
}

#[derive(sqlx::FromRow)]
struct Row {
    identifier: String,
    name: String,
    description: String,
    scopes: Json<Vec<ApiScope>>,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for Api {
    fn from(row: Row) -> Self {
        Self {
            identifier: row.identifier,
            name: row.name,
            description: row.description,
            scopes: row.scopes.0,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Stores a new one; [`StoreError::Conflict`] when there is one of that identifier.
pub async fn insert(tx: &mut Tx, api: &Api) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        &api.identifier,
        &api.name,
        &api.description,
        Json(&api.scopes),
        api.created_at
    )
    .map(drop)
}

/// Every one, by identifier.
pub async fn list(tx: &mut Tx) -> Result<Vec<Api>, StoreError> {
    Ok(sql!(tx, all Row, LIST)?.into_iter().map(Api::from).collect())
}

/// One.
pub async fn find(tx: &mut Tx, identifier: &str) -> Result<Option<Api>, StoreError> {
    Ok(sql!(tx, optional Row, FIND, identifier)?.map(Api::from))
}

/// Locks all of them until the unit ends, so that what is read afterwards stays true.
pub async fn hold(tx: &mut Tx) -> Result<(), StoreError> {
    sql!(tx, execute, HOLD).map(drop)
}

/// Writes one anew, at its next revision.
pub async fn update(tx: &mut Tx, api: &Api, now: Timestamp) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        UPDATE,
        &api.identifier,
        &api.name,
        &api.description,
        Json(&api.scopes),
        now
    )
    .map(drop)
}

/// Removes one; false when there is none.
pub async fn delete(tx: &mut Tx, identifier: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, DELETE, identifier)? == 1)
}
