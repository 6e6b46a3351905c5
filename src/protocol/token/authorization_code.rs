//! The authorization code grant at the token endpoint: RFC 6749 section 4.1.3, RFC 7636 section 4.6.
//! What is judged here is a code that has just been consumed: whatever is wrong, it is burned.

use crate::model::authorization::{Authorization, CodeBinding};
use crate::model::client::{Client, GrantType};
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::protocol::checks::pkce;
use crate::protocol::checks::redirect_uri::without_values;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::scopes;
use crate::protocol::trace::{Check, Finding, Trace};

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
    trace: &mut Trace,
) -> Result<(), OAuthError> {
    let owner = match authorization.client_id == client.id {
        true => Ok(()),
        false => Err(refused().explained(Finding::new(
            "the code was issued to another client",
            "Redeem a code with the client_id that asked for it.",
        ))),
    };
    trace.judge(Check::CodeClient, owner)?;
    let same_uri = match &redemption.redirect_uri {
        Some(repeated) => *repeated == binding.redirect_uri,
        // OAuth 2.1 section 4.1.3: with PKCE the challenge does what repeating the URI did.
        None => binding.code_challenge.is_some(),
    };
    let repeated = match same_uri {
        true => Ok(()),
        false => Err(OAuthError::new(
            ErrorCode::InvalidGrant,
            "redirect_uri is not the one of the authorization request",
        )
        .explained(other_uri(binding, redemption))),
    };
    trace.judge(Check::CodeRedirectUri, repeated)?;
    let answered = pkce::verify(binding.code_challenge.as_deref(), redemption.code_verifier.as_deref());
    trace.judge(Check::CodeVerifier, answered)?;
    let person = match (user, session_live) {
        (Some(user), true) if user.disabled_at.is_none() => Ok(()),
        (user, _) => Err(refused().explained(who_left(user))),
    };
    trace.judge(Check::Person, person)
}

/// What is the matter with a person whose tokens are not given.
pub(super) fn who_left(user: Option<&User>) -> Finding {
    match user {
        None => Finding::new("the account was deleted", "Nothing: the person is gone."),
        Some(user) if user.disabled_at.is_some() => Finding::new(
            "the account is switched off",
            "Switch it on again, if that was not meant.",
        ),
        Some(_) => Finding::new(
            "the session in which this was granted has ended",
            "Send the person through sign-in again. Tokens that outlive the session need the scope offline_access.",
        ),
    }
}

fn other_uri(binding: &CodeBinding, redemption: &Redemption) -> Finding {
    let asked = without_values(&binding.redirect_uri);
    match &redemption.redirect_uri {
        None => Finding::new(
            "no redirect_uri came with the code, and the authorization request had no code_challenge",
            "Send the redirect_uri of the authorization request once more, or use PKCE.",
        )
        .registered([asked]),
        Some(sent) => Finding::new(
            "redirect_uri is another one than in the authorization request",
            "Send the same redirect_uri in both requests, byte for byte.",
        )
        .registered([asked])
        .sent(&without_values(sent)),
    }
}

/// The refusal of a code that gives nothing, with what is known of it.
pub fn dead(used: bool) -> OAuthError {
    refused().explained(match used {
        true => Finding::new(
            "the code was redeemed before: everything that it led to was revoked",
            "Redeem a code once. Look for a doubled request: a reloaded callback page, a retry, a prefetch.",
        ),
        false => Finding::new(
            "the code is unknown or has expired",
            "Redeem the code right after the redirect, within its lifetime, at the installation that made it.",
        ),
    })
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
