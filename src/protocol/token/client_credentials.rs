//! The client credentials grant: RFC 6749 section 4.4.

use crate::model::client::Client;
use crate::model::scope::Scope;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::scopes;
use crate::protocol::trace::Finding;

/// The scope of the token: what was asked for, or everything that the client is registered for. Scopes that speak of a
/// person are no business of a client on its own: asked for they are refused.
pub fn scope(asked: Option<&Scope>, client: &Client) -> Result<Scope, OAuthError> {
    let refuse = |why: &'static str| {
        let sent = asked.map(ToString::to_string).unwrap_or_default();
        Err(OAuthError::new(ErrorCode::InvalidScope, why).explained(
            Finding::new(
                why,
                "Ask for scopes that the client is registered for, or register it for those that it needs.",
            )
            .registered([client.metadata.scope.to_string()])
            .sent(&sent),
        ))
    };
    if client.is_public() {
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "a public client has no credentials",
        ));
    }
    let own = scopes::STANDARD
        .iter()
        .fold(client.metadata.scope.clone(), |scope, standard| scope.without(standard));
    match asked {
        None => Ok(own),
        Some(asked) if asked.is_subset_of(&own) => Ok(asked.clone()),
        Some(asked) if scopes::STANDARD.iter().any(|standard| asked.contains(standard)) => {
            refuse("openid and the scopes about a person need a person to sign in")
        }
        Some(_) => refuse("this client is not registered for a scope that it asks for"),
    }
}
