//! A request of a client as it is kept for a while, so that somebody can see why it failed. Nothing in it is secret.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

/// Where the request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `/oauth2/authorize`
    Authorize,
    /// `/oauth2/token`
    Token,
    /// `/oauth2/userinfo`
    Userinfo,
    /// `/oauth2/introspect`
    Introspection,
    /// `/oauth2/revoke`
    Revocation,
    /// `/oauth2/end_session`
    EndSession,
}

impl Endpoint {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::EndSession => "end_session",
        }
    }
}

/// One check and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// The stable name of the check.
    pub check: String,
    /// Where it is demanded.
    pub section: String,
    /// Whether the request went on.
    pub passed: bool,
    /// What was found, where there is something to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What to change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// What is registered, where the request differs from that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registered: Vec<String>,
    /// What was sent, where that is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RequestTrace {
    /// Its id; with `at` the place in lists.
    pub id: Uuid,
    /// The client; empty where there is no such client.
    pub client_id: String,
    /// When it came.
    pub at: Timestamp,
    /// The stable name of the endpoint.
    pub endpoint: String,
    /// Whether it was refused.
    pub failed: bool,
    /// What became of it: `code`, `tokens`, `claims`, `active`, `inactive`, `revoked`, the page a person was sent to, or `error`.
    pub outcome: String,
    /// The error that was sent.
    pub error: String,
    /// Its description.
    pub description: String,
    /// How long it took, in microseconds.
    pub duration_micros: i64,
    /// From which address.
    pub address: String,
    /// The request, as the logs have it.
    pub request_id: String,
    /// What the program calls itself.
    pub user_agent: String,
    /// Parameters that are public, by name; of the others the names alone.
    pub parameters: std::collections::BTreeMap<String, String>,
    /// The checks, in order.
    pub checks: Vec<CheckRow>,
}
