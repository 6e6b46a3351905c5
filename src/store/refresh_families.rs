//! `refresh_families`: one row a family, however often its token rotates.

use sqlx::types::Json;
use uuid::Uuid;

use super::entitlements::EntitlementRow;
use super::users::UserRow;
use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::authorization::Authorization;
use crate::model::catalogue::Entitlements;
use crate::model::refresh::RefreshFamily;
use crate::model::user::User;

/// The columns that `FamilyRow` reads.
macro_rules! family_columns {
    () => {
        "authorization_facts, salt, generation, offline, rotated_at, idle_expires_at, expires_at, revoked_at"
    };
}

/// The statement of a family in use, with further columns of the person.
macro_rules! find_in_use {
    ($($columns:expr),*) => {
        concat!("SELECT ", family_columns!(), ", ", user_columns!(), ", ", $($columns, ", ",)* "\
             EXISTS (SELECT 1 FROM sessions s WHERE s.id = f.session_id AND s.ended_at IS NULL AND s.expires_at > $2) \
             AS session_live FROM refresh_families f JOIN users u ON u.id = f.user_id WHERE f.id = $1")
    };
}

statements! {
    INSERT = "INSERT INTO refresh_families (id, client_id, user_id, session_id, authorization_facts, salt, generation, \
              offline, rotated_at, idle_expires_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIND = concat!("SELECT ", family_columns!(), " FROM refresh_families WHERE id = $1");
    FIND_IN_USE = find_in_use!();
    FIND_IN_USE_ENTITLED = find_in_use!(entitlement_columns!());
    /// Moves a family on from one generation: of any number of callers, one does.
    ADVANCE = concat!("UPDATE refresh_families SET generation = generation + 1, rotated_at = $3, idle_expires_at = $4 \
               WHERE id = $1 AND generation = $2 AND revoked_at IS NULL AND expires_at > $3 AND idle_expires_at > $3 \
               RETURNING ", family_columns!());
    REVOKE = "UPDATE refresh_families SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    REVOKE_FOR_CONSENT = "UPDATE refresh_families SET revoked_at = $3 \
                          WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL RETURNING id";
    REVOKE_FOR_USER = "UPDATE refresh_families SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL RETURNING id";
    DELETE_FOR_CLIENT = "DELETE FROM refresh_families WHERE client_id = $1";
}

#[derive(sqlx::FromRow)]
struct FamilyRow {
    authorization_facts: Json<Authorization>,
    salt: Vec<u8>,
    generation: i64,
    offline: bool,
    rotated_at: Timestamp,
    idle_expires_at: Timestamp,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct InUseRow {
    #[sqlx(flatten)]
    family: FamilyRow,
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    entitlements: EntitlementRow,
    session_live: bool,
}

/// A family with what must be known when its token is used.
#[derive(Clone, Debug)]
pub struct FamilyInUse {
    /// The family.
    pub family: RefreshFamily,
    /// The person, as they are now.
    pub user: User,
    /// What they have; nothing where it was not asked for.
    pub entitlements: Entitlements,
    /// Whether the session of the grant has not been ended, nor come to its absolute end.
    pub session_live: bool,
}

impl From<FamilyRow> for RefreshFamily {
    fn from(row: FamilyRow) -> Self {
        Self {
            authorization: row.authorization_facts.0,
            salt: row.salt,
            generation: row.generation,
            rotated_at: row.rotated_at,
            idle_expires_at: row.idle_expires_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            offline: row.offline,
        }
    }
}

/// Stores a new family.
pub async fn insert(tx: &mut Tx, family: &RefreshFamily) -> Result<(), StoreError> {
    let authorization = &family.authorization;
    sql!(
        tx,
        execute,
        INSERT,
        authorization.grant_id,
        &authorization.client_id,
        authorization.user_id,
        authorization.session_id,
        Json(authorization),
        &family.salt,
        family.generation,
        family.offline,
        family.rotated_at,
        family.idle_expires_at,
        family.expires_at
    )
    .map(drop)
}

/// A family by its id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<RefreshFamily>, StoreError> {
    Ok(sql!(tx, optional FamilyRow, FIND, id)?.map(RefreshFamily::from))
}

/// A family by its id, with its person and, where they are needed, the [`Entitlements`]; `None` when either is gone.
pub async fn find_in_use(
    tx: &mut Tx,
    id: Uuid,
    entitled: bool,
    now: Timestamp,
) -> Result<Option<FamilyInUse>, StoreError> {
    let row = match entitled {
        true => sql!(tx, optional InUseRow, FIND_IN_USE_ENTITLED, id, now)?,
        false => sql!(tx, optional InUseRow, FIND_IN_USE, id, now)?,
    };
    Ok(row.map(|row| FamilyInUse {
        family: row.family.into(),
        user: row.user.into(),
        entitlements: row.entitlements.into(),
        session_live: row.session_live,
    }))
}

/// Moves a live family on from a generation and gives it as it is now; `None` when it was not at that generation.
pub async fn advance(
    tx: &mut Tx,
    id: Uuid,
    from: i64,
    now: Timestamp,
    idle_expires_at: Timestamp,
) -> Result<Option<RefreshFamily>, StoreError> {
    Ok(sql!(tx, optional FamilyRow, ADVANCE, id, from, now, idle_expires_at)?.map(RefreshFamily::from))
}

/// Revokes a family; false when it was dead already.
pub async fn revoke(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REVOKE, id, now)? == 1)
}

/// Revokes what a client holds of a person, and names the grants.
pub async fn revoke_for_consent(
    tx: &mut Tx,
    user_id: Uuid,
    client_id: &str,
    now: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    let rows = sql!(tx, all(Uuid,), REVOKE_FOR_CONSENT, user_id, client_id, now)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Revokes everything that clients hold of a person, and names the grants.
pub async fn revoke_for_user(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<Vec<Uuid>, StoreError> {
    sql!(tx, all_scalars Uuid, REVOKE_FOR_USER, user_id, now)
}

/// Removes every family of a client.
pub async fn delete_for_client(tx: &mut Tx, client_id: &str) -> Result<(), StoreError> {
    sql!(tx, execute, DELETE_FOR_CLIENT, client_id).map(drop)
}
