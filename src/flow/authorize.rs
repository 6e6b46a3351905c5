//! The authorization endpoint: a request comes, or a person comes back to one that waits. What is next is decided anew each
//! time (`protocol::next_step`); this flow gathers the facts and carries the decision out.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::journey::{self, Demand, Reach};
use super::requests::{Answer, Case};
use super::{Fault, clients, session};
use crate::crypto::jwt::{self, Expiry};
use crate::crypto::{digest, random};
use crate::identity::assurance;
use crate::model::audit::{AuditKind, Origin};
use crate::model::authorization::{Authorization, CodeBinding};
use crate::model::client::Client;
use crate::model::interaction::Interaction;
use crate::model::request_trace::Endpoint;
use crate::model::secret::{Digest, Secret};
use crate::protocol::authorize::{self, AcrWish, AuthorizeRequest, Refusal};
use crate::protocol::error::OAuthError;
use crate::protocol::next_step::{self, Assurance, Decision, Facts, Hint, NextStep, next_step};
use crate::protocol::parameters::Parameters;
use crate::protocol::response::AuthorizationReply;
use crate::protocol::trace::Check;
use crate::settings::{Pkce, SecondFactorPolicy};
use crate::state::State;
use crate::store::sessions::LiveSession;
use crate::store::{audit, authorization_codes, consents, interactions};

/// How long a request waits for its person.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);

/// What the browser shows of itself.
#[derive(Clone, Debug)]
pub struct BrowserFacts {
    /// Digest of the browser's own cookie: waiting requests are bound to it.
    pub browser: Digest,
    /// Digest of the session cookie.
    pub session: Option<Digest>,
    /// For the audit trail.
    pub origin: Origin,
}

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    /// Answered: at the client.
    Reply(AuthorizationReply),
    /// Refused here: the client's redirect URI is not to be trusted.
    Shown(OAuthError),
    /// Waits for the person.
    Interact {
        /// The waiting request.
        interaction: Uuid,
        /// What the person does.
        page: PersonStep,
    },
    /// There is no such waiting request, not any more, or not for this browser.
    Gone,
}

/// What the person does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonStep {
    /// Signs in.
    SignIn,
    /// Makes an account.
    SignUp,
    /// Says with which account to go on.
    Choose,
    /// Answers the consent page.
    Consent,
}

impl Waiting {
    /// The assurance that is asked for and was not reached yet, for the journey that is to reach it.
    pub fn demand(&self) -> Demand {
        let reached = self.live.as_ref().map_or("", |live| assurance::acr(&live.session.amr));
        unmet(&self.request, &self.client, reached)
            .map(|wish| Demand {
                acr: wish.values,
                essential: wish.essential,
            })
            .unwrap_or_default()
    }
}

/// The first wish that an assurance does not satisfy.
fn unmet(request: &AuthorizeRequest, client: &Client, reached: &str) -> Option<AcrWish> {
    request
        .wanted_acr(client)
        .into_iter()
        .find(|wish| !assurance::meets(reached, &wish.values))
}

/// A request that waits, judged, with whoever is signed in: what its pages show.
pub struct Waiting {
    /// The row.
    pub interaction: Interaction,
    /// The client.
    pub client: Arc<Client>,
    /// The request.
    pub request: AuthorizeRequest,
    /// Who is signed in.
    pub live: Option<LiveSession>,
    /// What is next as things are.
    pub next: NextStep,
}

/// A request comes.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow authorize", skip_all)]
pub async fn begin(state: &State, parameters: &Parameters, browser: &BrowserFacts) -> Result<Outcome, Fault> {
    let mut case = Case::new(state, Endpoint::Authorize);
    let (outcome, refused) = match Box::pin(begun(state, parameters, browser, &mut case)).await {
        Ok(begun) => begun,
        Err(fault) => {
            case.close(state, Some(parameters), &browser.origin, Answer::Fault(&fault));
            return Err(fault);
        }
    };
    let answer = refused.as_ref().map_or_else(|| told(&outcome), Answer::Refused);
    case.close(state, Some(parameters), &browser.origin, answer);
    Ok(outcome)
}

