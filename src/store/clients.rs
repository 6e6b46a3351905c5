//! `clients`: the applications.

use sqlx::types::Json;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::client::{Client, ClientMetadata, PreviousSecret};
use crate::model::secret::Digest;

statements! {
    INSERT = "INSERT INTO clients (id, secret_digest, metadata, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)";
    FIND = "SELECT id, secret_digest, previous_secret_digest, previous_secret_expires_at, metadata, disabled_at, created_at, \
            revision FROM clients WHERE id = $1";
    LIST = "SELECT id, secret_digest, previous_secret_digest, previous_secret_expires_at, metadata, disabled_at, created_at, \
            revision FROM clients \
            WHERE id > $1 ORDER BY id LIMIT $2";
    HAS_ORIGIN = "SELECT EXISTS (SELECT 1 FROM clients WHERE disabled_at IS NULL \
                  AND (metadata->>'redirect_uris' LIKE $1 OR metadata->>'redirect_uris' LIKE $2))";
    DELETE = "DELETE FROM clients WHERE id = $1";
    UPDATE = "UPDATE clients SET metadata = $2, secret_digest = $3, disabled_at = $4, revision = revision + 1, updated_at = $5, \
              previous_secret_digest = $6, previous_secret_expires_at = $7 WHERE id = $1";
    /// Changes nothing: two changes of one client that read before they write follow each other.
    HOLD = "UPDATE clients SET revision = revision WHERE id = $1";
}

#[derive(sqlx::FromRow)]
struct ClientRow {
    id: String,
    secret_digest: Option<Vec<u8>>,
    previous_secret_digest: Option<Vec<u8>>,
    previous_secret_expires_at: Option<Timestamp>,
    metadata: Json<ClientMetadata>,
    disabled_at: Option<Timestamp>,
    created_at: Timestamp,
    revision: i64,
}

impl TryFrom<ClientRow> for Client {
    type Error = StoreError;

    fn try_from(row: ClientRow) -> Result<Self, StoreError> {
        let digest = |bytes: Vec<u8>| Digest::from_slice(&bytes).ok_or(StoreError::Corrupt("client secret"));
        let secret = row.secret_digest.map(digest).transpose()?;
        let previous = row.previous_secret_digest.map(digest).transpose()?;
        Ok(Self {
            id: row.id,
            secret,
            previous_secret: previous
                .zip(row.previous_secret_expires_at)
                .map(|(digest, expires_at)| PreviousSecret { digest, expires_at }),
            metadata: row.metadata.0,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            revision: row.revision,
        })
    }
}

/// Stores a new client; [`StoreError::Conflict`] when the id is taken.
pub async fn insert(tx: &mut Tx, client: &Client) -> Result<(), StoreError> {
    let secret = client.secret.as_ref().map(Digest::as_bytes);
    sql!(
        tx,
        execute,
        INSERT,
        &client.id,
        secret,
        Json(&client.metadata),
        client.created_at
    )
    .map(drop)
}

/// A client by its id.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Client>, StoreError> {
    sql!(tx, optional ClientRow, FIND, id)?
        .map(Client::try_from)
        .transpose()
}

/// The next clients after one, by id.
pub async fn list(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Client>, StoreError> {
    sql!(tx, all ClientRow, LIST, after, limit)?
        .into_iter()
        .map(Client::try_from)
        .collect()
}

/// Locks a client until the unit ends, and gives it as it is.
pub async fn hold(tx: &mut Tx, id: &str) -> Result<Option<Client>, StoreError> {
    match sql!(tx, execute, HOLD, id)? {
        0 => Ok(None),
        _ => find(tx, id).await,
    }
}

/// Writes a client anew, at its next revision.
pub async fn update(tx: &mut Tx, client: &Client, now: Timestamp) -> Result<(), StoreError> {
    let secret = client.secret.as_ref().map(Digest::as_bytes);
    sql!(
        tx,
        execute,
        UPDATE,
        &client.id,
        Json(&client.metadata),
        secret,
        client.disabled_at,
        now,
        client
            .previous_secret
            .as_ref()
            .map(|previous| previous.digest.as_bytes()),
        client.previous_secret.map(|previous| previous.expires_at)
    )
    .map(drop)
}

/// Removes a client; false when there is none. What it holds is removed by its flow.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, DELETE, id)? == 1)
}

/// Whether any client has a redirect URI on an origin. The text has nothing in it that means something to LIKE.
pub async fn has_origin(tx: &mut Tx, origin: &str) -> Result<bool, StoreError> {
    sql!(tx, scalar bool, HAS_ORIGIN, format!("%\"{origin}/%"), format!("%\"{origin}\"%"))
}
