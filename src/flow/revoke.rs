//! Revocation: RFC 7009.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::requests::{Answer, Case};
use super::token::{self, ClientRequest};
use super::{Failure, bearer};
use crate::crypto::refresh;
use crate::model::audit::AuditKind;
use crate::model::client::Client;
use crate::model::request_trace::Endpoint;
use crate::model::secret::Secret;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::trace::{Check, Finding};
use crate::state::{State, TOKEN_MEMORY};
use crate::store::{audit, refresh_families, revocations};

/// What is revoked.
enum Target {
    /// One access token.
    Token { jti: String, exp: i64 },
    /// A refresh token, and with it the whole grant (section 2.1).
    Grant(Uuid),
}

/// Revokes a token of the asking client. A token that is unknown or dead already is no error (section 2.2); another
/// client's is.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow revoke", skip_all)]
pub async fn run(state: &State, request: ClientRequest<'_>) -> Result<(), Failure> {
    let mut case = Case::new(state, Endpoint::Revocation);
    let answer = Box::pin(answered(state, &request, &mut case)).await;
    case.close(
        state,
        Some(request.body),
        request.origin,
        Answer::of(&answer, "revoked"),
    );
    answer
}

async fn answered(state: &State, request: &ClientRequest<'_>, case: &mut Case) -> Result<(), Failure> {
    let (client, token) = token::client_and_token(state, request, case).await?;
    let found = find(state, &client, token).await;
    match &found {
        Ok(Some(_)) => case.trace.pass(Check::TokenClient),
        Ok(None) => case.trace.note(
            Check::Grant,
            Finding::new(
                "the token is unknown or dead already: nothing was revoked, and that is no error",
                "Nothing, if that was expected; else send the whole token as it came.",
            ),
        ),
        Err(Failure::OAuth(error)) => case.trace.refuse(Check::TokenClient, error),
        Err(Failure::Fault(_)) => {}
    }
    let Some(target) = found? else { return Ok(()) };
    let now = state.clock.now();
    let alive_until = now + TOKEN_MEMORY;
    let origin = request.origin.by_client(client.id.as_str());
    state
        .db
        .write((target, origin), move |tx, (target, origin)| {
            Box::pin(async move {
                let name = match target {
                    Target::Token { jti, exp } => {
                        let end = chrono::DateTime::from_timestamp(*exp, 0).unwrap_or(alive_until);
                        revocations::insert(tx, jti, end + TimeDelta::seconds(60)).await?;
                        jti.clone()
                    }
                    Target::Grant(grant) => {
                        refresh_families::revoke(tx, *grant, now).await?;
                        revocations::insert(tx, &grant.simple().to_string(), alive_until).await?;
                        grant.to_string()
                    }
                };
                audit::record(tx, AuditKind::TokenRevoked, origin, &name, json!({}), now).await
            })
        })
        .await?;
    Ok(())
}

async fn find(state: &State, client: &Client, token: &str) -> Result<Option<Target>, Failure> {
    let (owner, target) = if let Some(presented) = refresh::parse(&Secret::new(token.to_owned())) {
        let id = presented.family;
        let family = state
            .db
            .read((), move |tx, ()| Box::pin(refresh_families::find(tx, id)))
            .await?;
        match family {
            Some(family) if state.refresh_key.issued(&presented, &family.salt) => {
                (family.authorization.client_id, Target::Grant(id))
            }
            _ => return Ok(None),
        }
    } else {
        let Some(claims) = bearer::verified(state, token) else {
            return Ok(None);
        };
        let (jti, exp) = (claims.jti, claims.exp);
        (claims.client_id, Target::Token { jti, exp })
    };
    if owner != client.id {
        return Err(OAuthError::new(ErrorCode::InvalidGrant, "the token was issued to another client").into());
    }
    Ok(Some(target))
}