/// What became of a request that was not refused, as its trace has it.
fn told(outcome: &Outcome) -> Answer<'static> {
    Answer::Done(match outcome {
        Outcome::Reply(_) => "code",
        Outcome::Shown(_) | Outcome::Gone => "gone",
        Outcome::Interact { page, .. } => match page {
            PersonStep::SignIn => "sign_in",
            PersonStep::SignUp => "sign_up",
            PersonStep::Choose => "choose_account",
            PersonStep::Consent => "consent",
        },
    })
}

/// What becomes of a request that came, and the error in it.
async fn begun(
    state: &State,
    parameters: &Parameters,
    browser: &BrowserFacts,
    case: &mut Case,
) -> Result<(Outcome, Option<OAuthError>), Fault> {
    let (client, request, parameters) = match judge(state, parameters, case).await? {
        Ok(judged) => judged,
        Err(Refusal::Shown(error)) => return Ok((Outcome::Shown(error.clone()), Some(error))),
        Err(Refusal::Sent(target, error)) => {
            return Ok((Outcome::Reply(target.failure(state.issuer(), &error)), Some(error)));
        }
    };
    let live = session::live(state, browser.session, &client.id).await?;
    let next = decide(state, &client, &request, live.as_ref(), None, None).await?;
    if let NextStep::Deny(error) = next {
        case.trace.refuse(next_step::behind(&error), &error);
        return Ok((
            Outcome::Reply(request.target.failure(state.issuer(), &error)),
            Some(error),
        ));
    }
    let outcome = on_the_way(state, &parameters, browser, (&client, &request, live), next).await?;
    Ok((outcome, None))
}

async fn on_the_way(
    state: &State,
    parameters: &Parameters,
    browser: &BrowserFacts,
    (client, request, live): (&Client, &AuthorizeRequest, Option<LiveSession>),
    next: NextStep,
) -> Result<Outcome, Fault> {
    match next {
        NextStep::Deny(error) => Ok(Outcome::Reply(request.target.failure(state.issuer(), &error))),
        NextStep::Issue => issue_at_once(state, client, request, live).await,
        NextStep::SignIn { create: true, .. } => wait(state, parameters, browser, PersonStep::SignUp).await,
        NextStep::SignIn { .. } => wait(state, parameters, browser, PersonStep::SignIn).await,
        NextStep::Choose => wait(state, parameters, browser, PersonStep::Choose).await,
        NextStep::Consent => wait(state, parameters, browser, PersonStep::Consent).await,
    }
}

/// A waiting request for its pages; `None` when it is gone or another browser's.
pub async fn waiting(state: &State, id: Uuid, browser: &BrowserFacts) -> Result<Option<Waiting>, Fault> {
    found(state, id, browser, &mut Case::new(state, Endpoint::Authorize)).await
}

async fn found(state: &State, id: Uuid, browser: &BrowserFacts, case: &mut Case) -> Result<Option<Waiting>, Fault> {
    let (digest, now) = (browser.browser, state.clock.now());
    let found = state
        .db
        .read((), move |tx, ()| {
            Box::pin(async move { interactions::find(tx, id, &digest, now).await })
        })
        .await?;
    let Some(interaction) = found else { return Ok(None) };
    // The client may have changed meanwhile: the request is judged anew.
    let Ok((client, request, _)) = judge(state, &interaction.request.clone().into(), case).await? else {
        return Ok(None);
    };
    let live = session::live(state, browser.session, &client.id).await?;
    let next = decide(state, &client, &request, live.as_ref(), Some(&interaction), None).await?;
    Ok(Some(Waiting {
        interaction,
        client,
        request,
        live,
        next,
    }))
}

/// The person has said with which account to go on.
pub async fn choose(state: &State, id: Uuid, browser: &BrowserFacts) -> Result<bool, Fault> {
    let (digest, now) = (browser.browser, state.clock.now());
    let chosen = state.db.write_one((), move |tx, ()| {
        Box::pin(async move { interactions::choose(tx, id, &digest, now).await })
    });
    Ok(chosen.await?)
}

