//! What comes next for an authorization request: decided anew from the facts at every step, so that no order of steps and
//! no edited link can skip one. OpenID Connect Core sections 3.1.2.1 to 3.1.2.4.

use uuid::Uuid;

use super::authorize::AuthorizeRequest;
use super::error::{ErrorCode, OAuthError};
use super::scopes;
use super::trace::Check;
use crate::model::Timestamp;
use crate::model::client::{Client, ConsentPolicy};
use crate::model::scope::Scope;
use crate::model::session::Session;

/// What is known when the question is asked.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The judged request.
    pub request: &'a AuthorizeRequest,
    /// Its client.
    pub client: &'a Client,
    /// The live session of the browser, its person being allowed to sign in.
    pub session: Option<&'a Session>,
    /// Whether the assurance that is asked for was reached.
    pub assurance: Assurance,
    /// What the person of the session let this client have before.
    pub consented: Option<&'a Scope>,
    /// What the `id_token_hint` turned out to be.
    pub hint: Hint,
    /// Since when the request waits for the person; `None` when it just came.
    pub waiting_since: Option<Timestamp>,
    /// Whether the person has said with which account to go on.
    pub account_chosen: bool,
    /// The answer of the person to the consent page of this very request.
    pub decision: Option<Decision>,
    /// Now.
    pub now: Timestamp,
}

/// How the session stands to the assurance that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assurance {
    /// It was reached, or none is asked for.
    #[default]
    Met,
    /// Another factor of the person, or one that they set up, would reach it.
    Reachable {
        /// Whether nothing less will do.
        essential: bool,
    },
    /// It cannot be had here.
    OutOfReach {
        /// Whether nothing less will do.
        essential: bool,
    },
}

/// An `id_token_hint` after verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// None was sent.
    Absent,
    /// One of ours, naming this person.
    Names(Uuid),
    /// Not one of ours.
    Invalid,
}

/// The answer to the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// `decision=allow`
    Allow,
    /// `decision=deny`
    Deny,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// The person signs in.
    SignIn {
        /// Somebody is signed in already and must prove it anew, or another person is expected.
        again: bool,
        /// What the session has shown stands; another factor is wanted beside it (RFC 9470).
        step_up: bool,
        /// Begin at sign-up.
        create: bool,
    },
    /// The person says with which account to go on.
    Choose,
    /// The person is asked.
    Consent,
    /// A code is issued for the request's scope.
    Issue,
    /// The client is told why not.
    Deny(OAuthError),
}

/// The check behind a denial, for the trace.
pub fn behind(error: &OAuthError) -> Check {
    match error.code {
        ErrorCode::ConsentRequired | ErrorCode::AccessDenied => Check::Consent,
        ErrorCode::UnmetAuthenticationRequirements => Check::Assurance,
        _ => Check::Session,
    }
}

/// Decides.
pub fn next_step(facts: &Facts<'_>) -> NextStep {
    let silent = facts.request.prompt.none;
    let Some(session) = facts.session else {
        return match silent {
            true => deny(ErrorCode::LoginRequired, "nobody is signed in"),
            false => NextStep::SignIn {
                again: false,
                step_up: false,
                create: facts.request.prompt.create,
            },
        };
    };
    let signed_in_for_this = facts
        .waiting_since
        .is_some_and(|since| session.authenticated_at >= since);
    if facts.request.prompt.select_account && !facts.account_chosen && !signed_in_for_this {
        return NextStep::Choose;
    }
    if needs_fresh_sign_in(facts, session) && !signed_in_for_this {
        return match silent {
            true => deny(ErrorCode::LoginRequired, "the person must sign in again"),
            false => NextStep::SignIn {
                again: true,
                step_up: false,
                create: false,
            },
        };
    }
    let expected = match facts.hint {
        Hint::Absent => true,
        Hint::Names(subject) => subject == session.user_id,
        Hint::Invalid => false,
    };
    if !expected {
        return match silent || signed_in_for_this || facts.hint == Hint::Invalid {
            true => deny(ErrorCode::LoginRequired, "the person of id_token_hint is not signed in"),
            false => NextStep::SignIn {
                again: true,
                step_up: false,
                create: false,
            },
        };
    }
    if let Some(step) = wants_more(facts, silent, signed_in_for_this) {
        return step;
    }
    match (needs_consent(facts), facts.decision) {
        (_, Some(Decision::Deny)) => deny(ErrorCode::AccessDenied, "the person said no"),
        (false, _) | (true, Some(Decision::Allow)) => NextStep::Issue,
        (true, None) if silent => deny(ErrorCode::ConsentRequired, "the person has not agreed to this yet"),
        (true, None) => NextStep::Consent,
    }
}

/// RFC 9470 section 4 and Core section 5.5.1.1: an assurance that the session has not reached is asked for once. What was
/// wished is left out where it cannot be had; what is essential is not.
fn wants_more(facts: &Facts<'_>, silent: bool, signed_in_for_this: bool) -> Option<NextStep> {
    let refused = || {
        deny(
            ErrorCode::UnmetAuthenticationRequirements,
            "the acr asked for is not reached",
        )
    };
    match facts.assurance {
        Assurance::Met => None,
        Assurance::Reachable { .. } if !silent && !signed_in_for_this => Some(NextStep::SignIn {
            again: true,
            step_up: true,
            create: false,
        }),
        Assurance::Reachable { essential } | Assurance::OutOfReach { essential } => essential.then(refused),
    }
}

fn deny(code: ErrorCode, why: &'static str) -> NextStep {
    NextStep::Deny(OAuthError::new(code, why))
}

fn needs_fresh_sign_in(facts: &Facts<'_>, session: &Session) -> bool {
    let age = facts.now.signed_duration_since(session.authenticated_at).num_seconds();
    facts.request.prompt.login || facts.request.max_age.is_some_and(|max| age > max || max == 0)
}

fn needs_consent(facts: &Facts<'_>) -> bool {
    let asked = facts.request.scope.without(scopes::OPENID);
    let remembered = facts.consented.is_some_and(|consented| asked.is_subset_of(consented));
    match facts.client.metadata.consent {
        ConsentPolicy::Skip => facts.request.prompt.consent,
        ConsentPolicy::Remember => !remembered || facts.request.prompt.consent,
        // Asked at every interactive request; a silent one rests on the answer that was given before.
        ConsentPolicy::Always => !(facts.request.prompt.none && remembered),
    }
}

#[cfg(test)]
mod tests;
