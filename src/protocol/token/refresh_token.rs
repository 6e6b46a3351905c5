//! The refresh token grant: RFC 6749 section 6, RFC 9700 section 4.14.
//!
//! Tokens rotate in families. The token before the live one may be presented again for a short while, by the same client,
//! as long as the live one has not been used: the client lost the answer. It then gets the same successor. Anything older
//! is a stolen token, or its theft: the family dies.

use chrono::TimeDelta;

use crate::model::Timestamp;
use crate::model::client::Client;
use crate::model::refresh::RefreshFamily;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::trace::Finding;

/// What the client sends.
#[derive(Debug)]
pub struct Renewal {
    /// The refresh token.
    pub token: Secret,
    /// A narrower scope for this access token alone.
    pub scope: Option<Scope>,
}

/// The one answer for every refresh token that gives nothing.
pub fn refused() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "the refresh token is unknown, expired, revoked, or not this client's",
    )
}

/// Why a token gives nothing, where nothing of it is known.
pub fn unknown() -> OAuthError {
    refused().explained(Finding::new(
        "the refresh token is none of this installation, or what it was given for is gone",
        "Send the whole refresh token as it came; after the client, the person or the consent was removed, begin anew.",
    ))
}

/// Why a token of a family that is known gives nothing.
pub fn dead(family: &RefreshFamily, now: Timestamp) -> OAuthError {
    let found = if family.revoked_at.is_some() {
        "the refresh token was revoked: by the client, by the person, or after one of its kind came twice"
    } else if now >= family.expires_at {
        "the refresh token has reached its absolute end"
    } else {
        "the refresh token was not used for too long"
    };
    refused().explained(Finding::new(found, "Send the person through sign-in again."))
}

/// Why a token that came after its time takes its family along.
pub fn reused(family: &RefreshFamily, presented: u32, client: &Client) -> OAuthError {
    let finding = match family.authorization.client_id == client.id {
        false => Finding::new(
            "the refresh token of another client came: it was revoked with everything that it led to",
            "Use the refresh token with the client that it was issued to.",
        ),
        true => Finding::new(
            format!(
                "refresh token number {presented} of its family came, and number {} is the live one: the family was revoked",
                family.generation
            ),
            "Store the new refresh token of every answer before using it, let one process at a time refresh, and repeat a \
             request that got no answer within the retry time (tokens.refresh_retry_seconds).",
        ),
    };
    refused().explained(finding)
}

/// What becomes of a presented token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is the live one: the family moves on.
    Rotate,
    /// It is the one before, presented again in time: the live one is given once more.
    Repeat,
    /// It was used before, or another client holds it: the family dies.
    Revoke,
    /// Nothing is given, nothing is changed.
    Refuse,
}

/// Judges a presented token whose secret has been verified: it was issued, the question is whether it still counts.
/// `retry` is how long the token before the live one may come again.
pub fn fate(family: &RefreshFamily, presented: u32, client: &Client, retry: TimeDelta, now: Timestamp) -> Fate {
    let alive = family.revoked_at.is_none() && now < family.expires_at && now < family.idle_expires_at;
    if !alive {
        return Fate::Refuse;
    }
    if family.authorization.client_id != client.id {
        return Fate::Revoke;
    }
    let presented = i64::from(presented);
    if presented == family.generation {
        Fate::Rotate
    } else if presented + 1 == family.generation && now < family.rotated_at + retry {
        Fate::Repeat
    } else {
        Fate::Revoke
    }
}

/// Judges who stands behind the family now, and which scope the access token has. A narrower scope does not narrow the
/// grant (section 6); a wider one is refused, and so is every scope that the client lost since.
pub fn scope(
    family: &RefreshFamily,
    renewal: &Renewal,
    client: &Client,
    user: &User,
    session_live: bool,
) -> Result<Scope, OAuthError> {
    if user.disabled_at.is_some() || !(family.offline || session_live) {
        return Err(refused().explained(super::authorization_code::who_left(Some(user))));
    }
    let granted = family.authorization.scope.intersection(&client.metadata.scope);
    match &renewal.scope {
        None => Ok(granted),
        Some(asked) if asked.is_subset_of(&granted) => Ok(asked.clone()),
        Some(asked) => Err(
            OAuthError::new(ErrorCode::InvalidScope, "scope is wider than what was granted").explained(
                Finding::new(
                    "the scope is wider than what was granted, or than what the client is registered for now",
                    "Leave scope out to get everything that was granted; send the person through sign-in for more.",
                )
                .registered([granted.to_string()])
                .sent(&asked.to_string()),
            ),
        ),
    }
}
