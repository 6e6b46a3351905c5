//! `text_factors`: to which number a person is sent codes as a second factor. It counts only while it is the verified number
//! of the account ([`crate::model::account::Account::texts_to`]).

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    PUT = "INSERT INTO text_factors (user_id, number, created_at) VALUES ($1, $2, $3) \
           ON CONFLICT (user_id) DO UPDATE SET number = excluded.number, created_at = excluded.created_at, \
           last_used_at = NULL";
    FIND = "SELECT number, created_at, last_used_at FROM text_factors WHERE user_id = $1";
    NOTE_USE = "UPDATE text_factors SET last_used_at = $3 WHERE user_id = $1 AND number = $2";
    REMOVE = "DELETE FROM text_factors WHERE user_id = $1 AND number = $2";
    REMOVE_ALL = "DELETE FROM text_factors WHERE user_id = $1";
}

/// The number of a person.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TextFactor {
    /// In the form of E.164.
    pub number: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When a code that was sent to it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// Sends codes to a number from now on, in place of any other.
pub async fn put(tx: &mut Tx, user_id: Uuid, number: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, PUT, user_id, number, now).map(drop)
}

/// The number of a person, if there is one.
pub async fn find(tx: &mut Tx, user_id: Uuid) -> Result<Option<TextFactor>, StoreError> {
    sql!(tx, optional TextFactor, FIND, user_id)
}

/// Notes that a code was used that was sent to a number; false when the number is none of the person's any more.
pub async fn note_use(tx: &mut Tx, user_id: Uuid, number: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, NOTE_USE, user_id, number, now)? == 1)
}

/// Sends no more codes to a number; false when none were sent.
pub async fn remove(tx: &mut Tx, user_id: Uuid, number: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REMOVE, user_id, number)? == 1)
}

/// Sends a person no more codes; false when none were sent.
pub async fn remove_all(tx: &mut Tx, user_id: Uuid) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REMOVE_ALL, user_id)? == 1)
}
