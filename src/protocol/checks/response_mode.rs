//! `response_mode`: OAuth 2.0 Multiple Response Type Encoding Practices section 2.1.

use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::response::ResponseMode;
use crate::protocol::trace::Finding;

/// The mode asked for, `query` where none is.
pub fn check(parameters: &Parameters) -> Result<ResponseMode, OAuthError> {
    match parameters.get("response_mode") {
        None => Ok(ResponseMode::Query),
        Some(_) if parameters.is_repeated("response_mode") => Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "response_mode was sent more than once",
        )),
        Some(name) => ResponseMode::parse(name).ok_or_else(|| {
            OAuthError::new(
                ErrorCode::InvalidRequest,
                "response_mode is not one of query, form_post",
            )
            .explained(
                Finding::new(
                    "the response_mode does not exist here",
                    "Send response_mode=query or form_post, or leave it out.",
                )
                .sent(name),
            )
        }),
    }
}
