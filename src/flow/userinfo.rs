//! The userinfo endpoint: OpenID Connect Core section 5.3.

use serde_json::{Map, Value};

use super::{Failure, bearer};
use crate::model::claim_mapping::Target;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::{claims, scopes};
use crate::state::State;

/// The claims that an access token gives.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow userinfo", skip_all)]
pub async fn run(state: &State, token: &str) -> Result<Map<String, Value>, Failure> {
    let bearer = bearer::find(state, token).await?.ok_or(OAuthError::new(
        ErrorCode::InvalidToken,
        "the access token is unknown, expired or revoked",
    ))?;
    match &bearer.user {
        Some(user) if bearer.claims.scope.contains(scopes::OPENID) => {
            let mut answer = claims::userinfo(user, &bearer.claims.scope, &bearer.claims.userinfo_claims);
            answer.extend(bearer.mapped(Target::Userinfo).claims);
            Ok(answer)
        }
        _ => Err(OAuthError::new(ErrorCode::InsufficientScope, "the access token has no openid scope").into()),
    }
}
