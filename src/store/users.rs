//! `users`: the people.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::claims::StandardClaims;
use crate::model::email::Email;
use crate::model::user::User;

statements! {
    INSERT = "INSERT INTO users (id, email, email_key, email_verified, role, plan, claims, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    FIND = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1");
    FIND_BY_EMAIL = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.email_key = $1");
    PAGE = concat!("SELECT ", user_columns!(), " FROM users u WHERE (u.created_at, u.id) > ($1, $2) \
                    ORDER BY u.created_at, u.id LIMIT $3");
    /// One row decides whose an address is, whether it is the primary one or another.
    INSERT_ADDRESS = "INSERT INTO email_addresses (email_key, user_id, email, created_at) VALUES ($1, $2, $3, $4)";
    SET_ROLE = "UPDATE users SET role = $2, updated_at = $3 WHERE id = $1";
    SET_PLAN = "UPDATE users SET plan = $2, updated_at = $3 WHERE id = $1";
    SET_DISABLED = "UPDATE users SET disabled_at = $2, updated_at = $3 WHERE id = $1";
    SET_EMAIL_VERIFIED = "UPDATE users SET email_verified = $3, updated_at = $4 WHERE id = $1 AND email = $2";
    ACCEPT_TERMS = "UPDATE users SET terms_version = $2, terms_accepted_at = $3 WHERE id = $1";
    SET_DELETE_AT = "UPDATE users SET delete_at = $2, updated_at = $3 WHERE id = $1";
    /// Changes nothing: whoever would take the role away from one of its holders waits for whoever does.
    HOLD_ROLE = "UPDATE users SET updated_at = updated_at WHERE role = $1 AND disabled_at IS NULL";
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
    )?;
    sql!(
        tx,
        execute,
        INSERT_ADDRESS,
        email.key(),
        user.id,
        email.address(),
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

/// Notes the version of the terms that a person has accepted.
pub async fn accept_terms(tx: &mut Tx, id: Uuid, version: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, ACCEPT_TERMS, id, version, now).map(drop)
}

/// Sets when an account goes; `None` keeps it.
pub async fn set_delete_at(
    tx: &mut Tx,
    id: Uuid,
    delete_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql!(tx, execute, SET_DELETE_AT, id, delete_at, now).map(drop)
}

/// How many accounts that are not switched off have a role.
pub async fn count_role(tx: &mut Tx, role: &str) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT_ROLE, role)
}

/// Locks the enabled accounts with a role until the unit ends, so that what is counted afterwards stays true.
pub async fn hold_role(tx: &mut Tx, role: &str) -> Result<(), StoreError> {
    sql!(tx, execute, HOLD_ROLE, role).map(drop)
}
