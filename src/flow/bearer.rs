//! Whether an access token is alive, and who stands behind it: asked by userinfo, introspection and whoever administers with
//! one.

use std::sync::Arc;

use uuid::Uuid;

use super::requests::Case;
use super::{Fault, clients};
use crate::crypto::jwt::{self, Expiry};
use crate::crypto::refresh;
use crate::identity::authority;
use crate::model::catalogue::Entitlements;
use crate::model::claim_mapping::Target;
use crate::model::client::Client;
use crate::model::permission::{Authority, PREFIX};
use crate::model::request_trace::Endpoint;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::protocol::access_token::{self, AccessTokenClaims, Jti};
use crate::protocol::mappings::{self, Facts, Mapped};
use crate::protocol::trace::{Check, Finding};
use crate::state::State;
use crate::store::token_facts::About;
use crate::store::{StoreError, Tx, refresh_families, token_facts};

/// A live access token.
pub struct Bearer {
    /// Its claims.
    pub claims: AccessTokenClaims,
    /// To whom it was issued, as the client is now.
    pub client: Arc<Client>,
    /// The person, as they are now; `None` for a client on its own.
    pub user: Option<User>,
    /// What they have now, as far as the client's mappings or administrative scopes of the token need it.
    pub entitlements: Entitlements,
}

impl Bearer {
    /// What the mappings of its client tell in one place.
    pub fn mapped(&self, target: Target) -> Mapped {
        let facts = Facts {
            client: &self.client.metadata,
            scope: &self.claims.scope,
            person: self.user.as_ref().map(|user| (user, &self.entitlements)),
        };
        facts.claims(target)
    }

    /// What may be administered with it: what its scopes say, as far as the person, or the client on its own, holds that now.
    pub fn authority(&self) -> Authority {
        let holder = match &self.user {
            Some(user) => authority::of_role(&user.role, self.entitlements.permissions.iter().map(String::as_str)),
            None => Authority::among(self.client.metadata.scope.iter()),
        };
        Authority::among(self.claims.scope.iter()).and(&holder)
    }
}

/// The claims of a token by its signature and lifetime alone, whichever type it has.
pub(super) fn verified(state: &State, token: &str) -> Option<AccessTokenClaims> {
    signed(state, token, Expiry::Enforced(state.clock.now()))
}

fn signed(state: &State, token: &str, expiry: Expiry) -> Option<AccessTokenClaims> {
    let keys = state.keys();
    // The type is looked up with the key, before anything is computed.
    let mut read = access_token::TYPES
        .into_iter()
        .map(|typ| jwt::verify::<AccessTokenClaims>(&keys, state.issuer(), Some(typ.as_str()), expiry, token));
    read.find_map(Result::ok).map(jwt::Verified::into_claims)
}

/// Judges a token that no endpoint of the protocol is asked about: nothing is kept of the request.
pub async fn find(state: &State, token: &str) -> Result<Option<Bearer>, Fault> {
    examine(state, token, &mut Case::new(state, Endpoint::Userinfo)).await
}

/// Judges a token: signature and lifetime, then what became of its grant, session, person and client since it was issued.
/// `None` for everything that is not alive; the trace says why.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow bearer", skip_all)]
pub async fn examine(state: &State, token: &str, case: &mut Case) -> Result<Option<Bearer>, Fault> {
    let now = state.clock.now();
    let Some(claims) = verified(state, token) else {
        why_not(state, token, case).await?;
        return Ok(None);
    };
    let client = clients::find(state, &claims.client_id).await?;
    case.client = case.client.take().or_else(|| client.clone());
    let Some(client) = client.filter(|client| client.disabled_at.is_none()) else {
        ended(
            case,
            "the client that the token was issued to was removed or switched off",
        );
        return Ok(None);
    };
    case.trace.pass(Check::AccessToken);
    let Some(session_id) = claims.sid else {
        let revoked = state
            .db
            .read((claims.jti.clone(), claims.iat), |tx, (jti, issued_at)| {
                Box::pin(token_facts::is_revoked(tx, jti, *issued_at))
            })
            .await?;
        match revoked {
            true => ended(case, "the token was revoked"),
            false => case.trace.pass(Check::Grant),
        }
        return Ok((!revoked).then(|| Bearer {
            claims,
            client,
            user: None,
            entitlements: Entitlements::default(),
        }));
    };
    let Ok(user_id) = Uuid::parse_str(&claims.sub) else {
        return Ok(None);
    };
    let entitled = needs_entitlements(&client, &claims);
    let facts = state
        .db
        .read((claims.jti.clone(), claims.iat), move |tx, (jti, issued_at)| {
            Box::pin(async move {
                let grant = Jti::read(jti).grant.unwrap_or_default();
                let about = About {
                    user_id,
                    jti,
                    issued_at: *issued_at,
                    grant,
                    session_id,
                    entitled,
                };
                let Some(mut facts) = token_facts::find(tx, about, now).await? else {
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
                client,
                user: Some(facts.user),
                entitlements: facts.entitlements,
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
    let (keys, issuer) = (state.keys(), state.issuer());
    let expired = signed(state, token, Expiry::Ignored);
    let id_token = jwt::verify::<serde_json::Value>(&keys, issuer, None, Expiry::Ignored, token);
    let (whose, finding) = if let Some(expired) = expired {
        let finding = Finding::new(
            "the access token has expired",
            "Refresh a little before expires_in is over; compare the clocks of both machines.",
        );
        (Some(expired.client_id), finding)
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

/// Whether the mappings need what the person has, or the administration that the token is for.
fn needs_entitlements(client: &Client, claims: &AccessTokenClaims) -> bool {
    let administers = || claims.scope.iter().any(|scope| scope.starts_with(PREFIX));
    mappings::need_entitlements(&client.metadata) || administers()
}

/// Whether a grant goes on without the session in which it was given (OpenID Connect Core section 11).
async fn outlives_session(tx: &mut Tx, grant: &str) -> Result<bool, StoreError> {
    let Ok(id) = Uuid::parse_str(grant) else {
        return Ok(false);
    };
    let family = refresh_families::find(tx, id).await?;
    Ok(family.is_some_and(|family| family.offline && family.revoked_at.is_none()))
}
