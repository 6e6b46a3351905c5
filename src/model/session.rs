//! Browser sessions.

use uuid::Uuid;

use super::Timestamp;

/// A signed-in browser. The cookie holds a secret; the row holds its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Also the `sid` claim of tokens.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// When the person last proved who they are (`auth_time`).
    pub authenticated_at: Timestamp,
    /// How they did (RFC 8176).
    pub amr: Vec<String>,
    /// When the session began.
    pub created_at: Timestamp,
    /// Last use, to the minutes.
    pub last_seen_at: Timestamp,
    /// Absolute end.
    pub expires_at: Timestamp,
    /// What the browser called itself.
    pub user_agent: String,
    /// Where it came from.
    pub address: String,
    /// Whether it outlives the closing of the browser.
    pub remembered: bool,
}
