//! A client on its own: nothing is read and nothing is stored.

use super::{access_lifetime, sign_access_token};
use crate::crypto::random;
use crate::flow::Failure;
use crate::model::client::Client;
use crate::model::scope::Scope;
use crate::protocol::access_token;
use crate::protocol::token::{TokenAnswer, client_credentials};
use crate::protocol::trace::{Check, Trace};
use crate::state::State;

pub(super) fn run(
    state: &State,
    client: &Client,
    asked: Option<&Scope>,
    trace: &mut Trace,
) -> Result<TokenAnswer, Failure> {
    let scope = trace.judge(Check::Scope, client_credentials::scope(asked, client))?;
    let lifetime = access_lifetime(state, client);
    let claims = access_token::for_client(state.issuer(), client, &scope, random::uuid(), lifetime);
    Ok(TokenAnswer {
        access_token: sign_access_token(state, client, &claims)?,
        token_type: "Bearer",
        expires_in: lifetime.seconds,
        scope,
        refresh_token: None,
        id_token: None,
    })
}
