//! People on the way: to a session, to an account, to a new password. The pages and the JSON interface both walk it: an
//! action comes, its effect is stored, and `identity::journey` decides anew from everything stored what comes next.
//!
//! No step calls another one. What an answer uses up and what it brings are one unit of work, and the row's revision lets
//! one of two tabs win. A sign-in that still waits for something is a [`Journey`], never a session.

mod act;
mod finish;
mod link;
mod prove;
mod sign_up;
mod situation;

use chrono::TimeDelta;
use uuid::Uuid;

use super::applicants::Problems;
use super::factors::{Factor, Prompt, Refusal, Setup};
use super::{Fault, NewSession, Visitor};
use crate::crypto::random;
use crate::identity::journey::Step;
use crate::identity::password::PasswordProblem;
use crate::model::account::Account;
use crate::model::journey::{Journey, JourneyFacts, JourneyKind, Proof};
use crate::model::secret::{Digest, Secret};
use crate::model::session::Session;
use crate::state::State;
use crate::store::journeys;

pub use act::{Action, Submission, act};
pub use link::{LinkHere, follow, look};
pub use sign_up::{Application, Way, apply, is_open};
pub use situation::{Reach, reach_of, stand};

/// How long a journey may take.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);

/// Who is on the way, and where.
#[derive(Clone, Debug)]
pub struct Here {
    /// Who it is, for sessions and the audit trail.
    pub visitor: Visitor,
    /// Digest of the browser's own cookie: journeys are bound to it.
    pub browser: Digest,
    /// Digest of the device cookie, if the browser has one.
    pub device: Option<Digest>,
    /// The language of the page, a BCP 47 tag.
    pub locale: String,
    /// What the waiting application asks for.
    pub demand: Demand,
}

/// The assurance that a waiting application asks for; see `identity::journey::Wanted`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Any of these.
    pub acr: Vec<String>,
    /// Whether nothing less will do.
    pub essential: bool,
}

/// Where a journey stands: everything that its page shows.
pub struct Stand {
    /// The journey.
    pub journey: Journey,
    /// What comes next.
    pub step: Step,
    /// The factor whose page is shown, at steps that prove or set up one.
    pub factor: Option<&'static dyn Factor>,
    /// What its page shows.
    pub prompt: Prompt,
    /// What setting it up shows.
    pub setup: Option<Setup>,
    /// The factors that may be used at this step, the shown one included.
    pub options: Vec<&'static str>,
    /// Whose account it is, once something was proved.
    pub account: Option<Account>,
    /// Recovery codes to keep.
    pub recovery_codes: Vec<String>,
}

impl std::fmt::Debug for Stand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stand")
            .field("step", &self.step)
            .field("factor", &self.factor.map(Factor::name))
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What was wrong with an action. The step is the same as before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nobody was named.
    NoIdentifier,
    /// See [`Refusal`].
    Answer(Refusal),
    /// See [`PasswordProblem`].
    Password(PasswordProblem),
    /// See [`Problems`].
    Application(Problems),
    /// The terms must be accepted.
    Terms,
    /// The factor cannot be used here.
    Method,
}

/// What came of an action.
#[derive(Debug)]
pub enum Outcome {
    /// The journey goes on.
    Step(Box<Stand>, Option<Problem>),
    /// The person is signed in.
    SignedIn(Box<Finished>),
    /// The password is set; the person signs in with it.
    PasswordSet,
    /// The factor is set up.
    Enrolled,
    /// The journey is over, or another browser's, or was gone on with elsewhere.
    Gone,
}

/// The end of a journey that leads to a session.
#[derive(Debug)]
pub struct Finished {
    /// The session.
    pub session: NewSession,
    /// The request that waits.
    pub interaction: Option<Uuid>,
    /// One of our own pages.
    pub return_to: Option<String>,
    /// The value of the device cookie, where it is a new one.
    pub device: Option<Secret>,
    /// The factor that the sign-in began with, for the "last used" hint.
    pub first: String,
}

/// A journey that has just begun; it is stored once it has to wait for something.
pub fn begin(state: &State, kind: JourneyKind, facts: JourneyFacts) -> Journey {
    let now = state.clock.now();
    Journey {
        id: random::uuid(),
        kind,
        facts,
        revision: 0,
        created_at: now,
        expires_at: now + PATIENCE,
    }
}

/// The journey in which a browser is asked for a passkey while its page waits: one of its own, so that what a script asks for
/// behind a form and what its person sends at the same moment do not refuse each other. Where something is proved already the
/// page's own goes on, for that one counts the answers.
pub fn beside(state: &State, journey: Journey) -> Journey {
    match journey.kind {
        JourneyKind::SignIn if journey.facts.proofs.is_empty() => begin(state, journey.kind, journey.facts),
        _ => journey,
    }
}

/// Stores a journey that has just begun, so that its page can be loaded again.
pub async fn keep(state: &State, here: &Here, mut journey: Journey) -> Result<Journey, Fault> {
    let browser = here.browser;
    state
        .db
        .write_one(journey.clone(), move |tx, journey| {
            Box::pin(async move { journeys::insert(tx, journey, &browser).await })
        })
        .await?;
    journey.revision = 1;
    Ok(journey)
}

/// What a session has shown, for one who is asked for another factor.
pub fn proofs_of(session: &Session) -> Vec<Proof> {
    vec![Proof {
        factor: "session".to_owned(),
        amr: session.amr.clone(),
        at: session.authenticated_at,
    }]
}

/// A journey of this browser.
pub async fn find(state: &State, here: &Here, id: Uuid) -> Result<Option<Journey>, Fault> {
    let (browser, now) = (here.browser, state.clock.now());
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move { journeys::find(tx, id, &browser, now).await })
    });
    Ok(found.await?)
}
