//! `email_addresses`: every address of every account, the primary one included. The key is its primary key: one row decides
//! whose an address is, whoever comes at the same time.

use uuid::Uuid;

use super::{StoreError, Tx, user_words};
use crate::model::Timestamp;
use crate::model::email::Email;

statements! {
    INSERT = "INSERT INTO email_addresses (email_key, user_id, email, created_at) VALUES ($1, $2, $3, $4)";
    ADD = "INSERT INTO email_addresses (email_key, user_id, email, created_at) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (email_key) DO NOTHING";
    OWNER = "SELECT user_id, email FROM email_addresses WHERE email_key = $1";
    LIST = "SELECT e.email_key, e.email, e.created_at, e.email_key = u.email_key AS is_primary, \
            e.email_key <> u.email_key OR u.email_verified AS is_verified \
            FROM email_addresses e JOIN users u ON u.id = e.user_id WHERE e.user_id = $1 ORDER BY e.created_at, e.email_key";
    REMOVE = "DELETE FROM email_addresses WHERE email_key = $2 AND user_id = $1 \
              AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = $1 AND u.email_key = $2)";
}

/// An address of an account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EmailAddress {
    /// The folded form.
    pub email_key: String,
    /// As it is shown and written to.
    pub email: String,
    /// Since when it belongs to the account.
    pub created_at: Timestamp,
    /// Whether it is the one that claims carry and mail goes to.
    pub is_primary: bool,
    /// Whether mail is known to reach it; only a primary address may wait for that.
    pub is_verified: bool,
}

/// Stores the address of a new account; [`StoreError::Conflict`] when it belongs to one.
pub async fn insert(tx: &mut Tx, user_id: Uuid, email: &Email, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, INSERT, email.key(), user_id, email.address(), now).map(drop)
}

/// Gives an account another address; false when it belongs to one already. The unit goes on.
pub async fn add(tx: &mut Tx, user_id: Uuid, email: &Email, now: Timestamp) -> Result<bool, StoreError> {
    let added = sql!(tx, execute, ADD, email.key(), user_id, email.address(), now)? == 1;
    if added {
        user_words::renew(tx, user_id).await?;
    }
    Ok(added)
}

/// Whose an address is, and how they write it.
pub async fn owner(tx: &mut Tx, email_key: &str) -> Result<Option<(Uuid, String)>, StoreError> {
    sql!(tx, optional(Uuid, String), OWNER, email_key)
}

/// The addresses of an account, oldest first.
pub async fn list(tx: &mut Tx, user_id: Uuid) -> Result<Vec<EmailAddress>, StoreError> {
    sql!(tx, all EmailAddress, LIST, user_id)
}

/// Takes an address from an account; false when it is not the account's, or its primary one.
pub async fn remove(tx: &mut Tx, user_id: Uuid, email_key: &str) -> Result<bool, StoreError> {
    let removed = sql!(tx, execute, REMOVE, user_id, email_key)? == 1;
    if removed {
        user_words::renew(tx, user_id).await?;
    }
    Ok(removed)
}
