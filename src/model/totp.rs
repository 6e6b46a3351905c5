//! Authenticator apps of people.

use uuid::Uuid;

use super::Timestamp;

/// An authenticator app that shares a secret with us.
#[derive(Clone, Debug, PartialEq)]
pub struct TotpCredential {
    /// Names it.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// What the person calls it.
    pub name: String,
    /// The secret under the master key.
    pub sealed: Vec<u8>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}
