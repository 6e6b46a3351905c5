//! `request`, `request_uri`, `registration`: not supported, and said so (OpenID Connect Core section 3.1.2.6). Ignoring
//! them would answer another request than the one that was signed.

use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;

/// Refuses each with its own code.
pub fn check(parameters: &Parameters) -> Result<(), OAuthError> {
    for (name, code, why) in [
        (
            "request",
            ErrorCode::RequestNotSupported,
            "request objects are not supported",
        ),
        (
            "request_uri",
            ErrorCode::RequestUriNotSupported,
            "request_uri is not supported",
        ),
        (
            "registration",
            ErrorCode::RegistrationNotSupported,
            "the registration parameter is not supported",
        ),
    ] {
        if parameters.get(name).is_some() {
            return Err(OAuthError::new(code, why));
        }
    }
    Ok(())
}
