//! The catalogues: roles and plans, which say what may be given to people, and what somebody has by them.

use std::fmt;

use serde::Serialize;

use super::Timestamp;
use super::metadata::Metadata;

/// A role: what its holders may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    /// What the `role` claim says.
    pub name: String,
    /// For whoever gives it.
    pub description: String,
    /// Sorted. Those that begin with [`PREFIX`](super::permission::PREFIX) are about Passgate itself, the others are the
    /// applications' own.
    pub permissions: Vec<String>,
    /// Counts the changes, from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A plan: what belongs to what somebody pays for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What the `plan` claim says.
    pub name: String,
    /// For whoever gives it.
    pub description: String,
    /// Sorted; the applications' own.
    pub features: Vec<String>,
    /// Counts the changes, from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// Which catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Roles.
    Role,
    /// Plans.
    Plan,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Role => "role",
            Self::Plan => "plan",
        })
    }
}

/// What a person has by their role, their plan and their metadata: what claims may be mapped from beside the account itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entitlements {
    /// Of the role.
    pub permissions: Vec<String>,
    /// Of the plan.
    pub features: Vec<String>,
    /// Their own.
    pub metadata: Metadata,
}

/// What a role or plan may be called. It stands in paths, where dots alone mean something else (RFC 3986 section 5.2.4).
pub fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(&b))
        && text.bytes().any(|b| b != b'.')
}
