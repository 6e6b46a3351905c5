//! `passkeys`: the public keys of people. The credential id is the key, so that no credential is of two persons.

use sqlx::types::Json;
use uuid::Uuid;

use super::users::UserRow;
use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::passkey::{Passkey, PasskeyCredential};
use crate::model::user::User;

/// The columns that `Row` reads.
macro_rules! columns {
    () => {
        "p.credential_id, p.user_id AS owner_id, p.name AS passkey_name, p.credential, p.sign_count, p.backed_up, \
         p.discoverable, p.created_at AS passkey_created_at, p.last_used_at"
    };
}

statements! {
    INSERT = "INSERT INTO passkeys (credential_id, user_id, name, credential, sign_count, backed_up, discoverable, created_at) \
              SELECT $1, $2, $3, $4, $5, $6, $7, $8 \
              WHERE (SELECT COUNT(*) FROM passkeys p WHERE p.user_id = $2) < $9 ON CONFLICT DO NOTHING";
    LIST = concat!("SELECT ", columns!(), " FROM passkeys p WHERE p.user_id = $1 ORDER BY p.created_at, p.credential_id");
    FIND = concat!("SELECT ", columns!(), ", ", user_columns!(), " FROM passkeys p JOIN users u ON u.id = p.user_id \
                   WHERE p.credential_id = $1");
    NOTE_USE = "UPDATE passkeys SET sign_count = $3, backed_up = $4, last_used_at = $5 \
                WHERE credential_id = $1 AND user_id = $2 AND (sign_count < $3 OR (sign_count = 0 AND $3 = 0))";
    RENAME = "UPDATE passkeys SET name = $3 WHERE credential_id = $1 AND user_id = $2";
    REMOVE = "DELETE FROM passkeys WHERE credential_id = $1 AND user_id = $2";
    REMOVE_ALL = "DELETE FROM passkeys WHERE user_id = $1";
}

/// How many a person may have.
pub const LIMIT: i64 = 20;

#[derive(sqlx::FromRow)]
struct Row {
    credential_id: Vec<u8>,
    owner_id: Uuid,
    passkey_name: String,
    credential: Json<PasskeyCredential>,
    sign_count: i64,
    backed_up: bool,
    discoverable: bool,
    passkey_created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct OwnedRow {
    #[sqlx(flatten)]
    passkey: Row,
    #[sqlx(flatten)]
    user: UserRow,
}

impl From<Row> for Passkey {
    fn from(row: Row) -> Self {
        Self {
            credential_id: row.credential_id,
            user_id: row.owner_id,
            name: row.passkey_name,
            credential: row.credential.0,
            sign_count: row.sign_count,
            backed_up: row.backed_up,
            discoverable: row.discoverable,
            created_at: row.passkey_created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// Stores a passkey. False when the credential id is taken, by whomever, or the person has as many as they may: nothing was
/// changed.
pub async fn insert(tx: &mut Tx, passkey: &Passkey) -> Result<bool, StoreError> {
    let inserted = sql!(
        tx,
        execute,
        INSERT,
        &passkey.credential_id,
        passkey.user_id,
        &passkey.name,
        Json(&passkey.credential),
        passkey.sign_count,
        passkey.backed_up,
        passkey.discoverable,
        passkey.created_at,
        LIMIT
    )?;
    Ok(inserted == 1)
}

/// The passkeys of a person, oldest first.
pub async fn list(tx: &mut Tx, user_id: Uuid) -> Result<Vec<Passkey>, StoreError> {
    Ok(sql!(tx, all Row, LIST, user_id)?
        .into_iter()
        .map(Passkey::from)
        .collect())
}

/// A passkey by its credential id, and its person, who may be switched off.
pub async fn find(tx: &mut Tx, credential_id: &[u8]) -> Result<Option<(Passkey, User)>, StoreError> {
    Ok(sql!(tx, optional OwnedRow, FIND, credential_id)?.map(|row| (row.passkey.into(), row.user.into())))
}

/// Notes a use. False when the passkey is gone, or its counter is not above the one that is stored (of two uses with one
/// count, one is a copy): then nothing was changed, and the use does not count. Authenticators that do not count stay at zero.
pub async fn note_use(
    tx: &mut Tx,
    credential_id: &[u8],
    user_id: Uuid,
    sign_count: i64,
    backed_up: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(sql!(
        tx,
        execute,
        NOTE_USE,
        credential_id,
        user_id,
        sign_count,
        backed_up,
        now
    )? == 1)
}

/// Gives a passkey of a person another name; false when there is none.
pub async fn rename(tx: &mut Tx, credential_id: &[u8], user_id: Uuid, name: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, RENAME, credential_id, user_id, name)? == 1)
}

/// Removes a passkey of a person; false when there is none.
pub async fn remove(tx: &mut Tx, credential_id: &[u8], user_id: Uuid) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REMOVE, credential_id, user_id)? == 1)
}

/// Removes every passkey of a person, and gives their number.
pub async fn remove_all(tx: &mut Tx, user_id: Uuid) -> Result<u64, StoreError> {
    sql!(tx, execute, REMOVE_ALL, user_id)
}
