//! The people.

use uuid::Uuid;

use super::Timestamp;
use super::claims::StandardClaims;

/// An account. Its `id` is the `sub` of every token (OpenID Connect Core section 2) and is never given out again.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// `sub`.
    pub id: Uuid,
    /// Address as the person wrote it, after [`crate::model::email::Email`] took it.
    pub email: String,
    /// Whether the person has shown that mail to the address reaches them.
    pub email_verified: bool,
    /// What services authorise on.
    pub role: String,
    /// What services authorise on.
    pub plan: String,
    /// Standard claims other than the e-mail ones (OpenID Connect Core section 5.1).
    pub claims: StandardClaims,
    /// Set while the account is switched off.
    pub disabled_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a claim of it last changed (`updated_at`).
    pub updated_at: Timestamp,
}

impl User {
    /// What to call the person on a page: the name, else the address.
    pub fn display_name(&self) -> &str {
        self.claims.get_str("name").unwrap_or(&self.email)
    }

    /// The `sub` claim.
    pub fn subject(&self) -> String {
        self.id.to_string()
    }
}

/// The role that may administer Passgate itself.
pub const ADMIN_ROLE: &str = "admin";
