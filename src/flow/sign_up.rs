//! Making an account by oneself.

use serde_json::Map;

use super::users::{self, NewUser, Refused};
use super::{Fault, NewAccount, NewSession, Visitor};
use crate::identity::password::PasswordProblem;
use crate::identity::{assurance, email, names};
use crate::settings::SignUp;
use crate::state::State;
use crate::store::StoreError;

use super::verify_email::VerificationLink;

/// What a person enters.
pub struct Input {
    /// The form.
    pub account: NewAccount,
    /// Who signs in.
    pub visitor: Visitor,
    /// The language of the page, for the mail with the verification link.
    pub locale: String,
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
    let prepared = match prepare(state, input.account, None).await? {
        Ok(prepared) => prepared,
        Err(problems) => return Ok(Outcome::Problems(problems)),
    };
    let user = prepared.user.clone();
    let now = state.clock.now();
    let session = NewSession::prepare(
        &user,
        &[assurance::AMR_PASSWORD],
        &input.visitor.device,
        &state.settings.sessions,
        now,
    );
    let link = VerificationLink::new(state, &input.locale);
    let unit = (
        prepared,
        session.clone(),
        link,
        input.visitor.replaced,
        input.visitor.origin.by(user.subject()),
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
    account: NewAccount,
    role: Option<String>,
) -> Result<Result<users::Prepared, Problems>, Fault> {
    let NewAccount {
        name,
        identifier,
        password,
    } = account;
    let name_judged = names::parse(&name);
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
