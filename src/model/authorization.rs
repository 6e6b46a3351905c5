//! What a person granted to a client in one authorization: the facts that codes and refresh families carry.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;
use super::claims_request::ClaimsRequest;
use super::scope::Scope;

/// The facts of one grant. Tokens are built from these and from the account as it is at that moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Authorization {
    /// Identifies the grant: leads the `jti` of its access tokens, and is the id of its code and refresh family.
    pub grant_id: Uuid,
    /// To whom.
    pub client_id: String,
    /// By whom.
    pub user_id: Uuid,
    /// The session in which it happened (`sid`).
    pub session_id: Uuid,
    /// What was granted.
    pub scope: Scope,
    /// When the person had proved who they are.
    pub auth_time: Timestamp,
    /// How they did (RFC 8176).
    pub amr: Vec<String>,
    /// The assurance reached.
    pub acr: String,
    /// `nonce` of the request, echoed in the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Single claims asked for by the `claims` parameter.
    #[serde(default, skip_serializing_if = "ClaimsRequest::is_empty")]
    pub claims: ClaimsRequest,
}

/// What only the code needs to know of the request that made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeBinding {
    /// The `redirect_uri` of the authorization request, to be repeated (RFC 6749 section 4.1.3).
    pub redirect_uri: String,
    /// The S256 challenge (RFC 7636 section 4.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
}
