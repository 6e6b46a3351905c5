//! `users`: the people.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx, user_words};
use crate::model::Timestamp;
use crate::model::claims::StandardClaims;
use crate::model::email::Email;
use crate::model::user::User;

statements! {
    INSERT = "INSERT INTO users (id, email, email_key, email_verified, role, plan, claims, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    FIND = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1");
    FIND_BY_EMAIL = concat!("SELECT ", user_columns!(), " FROM email_addresses e JOIN users u ON u.id = e.user_id \
                            WHERE e.email_key = $1");
    PAGE = concat!("SELECT ", user_columns!(), " FROM users u WHERE (u.created_at, u.id) > ($1, $2) \
                    ORDER BY u.created_at, u.id LIMIT $3");
    SET_ROLE = "UPDATE users SET role = $2, updated_at = $3 WHERE id = $1";
    SET_PLAN = "UPDATE users SET plan = $2, updated_at = $3 WHERE id = $1";
    SET_DISABLED = "UPDATE users SET disabled_at = $2, updated_at = $3 WHERE id = $1";
    SET_EMAIL_VERIFIED = "UPDATE users SET email_verified = $3, updated_at = $4 WHERE id = $1 AND email = $2";
    SET_VERIFIED = "UPDATE users SET email_verified = $2, updated_at = $3 WHERE id = $1";
    ACCEPT_TERMS = "UPDATE users SET terms_version = $2, terms_accepted_at = $3 WHERE id = $1";
    SET_CLAIMS = "UPDATE users SET claims = $2, updated_at = $3 WHERE id = $1";
    SET_PRIMARY_EMAIL = "UPDATE users SET email = $2, email_key = $3, email_verified = $4, updated_at = $5 WHERE id = $1";
    SET_USERNAME = "UPDATE users SET username_key = $2, updated_at = $3 WHERE id = $1";
    FIND_BY_USERNAME = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.username_key = $1");
    SET_DELETION = "UPDATE users SET delete_at = $2 WHERE id = $1";
    /// Takes a scheduled deletion back, unless there is none or its day has come.
    KEEP = "UPDATE users SET delete_at = NULL WHERE id = $1 AND delete_at > $2";
    DUE_FOR_DELETION = "SELECT id FROM users WHERE delete_at IS NOT NULL AND delete_at <= $1 ORDER BY delete_at LIMIT $2";
    STANDING = "SELECT username_key, delete_at, terms_version, terms_accepted_at FROM users WHERE id = $1";
    DELETE = "DELETE FROM users WHERE id = $1";
    /// Changes nothing: two changes of one account that read before they write follow each other.
    HOLD = "UPDATE users SET updated_at = updated_at WHERE id = $1";
    COUNT_ROLE = "SELECT COUNT(*) FROM users WHERE role = $1 AND disabled_at IS NULL";
}

/// An account as the columns of `user_columns!` have it.
#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
    user_id: Uuid,
    email: String,
    email_verified: bool,
    role: String,
    plan: String,
    claims: Json<StandardClaims>,
    disabled_at: Option<Timestamp>,
    user_created_at: Timestamp,
    user_updated_at: Timestamp,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.user_id,
            email: row.email,
            email_verified: row.email_verified,
            role: row.role,
            plan: row.plan,
            claims: row.claims.0,
            disabled_at: row.disabled_at,
            created_at: row.user_created_at,
            updated_at: row.user_updated_at,
        }
    }
}

/// What an account page and a sign-in must know of an account beyond its claims.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// The folded user name.
    pub username_key: Option<String>,
    /// When the account is removed, while that can be taken back.
    pub delete_at: Option<Timestamp>,
    /// The terms that were accepted last.
    pub terms_version: Option<String>,
    /// When.
    pub terms_accepted_at: Option<Timestamp>,
}

/// Stores a new account; [`StoreError::Conflict`] when the address has one.
pub async fn insert(tx: &mut Tx, user: &User, email: &Email) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        user.id,
        email.address(),
        email.key(),
        user.email_verified,
        &user.role,
        &user.plan,
        Json(&user.claims),
        user.created_at
    )
    .map(drop)
}

