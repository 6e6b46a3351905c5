//! An authorization request that waits for a person: the state of the journey, a row bound to the browser that began it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

/// The waiting request.
#[derive(Clone, Debug, PartialEq)]
pub struct Interaction {
    /// Names it in links and forms; worth nothing without the browser's cookie.
    pub id: Uuid,
    /// The request as it came, to be judged anew at every step.
    pub request: RequestParameters,
    /// When the request came: a sign-in that `prompt=login` asks for must be later.
    pub created_at: Timestamp,
    /// Whether the person has said with which account to go on (`prompt=select_account`).
    pub account_chosen: bool,
    /// When it is given up.
    pub expires_at: Timestamp,
}

/// The parameters of an authorization request by name, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestParameters(pub std::collections::BTreeMap<String, String>);

impl RequestParameters {
    /// The value of a parameter; an empty one counts as absent (RFC 6749 section 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
