//! `invitations`: who may make an account by a link that was mailed to them. An address has one open invitation at most.

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::invitation::Invitation;
use crate::model::secret::Digest;

/// The columns that `Row` reads.
macro_rules! columns {
    () => {
        "id, email, email_key, role, plan, invited_by, created_at, expires_at, consumed_at"
    };
}

statements! {
    /// The newest one to an address takes the place of the one that is open, in one statement: of two at once one stays.
    PUT = "INSERT INTO invitations (id, digest, email, email_key, role, plan, invited_by, created_at, expires_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (email_key) WHERE consumed_at IS NULL DO UPDATE SET \
             id = excluded.id, digest = excluded.digest, email = excluded.email, role = excluded.role, plan = excluded.plan, \
             invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at";
    FIND = concat!("SELECT ", columns!(), " FROM invitations WHERE digest = $1 AND consumed_at IS NULL AND expires_at > $2");
    FIND_BY_ID = concat!("SELECT ", columns!(), " FROM invitations WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2");
    PAGE = concat!("SELECT ", columns!(), " FROM invitations WHERE (created_at, id) < ($1, $2) \
                    ORDER BY created_at DESC, id DESC LIMIT $3");
    CONSUME = consume_once!("invitations" by "id" returning "id");
    REVOKE = "DELETE FROM invitations WHERE id = $1 AND consumed_at IS NULL";
    REVOKE_TO = "DELETE FROM invitations WHERE email_key = $1 AND consumed_at IS NULL";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    email_key: String,
    role: String,
    plan: String,
    invited_by: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    consumed_at: Option<Timestamp>,
}

impl From<Row> for Invitation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            email: row.email,
            email_key: row.email_key,
            role: row.role,
            plan: row.plan,
            invited_by: row.invited_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            consumed_at: row.consumed_at,
        }
    }
}

/// Stores an invitation under the digest of its link, in place of the open one to the same address.
pub async fn put(tx: &mut Tx, invitation: &Invitation, digest: &Digest) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        PUT,
        invitation.id,
        digest.as_bytes(),
        &invitation.email,
        &invitation.email_key,
        &invitation.role,
        &invitation.plan,
        &invitation.invited_by,
        invitation.created_at,
        invitation.expires_at
    )
    .map(drop)
}

/// The open invitation of a link. Looking changes nothing: mail scanners look too.
pub async fn find(tx: &mut Tx, digest: &Digest, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
    Ok(sql!(tx, optional Row, FIND, digest.as_bytes(), now)?.map(Invitation::from))
}

/// An open invitation by its id.
pub async fn find_by_id(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<Option<Invitation>, StoreError> {
    Ok(sql!(tx, optional Row, FIND_BY_ID, id, now)?.map(Invitation::from))
}

/// The invitations before one, newest first, whatever became of them.
pub async fn page(tx: &mut Tx, before: (Timestamp, Uuid), limit: i64) -> Result<Vec<Invitation>, StoreError> {
    Ok(sql!(tx, all Row, PAGE, before.0, before.1, limit)?
        .into_iter()
        .map(Invitation::from)
        .collect())
}

/// Uses an invitation up; of any number of callers one is told `true`.
pub async fn consume(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, optional_scalar Uuid, CONSUME, id, now)?.is_some())
}

/// Takes an open invitation back; false when there is none.
pub async fn revoke(tx: &mut Tx, id: Uuid) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REVOKE, id)? == 1)
}

/// Takes the open invitation to an address back; false when there is none.
pub async fn revoke_to(tx: &mut Tx, email_key: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REVOKE_TO, email_key)? == 1)
}