/// The person comes back to a waiting request, with an answer to the consent page or without.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow authorize again", skip_all)]
pub async fn resume(
    state: &State,
    id: Uuid,
    browser: &BrowserFacts,
    decision: Option<Decision>,
) -> Result<Outcome, Fault> {
    let mut case = Case::new(state, Endpoint::Authorize);
    let Some(waiting) = found(state, id, browser, &mut case).await? else {
        return Ok(Outcome::Gone);
    };
    let parameters = Parameters::from(waiting.interaction.request.clone());
    let (outcome, refused) = Box::pin(resumed(state, waiting, browser, decision)).await?;
    // Whoever is still on the way was noted when the request came.
    if matches!(outcome, Outcome::Reply(_)) {
        if let Some(error) = &refused {
            case.trace.refuse(next_step::behind(error), error);
        }
        let answer = refused.as_ref().map_or_else(|| told(&outcome), Answer::Refused);
        case.close(state, Some(&parameters), &browser.origin, answer);
    }
    Ok(outcome)
}

/// What becomes of a request that waited, and the error in it.
async fn resumed(
    state: &State,
    waiting: Waiting,
    browser: &BrowserFacts,
    decision: Option<Decision>,
) -> Result<(Outcome, Option<OAuthError>), Fault> {
    let Waiting {
        interaction,
        client,
        request,
        live,
        ..
    } = waiting;
    let id = interaction.id;
    let outcome = match decide(state, &client, &request, live.as_ref(), Some(&interaction), decision).await? {
        NextStep::SignIn { create, .. } => {
            let page = if create { PersonStep::SignUp } else { PersonStep::SignIn };
            Ok(Outcome::Interact { interaction: id, page })
        }
        NextStep::Choose => Ok(Outcome::Interact {
            interaction: id,
            page: PersonStep::Choose,
        }),
        NextStep::Consent => Ok(Outcome::Interact {
            interaction: id,
            page: PersonStep::Consent,
        }),
        NextStep::Deny(error) => {
            let denied = decision == Some(Decision::Deny);
            let origin = browser
                .origin
                .by(live.map(|live| live.user.subject()).unwrap_or_default());
            let now = state.clock.now();
            let first = state
                .db
                .write((origin, client.id.clone()), move |tx, (origin, client_id)| {
                    Box::pin(async move {
                        let first = interactions::consume(tx, id, now).await?;
                        if first && denied {
                            audit::record(tx, AuditKind::ConsentDenied, origin, client_id, json!({}), now).await?;
                        }
                        Ok(first)
                    })
                })
                .await?;
            return Ok(match first {
                true => (
                    Outcome::Reply(request.target.failure(state.issuer(), &error)),
                    Some(error),
                ),
                false => (Outcome::Gone, None),
            });
        }
        NextStep::Issue => {
            let Some(live) = live else {
                return Ok((Outcome::Gone, None));
            };
            issue_waiting(
                state,
                id,
                &client,
                &request,
                live,
                decision == Some(Decision::Allow),
                browser,
            )
            .await
        }
    };
    Ok((outcome?, None))
}

/// A judged request: its client, the request, and the parameters that it was judged by.
type Judged = (Arc<Client>, AuthorizeRequest, Parameters);

