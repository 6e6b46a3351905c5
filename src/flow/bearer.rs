//! Whether an access token is alive, and who stands behind it: asked by userinfo and introspection.

use uuid::Uuid;

use super::{Fault, clients};
use crate::crypto::jwt::{self, Expiry};
use crate::model::user::User;
use crate::protocol::access_token::{self, AccessTokenClaims, Jti};
use crate::state::State;
use crate::store::{StoreError, Tx, refresh_families, token_facts};

/// A live access token.
pub struct Bearer {
    /// Its claims.
    pub claims: AccessTokenClaims,
    /// The person, as they are now; `None` for a client on its own.
    pub user: Option<User>,
}

/// Judges a token: signature and lifetime, then what became of its grant, session, person and client since it was issued.
/// `None` for everything that is not alive.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow bearer", skip_all)]
pub async fn find(state: &State, token: &str) -> Result<Option<Bearer>, Fault> {
    let now = state.clock.now();
    let expiry = Expiry::Enforced(now);
    let verified =
        jwt::verify::<AccessTokenClaims>(&state.keys(), state.issuer(), Some(access_token::TYP), expiry, token);
    let Ok(verified) = verified else { return Ok(None) };
    let claims = verified.into_claims();
    let client = clients::find(state, &claims.client_id).await?;
    if client.is_none_or(|client| client.disabled_at.is_some()) {
        return Ok(None);
    }
    let Some(session) = claims.sid else {
        let revoked = state
            .db
            .read((claims.jti.clone(), claims.iat), |tx, (jti, issued_at)| {
                Box::pin(token_facts::is_revoked(tx, jti, *issued_at))
            })
            .await?;
        return Ok((!revoked).then_some(Bearer { claims, user: None }));
    };
    let Ok(user_id) = Uuid::parse_str(&claims.sub) else {
        return Ok(None);
    };
    let facts = state
        .db
        .read((claims.jti.clone(), claims.iat), move |tx, (jti, issued_at)| {
            Box::pin(async move {
                let grant = Jti::read(jti).grant.unwrap_or_default();
                let Some(mut facts) = token_facts::find(tx, user_id, (jti, *issued_at), grant, session, now).await?
                else {
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
    Ok(facts
        .filter(|facts| !facts.revoked && facts.user.disabled_at.is_none() && facts.session_live)
        .map(|facts| Bearer {
            claims,
            user: Some(facts.user),
        }))
}

/// Whether a grant goes on without the session in which it was given (OpenID Connect Core section 11).
async fn outlives_session(tx: &mut Tx, grant: &str) -> Result<bool, StoreError> {
    let Ok(id) = Uuid::parse_str(grant) else {
        return Ok(false);
    };
    let family = refresh_families::find(tx, id).await?;
    Ok(family.is_some_and(|family| family.offline && family.revoked_at.is_none()))
}
