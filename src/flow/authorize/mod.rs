//! The authorization endpoint: a request comes, or a person comes back to one that waits. What is next is decided anew each
//! time (`protocol::next_step`); this flow gathers the facts and carries the decision out.

mod facts;
mod issue;

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::requests::{Answer, Case};
use super::{Fault, session};
use crate::crypto::random;
use crate::model::audit::{AuditKind, Origin};
use crate::model::client::Client;
use crate::model::interaction::Interaction;
use crate::model::request_trace::Endpoint;
use crate::model::secret::Digest;
use crate::protocol::authorize::{AuthorizeRequest, Refusal};
use crate::protocol::error::OAuthError;
use crate::protocol::next_step::{self, Decision, NextStep};
use crate::protocol::parameters::Parameters;
use crate::protocol::response::AuthorizationReply;
use crate::state::State;
use crate::store::sessions::LiveSession;
use crate::store::{audit, interactions};
use facts::{decide, judge};

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

impl PersonStep {
    fn sign_in(create: bool) -> Self {
        if create { Self::SignUp } else { Self::SignIn }
    }
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
    let outcome = match next {
        NextStep::Deny(error) => {
            case.trace.refuse(next_step::behind(&error), &error);
            let reply = request.target.failure(state.issuer(), &error);
            return Ok((Outcome::Reply(reply), Some(error)));
        }
        NextStep::Issue => issue::at_once(state, &client, &request, live).await?,
        NextStep::SignIn { create, .. } => wait(state, &parameters, browser, PersonStep::sign_in(create)).await?,
        NextStep::Choose => wait(state, &parameters, browser, PersonStep::Choose).await?,
        NextStep::Consent => wait(state, &parameters, browser, PersonStep::Consent).await?,
    };
    Ok((outcome, None))
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
    let to_page = |page| Ok(Outcome::Interact { interaction: id, page });
    let outcome = match decide(state, &client, &request, live.as_ref(), Some(&interaction), decision).await? {
        NextStep::SignIn { create, .. } => to_page(PersonStep::sign_in(create)),
        NextStep::Choose => to_page(PersonStep::Choose),
        NextStep::Consent => to_page(PersonStep::Consent),
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
            issue::of_waiting(
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
