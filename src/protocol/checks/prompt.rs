//! `prompt`: OpenID Connect Core section 3.1.2.1.

use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::trace::Finding;

/// The values that exist here, as discovery lists them.
pub const SUPPORTED: [&str; 5] = ["none", "login", "consent", "select_account", "create"];

/// What the client wants the person to see, or not to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Show nothing: answer at once, with an error where a page would be needed.
    pub none: bool,
    /// Prove anew who you are.
    pub login: bool,
    /// Say with which account to go on.
    pub select_account: bool,
    /// Ask for consent even where it is remembered.
    pub consent: bool,
    /// Begin at sign-up (Initiating User Registration via OpenID Connect 1.0).
    pub create: bool,
}

/// `none` stands alone; unknown values are ignored.
pub fn check(parameters: &Parameters) -> Result<Prompt, OAuthError> {
    let mut prompt = Prompt::default();
    for value in parameters.get("prompt").unwrap_or_default().split(' ') {
        match value {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.select_account = true,
            "consent" => prompt.consent = true,
            "create" => prompt.create = true,
            _ => {}
        }
    }
    if prompt.none && (prompt.login || prompt.select_account || prompt.consent || prompt.create) {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "prompt=none cannot be combined with another value",
        )
        .explained(
            Finding::new("prompt=none came with another value", "Send prompt=none alone.")
                .sent(parameters.get("prompt").unwrap_or_default()),
        ));
    }
    Ok(prompt)
}
