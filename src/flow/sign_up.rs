//! Making an account by oneself.

use chrono::TimeDelta;
use serde_json::Map;

use super::letters::{self, Composer};
use super::users::{self, NewUser, Refused};
use super::{Device, Fault, NewSession};
use crate::crypto::{digest, random};
use crate::identity::password::PasswordProblem;
use crate::identity::{assurance, email, names};
use crate::model::audit::Origin;
use crate::model::secret::{Digest, Secret};
use crate::model::user::User;
use crate::outbound::mail::Letter;
use crate::settings::SignUp;
use crate::state::State;
use crate::store::one_time_tokens::{self, Purpose};
use crate::store::{StoreError, Tx};

use super::verify_email::Verification;

/// How long a verification link works.
pub const LINK_LIFE: TimeDelta = TimeDelta::hours(24);

/// What a person enters.
pub struct Input {
    /// The name, as typed; may be empty.
    pub name: String,
    /// The address, as typed.
    pub identifier: String,
    /// The password, as typed.
    pub password: Secret,
    /// The session cookie that the browser has: it ends.
    pub replaced: Option<Digest>,
    /// The browser.
    pub device: Device,
    /// For the audit trail.
    pub origin: Origin,
    /// Writes the mail around the verification link.
    pub composer: Composer,
}

/// Everything that is wrong with a form, so that it is said at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// The name cannot be shown and mailed.
    pub name: bool,
    /// See [`AddressProblem`].
    pub address: Option<AddressProblem>,
    /// See [`PasswordProblem`].
    pub password: Option<PasswordProblem>,
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressProblem {
    /// Not an address.
    Invalid,
    /// It has an account.
    Taken,
}

/// What comes of it.
pub enum Outcome {
    /// The account is made, and the person signed in.
    SignedUp(Box<NewSession>),
    /// Nothing happened.
    Problems(Problems),
    /// Nobody may sign up by themselves here.
    Closed,
}

/// Makes an account, promises the mail that verifies its address, and signs in: one unit of work.
pub async fn run(state: &State, input: Input) -> Result<Outcome, Fault> {
    if state.settings.accounts.sign_up == SignUp::Closed {
        return Ok(Outcome::Closed);
    }
    let prepared = match prepare(state, &input.name, input.identifier, input.password, None).await? {
        Ok(prepared) => prepared,
        Err(problems) => return Ok(Outcome::Problems(problems)),
    };
    let user = prepared.user.clone();
    let now = state.clock.now();
    let session = NewSession::prepare(
        &user,
        &[assurance::AMR_PASSWORD],
        &input.device,
        &state.settings.sessions,
        now,
    );
    let link = VerificationLink::new(state, &input.composer);
    let unit = (
        prepared,
        session.clone(),
        link,
        input.replaced,
        input.origin.by(user.subject()),
    );
    let stored = state
        .db
        .write(unit, |tx, (prepared, session, link, replaced, origin)| {
            Box::pin(async move {
                users::store(tx, prepared, origin).await?;
                link.promise(tx, &prepared.user).await?;
                session.store(tx, replaced.as_ref()).await
            })
        })
        .await;
    match stored {
        Ok(()) => Ok(Outcome::SignedUp(Box::new(session))),
        Err(StoreError::Conflict) => Ok(Outcome::Problems(Problems {
            address: Some(AddressProblem::Taken),
            ..Problems::default()
        })),
        Err(error) => Err(error.into()),
    }
}

/// Judges what a form says of a new account; shared with the first administrator's.
pub(super) async fn prepare(
    state: &State,
    name: &str,
    identifier: String,
    password: Secret,
    role: Option<String>,
) -> Result<Result<users::Prepared, Problems>, Fault> {
    let name_judged = names::parse(name);
    let mut problems = Problems {
        name: name_judged.is_err(),
        address: email::parse(&identifier).is_err().then_some(AddressProblem::Invalid),
        password: None,
    };
    let claims: Map<_, _> = name_judged
        .ok()
        .flatten()
        .map(|name| ("name".to_owned(), name.into()))
        .into_iter()
        .collect();
    let email_verified = role.is_some();
    if problems != Problems::default() {
        // The password is judged all the same, so that everything is said at once; nothing is hashed.
        let about = [identifier.as_str(), &state.settings.branding.name];
        problems.password =
            crate::identity::password::judge(&password, &about, state.settings.passwords.policy()).err();
        return Ok(Err(problems));
    }
    let new = NewUser {
        email: identifier,
        email_verified,
        password,
        role,
        plan: None,
        claims,
    };
    match users::prepare(state, new).await {
        Ok(prepared) => Ok(Ok(prepared)),
        Err(Refused::Password(problem)) => Ok(Err(Problems {
            password: Some(problem),
            ..problems
        })),
        Err(Refused::Fault(fault)) => Err(fault),
        Err(other) => Err(Fault::Internal(other.to_string())),
    }
}

/// A link that verifies an address, and the letter around it.
pub(super) struct VerificationLink {
    digest: Digest,
    letter: Letter,
    now: crate::model::Timestamp,
}

impl VerificationLink {
    pub(super) fn new(state: &State, composer: &Composer) -> Self {
        let secret = random::secret(random::prefix::LINK);
        let link = format!("{}/verify-email?token={}", state.issuer(), secret.expose());
        Self {
            digest: digest::digest(&secret),
            letter: composer(&link),
            now: state.clock.now(),
        }
    }

    pub(super) async fn promise(&self, tx: &mut Tx, user: &User) -> Result<(), StoreError> {
        let payload = Verification {
            user_id: user.id,
            email: user.email.clone(),
        };
        let end = self.now + LINK_LIFE;
        one_time_tokens::insert(tx, Purpose::VerifyEmail, &self.digest, &payload, self.now, end).await?;
        letters::promise(tx, &user.email, &self.letter, self.now).await
    }
}
