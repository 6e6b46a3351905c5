//! The userinfo endpoint: OpenID Connect Core section 5.3.

use serde_json::{Map, Value};

use super::requests::{Answer, Case};
use super::{Failure, bearer};
use crate::model::audit::Origin;
use crate::model::claim_mapping::Target;
use crate::model::request_trace::Endpoint;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::trace::Check;
use crate::protocol::{claims, scopes};
use crate::state::State;

/// The claims that an access token gives.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow userinfo", skip_all)]
pub async fn run(state: &State, token: &str, origin: &Origin) -> Result<Map<String, Value>, Failure> {
    let mut case = Case::new(state, Endpoint::Userinfo);
    let answer = Box::pin(answered(state, token, &mut case)).await;
    case.close(state, None, origin, Answer::of(&answer, "claims"));
    answer
}

async fn answered(state: &State, token: &str, case: &mut Case) -> Result<Map<String, Value>, Failure> {
    let bearer = bearer::examine(state, token, case).await?.ok_or(OAuthError::new(
        ErrorCode::InvalidToken,
        "the access token is unknown, expired or revoked",
    ))?;
    let person = bearer
        .user
        .as_ref()
        .filter(|_| bearer.claims.scope.contains(scopes::OPENID))
        .ok_or(OAuthError::new(
            ErrorCode::InsufficientScope,
            "the access token has no openid scope",
        ));
    let user = case.trace.judge(Check::OpenidScope, person)?;
    let mut answer = claims::userinfo(user, &bearer.claims.scope, &bearer.claims.userinfo_claims);
    answer.extend(bearer.mapped(Target::Userinfo).claims);
    Ok(answer)
}
