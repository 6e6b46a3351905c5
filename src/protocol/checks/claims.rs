//! `claims`: OpenID Connect Core section 5.5.

use crate::model::claims_request::ClaimsRequest;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;

/// The single claims asked for.
pub fn check(parameters: &Parameters) -> Result<ClaimsRequest, OAuthError> {
    match parameters.get("claims") {
        None => Ok(ClaimsRequest::default()),
        Some(text) => ClaimsRequest::parse(text).map_err(|_| {
            OAuthError::new(
                ErrorCode::InvalidRequest,
                "claims is not a JSON object as OpenID Connect Core 5.5 has it",
            )
        }),
    }
}
