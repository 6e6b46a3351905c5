//! Services that verify tokens.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A service, and the scopes that it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// The `aud` of tokens that are for it (RFC 9068 section 2.2).
    pub identifier: String,
    /// What people see.
    pub name: String,
    /// For administrators.
    pub description: String,
    /// What may be asked for there.
    pub scopes: Vec<ApiScope>,
    /// Counts the changes, from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A scope of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiScope {
    /// As applications ask for it.
    pub name: String,
    /// What it lets an application do, for the person who is asked.
    pub description: String,
}
