//! `totp_credentials`: authenticator apps. One that no code has confirmed is no factor: only [`find_unconfirmed`] and
//! [`confirm`] see it.

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::totp::TotpCredential;

/// The columns that `Row` reads.
macro_rules! columns {
    () => {
        "id, user_id, name, sealed, created_at, last_used_at"
    };
}

statements! {
    FORGET_UNCONFIRMED = "DELETE FROM totp_credentials WHERE user_id = $1 AND confirmed_at IS NULL";
    INSERT = "INSERT INTO totp_credentials (id, user_id, name, sealed, last_step, created_at) \
              SELECT $1, $2, $3, $4, -1, $5 \
              WHERE (SELECT COUNT(*) FROM totp_credentials t WHERE t.user_id = $2) < $6";
    FIND_UNCONFIRMED = concat!("SELECT ", columns!(), " FROM totp_credentials \
                               WHERE id = $1 AND user_id = $2 AND confirmed_at IS NULL");
    CONFIRM = "UPDATE totp_credentials SET confirmed_at = $4, last_used_at = $4, last_step = $3 \
               WHERE id = $1 AND user_id = $2 AND confirmed_at IS NULL AND last_step < $3";
    LIST = concat!("SELECT ", columns!(), " FROM totp_credentials \
                   WHERE user_id = $1 AND confirmed_at IS NOT NULL ORDER BY created_at, id");
    SPEND = "UPDATE totp_credentials SET last_step = $3, last_used_at = $4 \
             WHERE id = $1 AND user_id = $2 AND confirmed_at IS NOT NULL AND last_step < $3";
    RENAME = "UPDATE totp_credentials SET name = $3 WHERE id = $1 AND user_id = $2 AND confirmed_at IS NOT NULL";
    REMOVE = "DELETE FROM totp_credentials WHERE id = $1 AND user_id = $2";
    REMOVE_ALL = "DELETE FROM totp_credentials WHERE user_id = $1";
}

/// How many a person may have.
pub const LIMIT: i64 = 10;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    name: String,
    sealed: Vec<u8>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl From<Row> for TotpCredential {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            name: row.name,
            sealed: row.sealed,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// Begins an app: it counts once [`confirm`] has seen a code of it. What the person had begun before is forgotten. False when
/// they have as many as they may.
pub async fn insert_unconfirmed(tx: &mut Tx, app: &TotpCredential) -> Result<bool, StoreError> {
    sql!(tx, execute, FORGET_UNCONFIRMED, app.user_id)?;
    let inserted = sql!(
        tx,
        execute,
        INSERT,
        app.id,
        app.user_id,
        &app.name,
        &app.sealed,
        app.created_at,
        LIMIT
    )?;
    Ok(inserted == 1)
}

/// An app that a person has begun.
pub async fn find_unconfirmed(tx: &mut Tx, id: Uuid, user_id: Uuid) -> Result<Option<TotpCredential>, StoreError> {
    Ok(sql!(tx, optional Row, FIND_UNCONFIRMED, id, user_id)?.map(TotpCredential::from))
}

/// Makes an app a factor, by the step of its first code, which cannot be used again. False when it is one already or gone.
pub async fn confirm(tx: &mut Tx, id: Uuid, user_id: Uuid, step: i64, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, CONFIRM, id, user_id, step, now)? == 1)
}

/// The apps of a person that are factors, oldest first.
pub async fn list(tx: &mut Tx, user_id: Uuid) -> Result<Vec<TotpCredential>, StoreError> {
    Ok(sql!(tx, all Row, LIST, user_id)?
        .into_iter()
        .map(TotpCredential::from)
        .collect())
}

/// Uses a code up (RFC 6238 section 5.2): of any number of callers with this step or an older one, one gets true.
pub async fn spend(tx: &mut Tx, id: Uuid, user_id: Uuid, step: i64, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, SPEND, id, user_id, step, now)? == 1)
}

/// Gives an app of a person another name; false when there is none.
pub async fn rename(tx: &mut Tx, id: Uuid, user_id: Uuid, name: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, RENAME, id, user_id, name)? == 1)
}

/// Removes an app of a person; false when there is none.
pub async fn remove(tx: &mut Tx, id: Uuid, user_id: Uuid) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REMOVE, id, user_id)? == 1)
}

/// Removes every app of a person, and gives their number.
pub async fn remove_all(tx: &mut Tx, user_id: Uuid) -> Result<u64, StoreError> {
    sql!(tx, execute, REMOVE_ALL, user_id)
}
