//! `nonce`: OpenID Connect Core section 3.1.2.1. Optional for the code flow; echoed exactly or refused, never cut.

use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;

/// The longest nonce and state that are carried, in bytes.
pub const MAX_BYTES: usize = 2048;

/// The nonce, and a look at the length of the state, which travels the same way.
pub fn check(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    let nonce = parameters.get("nonce");
    let too_long = |value: Option<&str>| value.is_some_and(|value| value.len() > MAX_BYTES);
    if too_long(nonce) || too_long(parameters.get("state")) {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "nonce and state may have at most 2048 bytes",
        ));
    }
    Ok(nonce.map(str::to_owned))
}
