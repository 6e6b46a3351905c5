//! Refresh token families: one row, however often the token is rotated.

use super::Timestamp;
use super::authorization::Authorization;

/// A family: the grant, and which generation of its token is the live one. Only the generation counts; the secrets are
/// derived (`crypto::refresh`), so that a dump of the database holds no token.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshFamily {
    /// The grant; its `grant_id` is the family's id.
    pub authorization: Authorization,
    /// Salt of the derivation.
    pub salt: Vec<u8>,
    /// The generation that may be used next.
    pub generation: i64,
    /// When the live generation was issued.
    pub rotated_at: Timestamp,
    /// Sliding end: a token that is not used until then dies.
    pub idle_expires_at: Timestamp,
    /// Absolute end, whatever happens.
    pub expires_at: Timestamp,
    /// Set when the family was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Whether it outlives its session (`offline_access`).
    pub offline: bool,
}
