//! `response_type`: RFC 6749 section 3.1.1.

use crate::model::client::{Client, GrantType};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::trace::Finding;

/// The response types that exist here, as discovery lists them.
pub const SUPPORTED: [&str; 1] = ["code"];

/// Only `code`, and only for a client that may redeem one.
pub fn check(parameters: &Parameters, client: &Client) -> Result<(), OAuthError> {
    match parameters.get("response_type") {
        None => Err(OAuthError::new(ErrorCode::InvalidRequest, "response_type is missing")),
        Some(asked) if !SUPPORTED.contains(&asked) => Err(OAuthError::new(
            ErrorCode::UnsupportedResponseType,
            "response_type is not supported; use code",
        )
        .explained(
            Finding::new(
                "the response_type does not exist here",
                "Use the authorization code flow with PKCE: response_type=code. Tokens do not travel in addresses.",
            )
            .sent(asked),
        )),
        Some(_) if !client.may(GrantType::AuthorizationCode) => Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "this client is not registered for the authorization_code grant",
        )
        .explained(
            Finding::new(
                "the client is not registered for the authorization_code grant",
                "Add authorization_code to the grant_types of the client.",
            )
            .registered(
                client
                    .metadata
                    .grant_types
                    .iter()
                    .map(|grant| grant.as_str().to_owned()),
            ),
        )),
        Some(_) => Ok(()),
    }
}
