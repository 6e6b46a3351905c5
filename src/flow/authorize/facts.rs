//! What is known of a request and of whoever sends it: the judged request, and what is next as things are.

use std::sync::Arc;

use uuid::Uuid;

use super::Waiting;
use crate::crypto::jwt::{self, Expiry};
use crate::flow::journey::{self, Demand, Reach};
use crate::flow::requests::Case;
use crate::flow::{Fault, clients};
use crate::identity::assurance;
use crate::model::client::Client;
use crate::model::interaction::Interaction;
use crate::protocol::authorize::{self, AcrWish, AuthorizeRequest, Refusal};
use crate::protocol::next_step::{Assurance, Decision, Facts, Hint, NextStep, next_step};
use crate::protocol::parameters::Parameters;
use crate::protocol::trace::Check;
use crate::settings::{Pkce, SecondFactorPolicy};
use crate::state::State;
use crate::store::sessions::LiveSession;

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

/// A judged request: its client, the request, and the parameters that it was judged by.
pub(super) type Judged = (Arc<Client>, AuthorizeRequest, Parameters);

/// Looks the client up, unfolds a request object and judges the parameters.
pub(super) async fn judge(
    state: &State,
    parameters: &Parameters,
    case: &mut Case,
) -> Result<Result<Judged, Refusal>, Fault> {
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

/// What is next as things are.
pub(super) async fn decide(
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