/// An account by its id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<User>, StoreError> {
    Ok(sql!(tx, optional UserRow, FIND, id)?.map(User::from))
}

/// An account by the key of its address.
pub async fn find_by_email(tx: &mut Tx, email_key: &str) -> Result<Option<User>, StoreError> {
    Ok(sql!(tx, optional UserRow, FIND_BY_EMAIL, email_key)?.map(User::from))
}

/// The next accounts after one, oldest first.
pub async fn page(tx: &mut Tx, after: (Timestamp, Uuid), limit: i64) -> Result<Vec<User>, StoreError> {
    Ok(sql!(tx, all UserRow, PAGE, after.0, after.1, limit)?
        .into_iter()
        .map(User::from)
        .collect())
}

/// Gives another role; false when there is no such account.
pub async fn set_role(tx: &mut Tx, id: Uuid, role: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, SET_ROLE, id, role, now)? == 1)
}

/// Gives another plan; false when there is no such account.
pub async fn set_plan(tx: &mut Tx, id: Uuid, plan: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, SET_PLAN, id, plan, now)? == 1)
}

/// Switches an account off (with the moment) or on; false when there is no such account.
pub async fn set_disabled(
    tx: &mut Tx,
    id: Uuid,
    disabled_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, SET_DISABLED, id, disabled_at, now)? == 1)
}

/// Marks an address as verified, if the account still has it.
pub async fn set_email_verified(tx: &mut Tx, id: Uuid, email: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, SET_EMAIL_VERIFIED, id, email, true, now)? == 1)
}

/// Says whether mail is known to reach the primary address, whichever that is.
pub async fn set_verified(tx: &mut Tx, id: Uuid, verified: bool, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, SET_VERIFIED, id, verified, now).map(drop)
}

/// Notes the version of the terms that a person has accepted.
pub async fn accept_terms(tx: &mut Tx, id: Uuid, version: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, ACCEPT_TERMS, id, version, now).map(drop)
}

/// How many accounts that are not switched off have a role.
pub async fn count_role(tx: &mut Tx, role: &str) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT_ROLE, role)
}

/// What is known of an account beyond its claims; `None` when it is gone.
pub async fn standing(tx: &mut Tx, id: Uuid) -> Result<Option<Standing>, StoreError> {
    sql!(tx, optional Standing, STANDING, id)
}

/// An account by its folded user name.
pub async fn find_by_username(tx: &mut Tx, username_key: &str) -> Result<Option<User>, StoreError> {
    Ok(sql!(tx, optional UserRow, FIND_BY_USERNAME, username_key)?.map(User::from))
}

/// Gives other claims.
pub async fn set_claims(tx: &mut Tx, id: Uuid, claims: &StandardClaims, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, SET_CLAIMS, id, Json(claims), now)?;
    user_words::renew(tx, id).await
}

/// Gives another primary address, which is known to be reached by mail. Its row in `email_addresses` is the caller's.
pub async fn set_primary_email(tx: &mut Tx, id: Uuid, email: &Email, now: Timestamp) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        SET_PRIMARY_EMAIL,
        id,
        email.address(),
        email.key(),
        true,
        now
    )?;
    user_words::renew(tx, id).await
}

/// Gives another folded user name, or none; [`StoreError::Conflict`] when somebody has it.
pub async fn set_username(tx: &mut Tx, id: Uuid, username_key: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, SET_USERNAME, id, username_key, now)?;
    user_words::renew(tx, id).await
}

/// Plans the end of an account.
pub async fn set_deletion(tx: &mut Tx, id: Uuid, delete_at: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, SET_DELETION, id, delete_at).map(drop)
}

/// Takes the planned end back; false when there was none, or its moment has passed.
pub async fn keep(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, KEEP, id, now)? == 1)
}

/// The accounts whose end has come, the longest due first.
pub async fn due_for_deletion(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    sql!(tx, all_scalars Uuid, DUE_FOR_DELETION, now, limit)
}

/// Removes an account, and with it every row that refers to it.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, DELETE, id)? == 1)
}

/// Locks an account until the unit ends, so that what is read afterwards stays true.
pub async fn hold(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, HOLD, id).map(drop)
}
