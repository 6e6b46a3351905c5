//! Invitations to make an account.

use uuid::Uuid;

use super::Timestamp;

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Names it.
    pub id: Uuid,
    /// The address that is invited: an account with another one cannot come of it.
    pub email: String,
    /// Its folded form.
    pub email_key: String,
    /// The role that the account gets.
    pub role: String,
    /// The plan that the account gets.
    pub plan: String,
    /// Who invited: a `sub`, or `cli`.
    pub invited_by: String,
    /// When.
    pub created_at: Timestamp,
    /// From when the link is worth nothing.
    pub expires_at: Timestamp,
    /// When it became an account.
    pub consumed_at: Option<Timestamp>,
}
