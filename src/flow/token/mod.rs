//! The token endpoint: who asks, for which grant, and the tokens that come of it. One file per grant.

mod authorization_code;
mod client_credentials;
mod refresh_token;

use std::sync::Arc;

use super::requests::{Answer, Case};
use super::{Failure, Fault, clients};
use crate::crypto::{jwt, random};
use crate::model::audit::Origin;
use crate::model::client::Client;
use crate::model::request_trace::Endpoint;
use crate::model::scope::Scope;
use crate::protocol::access_token::{self, AccessTokenClaims, Lifetime, Subject};
use crate::protocol::client_auth;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::token::{self, TokenAnswer, TokenRequest};
use crate::protocol::trace::Check;
use crate::protocol::{id_token, scopes};
use crate::state::{State, TOKEN_MEMORY};

/// What a client sends, to this endpoint and to its siblings that ask who it is.
#[derive(Clone, Copy, Debug)]
pub struct ClientRequest<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The form.
    pub body: &'a Parameters,
    /// For the audit trail.
    pub origin: &'a Origin,
}

/// The client of a request to revocation or introspection, and the token that it is about.
pub(super) async fn client_and_token<'a>(
    state: &State,
    request: &ClientRequest<'a>,
    case: &mut Case,
) -> Result<(Arc<Client>, &'a str), Failure> {
    let invalid = |why| OAuthError::new(ErrorCode::InvalidRequest, why);
    let client = who_asks(state, request, case).await?;
    let token = match (request.body.get("token"), request.body.is_repeated("token")) {
        (_, true) => Err(invalid("token was sent more than once")),
        (None, false) => Err(invalid("token is missing")),
        (Some(token), false) => Ok(token),
    };
    Ok((client, case.trace.judge(Check::Token, token)?))
}

/// Answers a token request (RFC 6749 section 5).
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow token", skip_all)]
pub async fn run(state: &State, request: ClientRequest<'_>) -> Result<TokenAnswer, Failure> {
    let mut case = Case::new(state, Endpoint::Token);
    let answer = Box::pin(answered(state, &request, &mut case)).await;
    case.close(state, Some(request.body), request.origin, Answer::of(&answer, "tokens"));
    answer
}

async fn answered(state: &State, request: &ClientRequest<'_>, case: &mut Case) -> Result<TokenAnswer, Failure> {
    let client = who_asks(state, request, case).await?;
    let asked = case.trace.judge(Check::GrantRequest, token::parse(request.body))?;
    case.trace.judge(Check::GrantAllowed, asked.allowed_for(&client))?;
    let (origin, trace) = (request.origin.by_client(client.id.as_str()), &mut case.trace);
    let (grant, answer) = match asked {
        TokenRequest::AuthorizationCode(redemption) => (
            "authorization_code",
            Box::pin(authorization_code::run(state, &client, redemption, origin, trace)).await,
        ),
        TokenRequest::RefreshToken(renewal) => (
            "refresh_token",
            Box::pin(refresh_token::run(state, &client, renewal, origin, trace)).await,
        ),
        TokenRequest::ClientCredentials { scope } => (
            "client_credentials",
            client_credentials::run(state, &client, scope.as_ref(), trace),
        ),
    };
    if answer.is_ok() {
        state.metrics.tokens_issued(grant);
    }
    answer
}

/// Finds out who the client is, or that it is not who it says.
async fn who_asks(state: &State, request: &ClientRequest<'_>, case: &mut Case) -> Result<Arc<Client>, Failure> {
    let presented = client_auth::present(request.authorization, request.body);
    if presented.is_err()
        && let Some(named) = request.body.get("client_id")
    {
        case.client = clients::find(state, named).await?;
    }
    let presented = case.trace.judge(Check::Credentials, presented)?;
    case.client = clients::find(state, &presented.client_id).await?;
    let judged = client_auth::judge(case.client.as_deref(), &presented, state.clock.now());
    case.trace.judge(Check::ClientAuthentication, judged)?;
    case.client.clone().ok_or_else(|| client_auth::refused().into())
}

fn access_lifetime(state: &State, client: &Client) -> Lifetime {
    Lifetime {
        now: state.clock.now(),
        seconds: access_token::lifetime(client, state.settings.tokens.access_token_seconds).into(),
    }
}

fn sign_access_token(state: &State, client: &Client, claims: &AccessTokenClaims) -> Result<String, Failure> {
    let keys = state.keys();
    let alg = client.metadata.id_token_signed_response_alg;
    let key = keys
        .active(alg)
        .ok_or_else(|| Fault::Internal(format!("no active {} key", alg.as_str())))?;
    Ok(jwt::sign(key, Some(client.metadata.access_token_typ.as_str()), claims)?)
}

/// The tokens of a person's grant. `nonce` is that of the request, for the first ID token only (OpenID Connect Core
/// section 12.2).
fn answer(
    state: &State,
    subject: &Subject<'_>,
    nonce: Option<String>,
    refresh_token: Option<String>,
) -> Result<TokenAnswer, Failure> {
    let lifetime = access_lifetime(state, subject.client);
    let claims = access_token::for_person(subject, random::uuid(), lifetime);
    let access_token = sign_access_token(state, subject.client, &claims)?;
    let id_token = match subject.scope.contains(scopes::OPENID) {
        false => None,
        true => {
            let keys = state.keys();
            let alg = subject.client.metadata.id_token_signed_response_alg;
            let key = keys
                .active(alg)
                .ok_or_else(|| Fault::Internal(format!("no active {} key", alg.as_str())))?;
            let lifetime = Lifetime {
                seconds: state.settings.tokens.id_token_seconds.into(),
                ..lifetime
            };
            let claims = id_token::claims(subject, jwt::left_half_hash(alg, &access_token), nonce, lifetime);
            Some(jwt::sign(key, None, &claims)?)
        }
    };
    Ok(TokenAnswer {
        access_token,
        token_type: "Bearer",
        expires_in: lifetime.seconds,
        scope: subject.scope.clone(),
        refresh_token,
        id_token,
    })
}

/// Until when a revocation must be remembered: no access token issued before it lives longer.
fn revocation_end(state: &State) -> crate::model::Timestamp {
    state.clock.now() + TOKEN_MEMORY
}

/// The scope of a grant without what the client is no longer registered for.
fn still_allowed(scope: &Scope, client: &Client) -> Scope {
    scope.intersection(&client.metadata.scope)
}
