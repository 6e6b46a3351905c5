//! `redirect_uri`: OpenID Connect Core section 3.1.2.1, RFC 9700 section 2.1. A failure is shown here, never redirected.

use crate::model::client::Client;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::response::{ResponseMode, ResponseTarget};

/// Gives the place where every later answer, good or bad, goes. The state is left out where it came twice.
pub fn check(parameters: &Parameters, client: &Client) -> Result<ResponseTarget, OAuthError> {
    let refuse = |why| OAuthError::new(ErrorCode::InvalidRequest, why);
    if parameters.is_repeated("redirect_uri") {
        return Err(refuse("redirect_uri was sent more than once"));
    }
    let requested = parameters
        .get("redirect_uri")
        .ok_or(refuse("redirect_uri is missing"))?;
    if client.redirect_uri(requested).is_none() {
        return Err(refuse("redirect_uri is not registered for this client"));
    }
    let state = parameters
        .get("state")
        .filter(|_| !parameters.is_repeated("state"))
        .map(str::to_owned);
    Ok(ResponseTarget::new(requested.to_owned(), ResponseMode::Query, state))
}