/// Looks the client up, unfolds a request object and judges the parameters.
async fn judge(state: &State, parameters: &Parameters, case: &mut Case) -> Result<Result<Judged, Refusal>, Fault> {
    let client_id = match authorize::client_id(parameters) {
        Ok(id) => id,
        Err(error) => {
            case.trace.refuse(Check::Client, &error);
            return Ok(Err(Refusal::Shown(error)));
        }
    };
    case.client = clients::find(state, client_id).await?;
    let known = case.client.clone().filter(|client| client.disabled_at.is_none());
    let Some(client) = known else {
        let finding = authorize::no_client(client_id, case.client.is_some());
        let error = authorize::unknown_client().explained(finding);
        case.trace.refuse(Check::Client, &error);
        return Ok(Err(Refusal::Shown(error)));
    };
    case.trace.pass(Check::Client);
    let trace = &mut case.trace;
    let pkce_required = state.settings.clients.pkce_confidential == Pkce::Required;
    let unfolded = authorize::unfold(parameters, &client, state.issuer(), state.clock.now(), trace);
    let judged = unfolded.and_then(|unfolded| {
        let parameters = unfolded.unwrap_or_else(|| parameters.clone());
        authorize::parse(&parameters, &client, pkce_required, trace).map(|request| (request, parameters))
    });
    Ok(judged.map(|(request, parameters)| (client, request, parameters)))
}

async fn decide(
    state: &State,
    client: &Client,
    request: &AuthorizeRequest,
    live: Option<&LiveSession>,
    interaction: Option<&Interaction>,
    decision: Option<Decision>,
) -> Result<NextStep, Fault> {
    Ok(next_step(&Facts {
        request,
        client,
        session: live.map(|live| &live.session),
        assurance: assurance_of(state, client, request, live).await?,
        consented: live.and_then(|live| live.consented.as_ref()),
        hint: hint(state, request),
        waiting_since: interaction.map(|interaction| interaction.created_at),
        account_chosen: interaction.is_some_and(|interaction| interaction.account_chosen),
        decision,
        now: state.clock.now(),
    }))
}

/// How a session stands to the assurance that is asked for. The database is asked only where more is wished than was shown.
async fn assurance_of(
    state: &State,
    client: &Client,
    request: &AuthorizeRequest,
    live: Option<&LiveSession>,
) -> Result<Assurance, Fault> {
    let Some(live) = live else { return Ok(Assurance::Met) };
    let Some(AcrWish { values, essential }) = unmet(request, client, assurance::acr(&live.session.amr)) else {
        return Ok(Assurance::Met);
    };
    let reachable = match state.settings.second_factor.policy {
        SecondFactorPolicy::Off => false,
        SecondFactorPolicy::Optional | SecondFactorPolicy::Required => {
            match journey::reach_of(state, live.user.id, &live.session.amr, &values).await? {
                Reach::Owned => true,
                // Nobody has to set something up for a mere wish.
                Reach::ToBeSetUp => essential,
                Reach::No => false,
            }
        }
    };
    Ok(match reachable {
        true => Assurance::Reachable { essential },
        false => Assurance::OutOfReach { essential },
    })
}

#[derive(serde::Deserialize)]
struct HintClaims {
    sub: String,
}

fn hint(state: &State, request: &AuthorizeRequest) -> Hint {
    let Some(token) = &request.id_token_hint else {
        return Hint::Absent;
    };
    match jwt::verify::<HintClaims>(&state.keys(), state.issuer(), None, Expiry::Ignored, token) {
        Ok(verified) => Uuid::parse_str(&verified.claims().sub).map_or(Hint::Invalid, Hint::Names),
        Err(_) => Hint::Invalid,
    }
}

async fn wait(
    state: &State,
    parameters: &Parameters,
    browser: &BrowserFacts,
    page: PersonStep,
) -> Result<Outcome, Fault> {
    let now = state.clock.now();
    let interaction = Interaction {
        id: random::uuid(),
        request: parameters.values.clone(),
        account_chosen: false,
        created_at: now,
        expires_at: now + PATIENCE,
    };
    let id = interaction.id;
    state
        .db
        .write_one((interaction, browser.browser), |tx, (interaction, digest)| {
            Box::pin(interactions::insert(tx, interaction, digest))
        })
        .await?;
    Ok(Outcome::Interact { interaction: id, page })
}

/// A code that is about to be stored.
struct NewCode {
    secret: Secret,
    digest: Digest,
    authorization: Authorization,
    binding: CodeBinding,
    expires_at: crate::model::Timestamp,
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
async fn issue_at_once(
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
async fn issue_waiting(
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
