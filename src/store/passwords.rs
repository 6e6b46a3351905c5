//! `password_credentials`: one password a person.

use uuid::Uuid;

use super::users::UserRow;
use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::user::User;

statements! {
    PUT = "INSERT INTO password_credentials (user_id, phc, changed_at) VALUES ($1, $2, $3) \
           ON CONFLICT (user_id) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at, \
           change_required = FALSE";
    REQUIRE_CHANGE = "UPDATE password_credentials SET change_required = TRUE WHERE user_id = $1";
    REHASH = "UPDATE password_credentials SET phc = $3 WHERE user_id = $1 AND phc = $2";
    FOR_SIGN_IN = concat!("SELECT ", user_columns!(), ", p.phc FROM email_addresses e \
                           JOIN users u ON u.id = e.user_id \
                           LEFT JOIN password_credentials p ON p.user_id = u.id WHERE e.email_key = $1");
    FIND = "SELECT phc, changed_at FROM password_credentials WHERE user_id = $1";
}

#[derive(sqlx::FromRow)]
struct SignInRow {
    #[sqlx(flatten)]
    user: UserRow,
    phc: Option<String>,
}

/// Sets the password of an account; nobody asks for another one any more.
pub async fn put(tx: &mut Tx, user_id: Uuid, phc: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, PUT, user_id, phc, now).map(drop)
}

/// Asks for another password at the next sign-in; false where there is none.
pub async fn require_change(tx: &mut Tx, user_id: Uuid) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, REQUIRE_CHANGE, user_id)? == 1)
}

/// Replaces a hash by one of the same password with the cost that is set now, unless it changed meanwhile.
pub async fn rehash(tx: &mut Tx, user_id: Uuid, old: &str, new: &str) -> Result<(), StoreError> {
    sql!(tx, execute, REHASH, user_id, old, new).map(drop)
}

/// The hash of an account's password and when it was set, if it has one.
pub async fn find(tx: &mut Tx, user_id: Uuid) -> Result<Option<(String, Timestamp)>, StoreError> {
    sql!(tx, optional(String, Timestamp), FIND, user_id)
}

/// The account of an address and its hash, if it has one.
pub async fn for_sign_in(tx: &mut Tx, email_key: &str) -> Result<Option<(User, Option<String>)>, StoreError> {
    let row = sql!(tx, optional SignInRow, FOR_SIGN_IN, email_key)?;
    Ok(row.map(|row| (row.user.into(), row.phc)))
}
