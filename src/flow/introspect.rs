//! Introspection: RFC 7662.

use super::requests::{Answer, Case};
use super::token::{self, ClientRequest};
use super::{Failure, Fault, bearer};
use crate::crypto::refresh;
use crate::model::claim_mapping::Target;
use crate::model::client::Client;
use crate::model::request_trace::Endpoint;
use crate::model::secret::Secret;
use crate::protocol::access_token::Audience;
use crate::protocol::client_auth;
use crate::protocol::introspection::{self, Introspection, RefreshIntrospection};
use crate::protocol::trace::{Check, Finding};
use crate::state::State;
use crate::store::refresh_families::{self, FamilyInUse};

/// Tells a confidential client of a token. `token_type_hint` is not needed: the two kinds look different.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow introspect", skip_all)]
pub async fn run(state: &State, request: ClientRequest<'_>) -> Result<Introspection, Failure> {
    let mut case = Case::new(state, Endpoint::Introspection);
    let answer = Box::pin(answered(state, &request, &mut case)).await;
    let done = match &answer {
        Ok(told) if told.active => "active",
        _ => "inactive",
    };
    case.close(state, Some(request.body), request.origin, Answer::of(&answer, done));
    answer
}

async fn answered(state: &State, request: &ClientRequest<'_>, case: &mut Case) -> Result<Introspection, Failure> {
    let (client, token) = token::client_and_token(state, request, case).await?;
    if client.is_public() {
        let error = client_auth::refused().explained(Finding::new(
            "the client is public: anybody could ask in its name",
            "Ask with a client that has a secret.",
        ));
        case.trace.refuse(Check::ClientAuthentication, &error);
        return Err(error.into());
    }
    if let Some(found) = refresh_token(state, &client, token).await? {
        match found.active {
            true => case.trace.pass(Check::RefreshToken),
            false => case.trace.fail(
                Check::RefreshToken,
                Finding::new(
                    "the refresh token is not the live one of its family, has ended, or is another client's",
                    "Ask for the newest refresh token, with the client that it was issued to.",
                ),
            ),
        }
        return Ok(found);
    }
    let Some(bearer) = bearer::examine(state, token, case).await? else {
        return Ok(Introspection::inactive());
    };
    if introspection::may_see(&client, &bearer.claims.client_id, &bearer.claims.aud) {
        case.trace.pass(Check::Permission);
        let mapped = bearer.mapped(Target::AccessToken);
        return Ok(Introspection::access_token(bearer.claims, bearer.user.as_ref(), mapped));
    }
    let audiences = bearer.claims.aud.iter().map(|aud| aud.to_string());
    let finding = Finding::new(
        "the token is alive, but this client may not know of it",
        "List an audience of the token in the client's introspects.",
    );
    let registered = client.metadata.introspects.join(" ");
    let sent = audiences.collect::<Vec<_>>().join(" ");
    case.trace
        .fail(Check::Permission, finding.registered([registered]).sent(&sent));
    Ok(Introspection::inactive())
}

/// `None` when the text is no refresh token by its form.
async fn refresh_token(state: &State, client: &Client, token: &str) -> Result<Option<Introspection>, Fault> {
    let Some(presented) = refresh::parse(&Secret::new(token.to_owned())) else {
        return Ok(None);
    };
    let (id, now) = (presented.family, state.clock.now());
    let found = state
        .db
        .read((), move |tx, ()| {
            Box::pin(refresh_families::find_in_use(tx, id, false, now))
        })
        .await?;
    let alive = found.filter(
        |FamilyInUse {
             family,
             user,
             session_live,
             ..
         }| {
            state.refresh_key.issued(&presented, &family.salt)
                && i64::from(presented.generation) == family.generation
                && family.revoked_at.is_none()
                && now < family.idle_expires_at.min(family.expires_at)
                && user.disabled_at.is_none()
                && (family.offline || *session_live)
                && introspection::may_see(client, &family.authorization.client_id, &Audience::Many(Vec::new()))
        },
    );
    Ok(Some(match alive {
        None => Introspection::inactive(),
        Some(FamilyInUse { family, user, .. }) => Introspection::refresh_token(
            RefreshIntrospection {
                iss: state.issuer().to_owned(),
                sub: user.subject(),
                client_id: family.authorization.client_id.clone(),
                scope: family.authorization.scope.clone(),
                exp: family.idle_expires_at.min(family.expires_at).timestamp(),
                role: user.role.clone(),
                plan: user.plan.clone(),
            },
            &user,
        ),
    }))
}
