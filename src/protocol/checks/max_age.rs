//! `max_age`: OpenID Connect Core section 3.1.2.1.

use crate::model::client::Client;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::trace::Finding;

/// The age of the last proof in seconds that is still good enough, from the request or the client's `default_max_age`.
pub fn check(parameters: &Parameters, client: &Client) -> Result<Option<i64>, OAuthError> {
    match parameters.get("max_age") {
        None => Ok(client.metadata.default_max_age.map(i64::from)),
        Some(text) => match text.parse::<u32>() {
            Ok(seconds) => Ok(Some(i64::from(seconds))),
            Err(_) => Err(
                OAuthError::new(ErrorCode::InvalidRequest, "max_age is not a number of seconds").explained(
                    Finding::new(
                        "max_age is not a number of seconds",
                        "Send max_age as a whole number of seconds, at most 4294967295.",
                    )
                    .sent(text),
                ),
            ),
        },
    }
}
