//! Codes: made once everything is there that a request asks for.

use serde_json::json;
use uuid::Uuid;

use super::{BrowserFacts, Outcome};
use crate::crypto::{digest, random};
use crate::flow::Fault;
use crate::identity::assurance;
use crate::model::Timestamp;
use crate::model::audit::AuditKind;
use crate::model::authorization::{Authorization, CodeBinding};
use crate::model::client::Client;
use crate::model::secret::{Digest, Secret};
use crate::protocol::authorize::AuthorizeRequest;
use crate::state::State;
use crate::store::sessions::LiveSession;
use crate::store::{audit, authorization_codes, consents, interactions};

/// A code that is about to be stored.
struct NewCode {
    secret: Secret,
    digest: Digest,
    authorization: Authorization,
    binding: CodeBinding,
    expires_at: Timestamp,
}

fn new_code(state: &State, client: &Client, request: &AuthorizeRequest, live: &LiveSession) -> NewCode {
    let now = state.clock.now();
    let secret = random::secret(random::prefix::CODE);
    NewCode {
        digest: digest::digest(&secret),
        secret,
        authorization: Authorization {
            grant_id: random::uuid_at(now),
            client_id: client.id.clone(),
            user_id: live.user.id,
            session_id: live.session.id,
            scope: request.scope.clone(),
            auth_time: live.session.authenticated_at,
            amr: live.session.amr.clone(),
            acr: assurance::acr(&live.session.amr).to_owned(),
            nonce: request.nonce.clone(),
            claims: request.claims.clone(),
        },
        binding: CodeBinding {
            redirect_uri: request.target.redirect_uri().to_owned(),
            code_challenge: request.code_challenge.clone(),
        },
        expires_at: now + state.settings.tokens.code(),
    }
}

/// Nobody was asked anything: one statement.
pub(super) async fn at_once(
    state: &State,
    client: &Client,
    request: &AuthorizeRequest,
    live: Option<LiveSession>,
) -> Result<Outcome, Fault> {
    let Some(live) = live else { return Ok(Outcome::Gone) };
    let code = new_code(state, client, request, &live);
    let reply = request.target.success(state.issuer(), code.secret.expose());
    state
        .db
        .write_one(code, |tx, code| {
            Box::pin(authorization_codes::insert(
                tx,
                &code.digest,
                &code.authorization,
                &code.binding,
                code.expires_at,
            ))
        })
        .await?;
    Ok(Outcome::Reply(reply))
}

/// The request waited: it is used up, the person's answer is remembered and the code stored, all or nothing.
pub(super) async fn of_waiting(
    state: &State,
    id: Uuid,
    client: &Client,
    request: &AuthorizeRequest,
    live: LiveSession,
    agreed: bool,
    browser: &BrowserFacts,
) -> Result<Outcome, Fault> {
    let code = new_code(state, client, request, &live);
    let reply = request.target.success(state.issuer(), code.secret.expose());
    let now = state.clock.now();
    let input = (code, browser.origin.by(live.user.subject()));
    let first = state
        .db
        .write(input, move |tx, (code, origin)| {
            Box::pin(async move {
                if !interactions::consume(tx, id, now).await? {
                    return Ok(false);
                }
                let authorization = &code.authorization;
                if agreed {
                    let (client_id, scope) = (&authorization.client_id, &authorization.scope);
                    consents::grant(tx, authorization.user_id, client_id, scope, now).await?;
                    let details = json!({ "scope": scope });
                    audit::record(tx, AuditKind::ConsentGranted, origin, client_id, details, now).await?;
                }
                authorization_codes::insert(tx, &code.digest, authorization, &code.binding, code.expires_at).await?;
                Ok(true)
            })
        })
        .await?;
    Ok(if first { Outcome::Reply(reply) } else { Outcome::Gone })
}
