//! The authorization code grant at the token endpoint: RFC 6749 section 4.1.3, RFC 7636 section 4.6.
//! What is judged here is a code that has just been consumed: whatever is wrong, it is burned.

use crate::model::authorization::{Authorization, CodeBinding};
use crate::model::client::{Client, GrantType};
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::protocol::checks::pkce;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::scopes;

/// What the client sends.
#[derive(Debug)]
pub struct Redemption {
    /// The code.
    pub code: Secret,
    /// The redirect URI of the authorization request. OAuth 2.1 no longer sends it; when it comes it must be the same.
    pub redirect_uri: Option<String>,
    /// The answer to the challenge.
    pub code_verifier: Option<String>,
}

/// The one answer for every code that gives nothing.
pub fn refused() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "the code is unknown, expired, used, or not this client's",
    )
}

/// Judges a consumed code. `user` is the person as they are now, `None` when gone; `session_live` says whether the
/// session in which the code was made still is.
pub fn judge(
    authorization: &Authorization,
    binding: &CodeBinding,
    redemption: &Redemption,
    client: &Client,
    user: Option<&User>,
    session_live: bool,
) -> Result<(), OAuthError> {
    if authorization.client_id != client.id {
        return Err(refused());
    }
    let same_uri = match &redemption.redirect_uri {
        Some(repeated) => *repeated == binding.redirect_uri,
        // OAuth 2.1 section 4.1.3: with PKCE the challenge does what repeating the URI did.
        None => binding.code_challenge.is_some(),
    };
    if !same_uri {
        return Err(OAuthError::new(
            ErrorCode::InvalidGrant,
            "redirect_uri is not the one of the authorization request",
        ));
    }
    pkce::verify(binding.code_challenge.as_deref(), redemption.code_verifier.as_deref())?;
    if !session_live || user.is_none_or(|user| user.disabled_at.is_some()) {
        return Err(refused());
    }
    Ok(())
}

/// Whether a refresh family is made, and if so whether it outlives the session (OpenID Connect Core section 11).
pub fn refresh_family(authorization: &Authorization, client: &Client) -> Option<Offline> {
    client
        .may(GrantType::RefreshToken)
        .then(|| Offline(authorization.scope.contains(scopes::OFFLINE_ACCESS)))
}

/// Whether a refresh family outlives its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offline(pub bool);
