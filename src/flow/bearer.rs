//! Whether an access token is alive, and who stands behind it: asked by userinfo and introspection.

use uuid::Uuid;

use super::requests::Case;
use super::{Fault, clients};
use crate::crypto::jwt::{self, Expiry};
use crate::crypto::refresh;
use crate::model::request_trace::Endpoint;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::protocol::access_token::{self, AccessTokenClaims, Jti};
use crate::protocol::trace::{Check, Finding};
use crate::state::State;
use crate::store::{StoreError, Tx, refresh_families, token_facts};

/// A live access token.
pub struct Bearer {
    /// Its claims.
    pub claims: AccessTokenClaims,
    /// The person, as they are now; `None` for a client on its own.
    pub user: Option<User>,
}

/// Judges a token that no endpoint of the protocol is asked about: nothing is kept of the request.
pub async fn find(state: &State, token: &str) -> Result<Option<Bearer>, Fault> {
    examine(state, token, &mut Case::new(state, Endpoint::Userinfo)).await
}

/// Judges a token: signature and lifetime, then what became of its grant, session, person and client since it was issued.
/// `None` for everything that is not alive; the trace says why.
pub async fn examine(state: &State, token: &str, case: &mut Case) -> Result<Option<Bearer>, Fault> {
    let now = state.clock.now();
    let expiry = Expiry::Enforced(now);
    let verified =
        jwt::verify::<AccessTokenClaims>(&state.keys(), state.issuer(), Some(access_token::TYP), expiry, token);
    let Ok(verified) = verified else {
        why_not(state, token, case).await?;
        return Ok(None);
    };
    case.trace.pass(Check::AccessToken);
    let claims = verified.into_claims();
    let client = clients::find(state, &claims.client_id).await?;
    case.client = case.client.take().or_else(|| client.clone());
    if client.is_none_or(|client| client.disabled_at.is_some()) {
        ended(
            case,
            "the client that the token was issued to was removed or switched off",
        );
        return Ok(None);
    }
    let Some(session) = claims.sid else {
        let revoked = state
            .db
            .read(claims.jti.clone(), |tx, jti| Box::pin(token_facts::is_revoked(tx, jti)))
            .await?;
        match revoked {
            true => ended(case, "the token was revoked"),
            false => case.trace.pass(Check::Grant),
        }
        return Ok((!revoked).then_some(Bearer { claims, user: None }));
    };
    let Ok(user_id) = Uuid::parse_str(&claims.sub) else {
        return Ok(None);
    };
    let facts = state
        .db
        .read(claims.jti.clone(), move |tx, jti| {
            Box::pin(async move {
                let grant = Jti::read(jti).grant.unwrap_or_default();
                let Some(mut facts) = token_facts::find(tx, user_id, jti, grant, session, now).await? else {
                    return Ok(None);
                };
                if !facts.session_live {
                    // The scope does not say it: this token may be narrower than its grant.
                    facts.session_live = outlives_session(tx, grant).await?;
                }
                Ok(Some(facts))
            })
        })
        .await?;
    let over = match &facts {
        None => Some("the person of the token is gone"),
        Some(facts) if facts.revoked => Some("the token, or the consent or code behind it, was revoked"),
        Some(facts) if facts.user.disabled_at.is_some() => Some("the account of the token is switched off"),
        Some(facts) if !facts.session_live => Some("the session in which the token was issued has ended"),
        Some(_) => None,
    };
    match over {
        Some(why) => {
            ended(case, why);
            Ok(None)
        }
        None => {
            case.trace.pass(Check::Grant);
            Ok(facts.map(|facts| Bearer {
                claims,
                user: Some(facts.user),
            }))
        }
    }
}

fn ended(case: &mut Case, why: &'static str) {
    let change = "Get new tokens: refresh, or send the person through sign-in again.";
    case.trace.fail(Check::Grant, Finding::new(why, change));
}

/// Why a text is no live access token, and whose it was where that can be told. Only what failed pays for a second look.
async fn why_not(state: &State, token: &str, case: &mut Case) -> Result<(), Fault> {
    let (keys, issuer, typ) = (state.keys(), state.issuer(), Some(access_token::TYP));
    let expired = jwt::verify::<AccessTokenClaims>(&keys, issuer, typ, Expiry::Ignored, token);
    let id_token = jwt::verify::<serde_json::Value>(&keys, issuer, None, Expiry::Ignored, token);
    let (whose, finding) = if let Ok(expired) = expired {
        let finding = Finding::new(
            "the access token has expired",
            "Refresh a little before expires_in is over; compare the clocks of both machines.",
        );
        (Some(expired.into_claims().client_id), finding)
    } else if let Ok(id_token) = id_token {
        let finding = Finding::new(
            "an ID token came where an access token belongs",
            "Send access_token of the token answer. The ID token is for the application itself.",
        );
        (
            id_token
                .claims()
                .get("aud")
                .and_then(|aud| aud.as_str())
                .map(str::to_owned),
            finding,
        )
    } else if refresh::parse(&Secret::new(token.to_owned())).is_some() {
        let finding = Finding::new(
            "a refresh token came where an access token belongs",
            "Send access_token of the token answer. The refresh token is for the token endpoint alone.",
        );
        (None, finding)
    } else {
        let finding = Finding::new(
            "this is no token that this installation signed",
            "Send the whole access token as it came, to the installation that issued it. Keys that were removed long ago, \
             a token of a test installation, and a text that was cut are the usual causes.",
        );
        (None, finding)
    };
    if let (None, Some(client)) = (&case.client, whose) {
        case.client = clients::find(state, &client).await?;
    }
    case.trace.fail(Check::AccessToken, finding);
    Ok(())
}

/// Whether a grant goes on without the session in which it was given (OpenID Connect Core section 11).
async fn outlives_session(tx: &mut Tx, grant: &str) -> Result<bool, StoreError> {
    let Ok(id) = Uuid::parse_str(grant) else {
        return Ok(false);
    };
    let family = refresh_families::find(tx, id).await?;
    Ok(family.is_some_and(|family| family.offline && family.revoked_at.is_none()))
}
