//! `scope`: RFC 6749 section 3.3.
//!
//! At the authorization endpoint a scope that the client may not have is dropped, as section 3.3 allows, and the token
//! answer says what was granted: many client libraries ask for more than they need. At the token endpoint, where nobody
//! but the client is asking, it is an error.

use crate::model::client::Client;
use crate::model::scope::Scope;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::scopes;
use crate::protocol::trace::Finding;

/// What of the asked-for scope the client may have; without the parameter everything registered but `offline_access`.
pub fn check(parameters: &Parameters, client: &Client) -> Result<Scope, OAuthError> {
    let refuse = |why| OAuthError::new(ErrorCode::InvalidScope, why);
    let Some(asked) = parameters.get("scope") else {
        return Ok(client.metadata.scope.without(scopes::OFFLINE_ACCESS));
    };
    let asked = Scope::parse(asked).map_err(|_| refuse("scope is malformed or too long"))?;
    let granted = asked.intersection(&client.metadata.scope);
    if granted.is_empty() {
        return Err(
            refuse("this client is registered for none of the scopes asked for").explained(
                Finding::new(
                    "the client is registered for none of the scopes asked for",
                    "Ask for scopes that the client is registered for, or register it for those that it needs.",
                )
                .registered([client.metadata.scope.to_string()])
                .sent(&asked.to_string()),
            ),
        );
    }
    Ok(granted)
}

/// What to know of a scope that was granted in part.
pub fn dropped(parameters: &Parameters, client: &Client, granted: &Scope) -> Option<Finding> {
    let asked = parameters.get("scope")?;
    let missing: Vec<_> = asked
        .split(' ')
        .filter(|name| !name.is_empty() && !granted.contains(name))
        .take(20)
        .collect();
    (!missing.is_empty()).then(|| {
        Finding::new(
            format!("the client is not registered for {}: left out", missing.join(" ")),
            "Register the client for these scopes if it needs them.",
        )
        .registered([client.metadata.scope.to_string()])
        .sent(asked)
    })
}
