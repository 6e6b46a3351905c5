//! How a request leaves its trace: the flow that answers it fills a [`Case`], and closes it with the answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::{Failure, Fault, clients};
use crate::crypto::random;
use crate::model::Timestamp;
use crate::model::audit::Origin;
use crate::model::client::Client;
use crate::model::request_trace::{CheckRow, Endpoint, RequestTrace};
use crate::protocol::checks::redirect_uri::without_values;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::trace::{Check, Finding, Step, Trace, Verdict, shown};
use crate::state::State;

/// Parameters whose values are public.
const PUBLIC: [&str; 9] = [
    "response_type",
    "response_mode",
    "grant_type",
    "scope",
    "prompt",
    "max_age",
    "code_challenge_method",
    "token_type_hint",
    "acr_values",
];

/// Names of parameters that are listed without their values; the names of others are not kept, as they may be anything.
const PRIVATE: [&str; 16] = [
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "code",
    "code_challenge",
    "code_verifier",
    "refresh_token",
    "token",
    "state",
    "nonce",
    "request",
    "request_uri",
    "id_token_hint",
    "login_hint",
    "claims",
    "access_token",
];

/// A request under way.
pub struct Case {
    /// What was judged.
    pub trace: Trace,
    /// The client, once it was found.
    pub client: Option<Arc<Client>>,
    endpoint: Endpoint,
    began: Timestamp,
}

/// What a request was answered.
pub enum Answer<'a> {
    /// What it asked for, or a page for the person: a stable word.
    Done(&'static str),
    /// An error.
    Refused(&'a OAuthError),
    /// We could not answer.
    Fault(&'a Fault),
}

impl<'a> Answer<'a> {
    /// That of an endpoint for clients.
    pub fn of<T>(result: &'a Result<T, Failure>, done: &'static str) -> Self {
        match result {
            Ok(_) => Self::Done(done),
            Err(Failure::OAuth(error)) => Self::Refused(error),
            Err(Failure::Fault(fault)) => Self::Fault(fault),
        }
    }
}

impl Case {
    /// A request that came.
    pub fn new(state: &State, endpoint: Endpoint) -> Self {
        Self {
            trace: Trace::with_room(),
            client: None,
            endpoint,
            began: state.clock.now(),
        }
    }

    /// The request was answered. Of what went well a few are kept, of what did not most (`RequestLog`).
    pub fn close(self, state: &State, parameters: Option<&Parameters>, origin: &Origin, answer: Answer<'_>) {
        let client = self.client.as_ref().map(|client| client.id.as_str());
        let failed = !matches!(answer, Answer::Done(_));
        if let (Answer::Refused(error), Some(client)) = (&answer, client)
            && error.code == ErrorCode::InvalidClient
        {
            state.request_log.refused(client, origin, self.began);
        }
        if state.request_log.admits(client, failed, self.began) {
            state
                .request_log
                .push(self.kept(state, parameters, origin, answer, failed));
        }
    }

    fn kept(
        mut self,
        state: &State,
        parameters: Option<&Parameters>,
        origin: &Origin,
        answer: Answer<'_>,
        failed: bool,
    ) -> RequestTrace {
        let (outcome, error, description) = match answer {
            Answer::Done(what) => (what, "", String::new()),
            Answer::Refused(error) => ("error", error.code.as_str(), error.description.clone().into_owned()),
            Answer::Fault(fault) => {
                // What is wrong with the installation stands in its log, not before the eyes of whoever has a client.
                let found = match fault {
                    Fault::Unavailable(_) => "the database did not answer",
                    Fault::Busy => "too much waits to be done",
                    Fault::Conflict | Fault::Internal(_) => "the server failed",
                };
                let change = "Try again in a moment; if it stays, look for the request id in the log of the server.";
                self.trace.fail(Check::Service, Finding::new(found, change));
                ("error", "server_error", String::new())
            }
        };
        let took = state.clock.now() - self.began;
        RequestTrace {
            id: random::uuid_at(self.began),
            client_id: self.client.map(|client| client.id.clone()).unwrap_or_default(),
            at: self.began,
            endpoint: self.endpoint.as_str().to_owned(),
            failed,
            outcome: outcome.to_owned(),
            error: error.to_owned(),
            description,
            duration_micros: took.num_microseconds().unwrap_or(i64::MAX),
            address: origin.address.clone(),
            request_id: origin.request_id.clone(),
            user_agent: shown(&origin.user_agent),
            parameters: parameters.map(public).unwrap_or_default(),
            checks: self.trace.steps().iter().map(row).collect(),
        }
    }
}

/// A request that no flow saw, because it was refused at the door.
pub async fn turned_away(
    state: &State,
    endpoint: Endpoint,
    client_id: Option<&str>,
    origin: &Origin,
    check: Check,
    error: &OAuthError,
) {
    let mut case = Case::new(state, endpoint);
    // A database that does not answer is no reason to answer otherwise.
    if let Some(id) = client_id {
        case.client = clients::find(state, id).await.ok().flatten();
    }
    case.trace.refuse(check, error);
    case.close(state, None, origin, Answer::Refused(error));
}

fn row(step: &Step) -> CheckRow {
    let (passed, finding) = match &step.verdict {
        Verdict::Passed => (true, None),
        Verdict::Noted(finding) => (true, Some(finding)),
        Verdict::Failed(finding) => (false, Some(finding)),
    };
    CheckRow {
        check: step.check.name().to_owned(),
        section: step.check.section().to_owned(),
        passed,
        found: finding.map(|finding| finding.found.clone()),
        suggestion: finding.map(|finding| finding.suggestion.clone()),
        registered: finding.map(|finding| finding.registered.clone()).unwrap_or_default(),
        sent: finding.and_then(|finding| finding.sent.clone()),
    }
}

/// What may be kept of the parameters.
fn public(parameters: &Parameters) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for name in PUBLIC {
        if let Some(value) = parameters.get(name) {
            kept.insert(name.to_owned(), shown(value));
        }
    }
    for name in ["redirect_uri", "post_logout_redirect_uri"] {
        if let Some(value) = parameters.get(name) {
            kept.insert(name.to_owned(), without_values(value));
        }
    }
    for name in PRIVATE {
        if parameters.get(name).is_some() {
            kept.insert(name.to_owned(), "(not kept)".to_owned());
        }
    }
    kept
}
