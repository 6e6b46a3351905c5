//! Signing in with an address and a password.

use serde_json::json;

use super::{Fault, NewSession, Visitor};
use crate::crypto::password::PasswordError;
use crate::identity::{assurance, email, lockout, password};
use crate::model::audit::{AuditKind, Origin};
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::state::State;
use crate::store::sign_in_throttles::{self, Attempt};
use crate::store::{audit, passwords};

/// What a person enters.
pub struct Input {
    /// The address, as typed.
    pub identifier: String,
    /// The password, as typed.
    pub password: Secret,
    /// Who signs in.
    pub visitor: Visitor,
}

/// What comes of it.
pub enum Outcome {
    /// Signed in.
    SignedIn(Box<NewSession>),
    /// No such account, wrong password, or an account that is switched off: one answer.
    Wrong,
    /// Too many failures: seconds to wait.
    Wait(u64),
}

/// Signs in. Whatever is wrong costs one hash and gives one answer, so that nobody learns which addresses have accounts.
pub async fn run(state: &State, input: Input) -> Result<Outcome, Fault> {
    let key = email::key_of(&input.identifier);
    let now = state.clock.now();
    // Counted before the password is compared, and committed: many tries at once cannot slip through.
    let begun = state
        .db
        .write(key.clone(), move |tx, key| {
            Box::pin(async move {
                let window_start = now - lockout::WINDOW;
                match sign_in_throttles::begin(tx, key, now, window_start, lockout::blocked_until).await? {
                    Attempt::BlockedUntil(until) => Ok(Err(until)),
                    Attempt::Allowed => passwords::for_sign_in(tx, key).await.map(Ok),
                }
            })
        })
        .await?;
    let account = match begun {
        Ok(account) => account,
        Err(until) => {
            let seconds = u64::try_from((until - now).num_seconds()).unwrap_or_default();
            return Ok(Outcome::Wait(seconds + 1));
        }
    };
    let (user, stored) = account.map_or((None, None), |(user, phc)| (Some(user), phc));
    let normal = password::normalise(&input.password);
    let verdict = match state.passwords.verify(normal.clone(), stored.clone()).await {
        Ok(verdict) => verdict,
        Err(error) => {
            forgive(state, &key).await?;
            return Err(error.into());
        }
    };
    let user = user.filter(|user| verdict.matches && user.disabled_at.is_none());
    let Some(user) = user else {
        record_failure(state, &input.visitor.origin, &key).await?;
        return Ok(Outcome::Wrong);
    };
    if let (true, Some(old)) = (verdict.outdated, stored) {
        rehash(state, &user, normal, old).await?;
    }
    let now = state.clock.now();
    let session = NewSession::prepare(
        &user,
        &[assurance::AMR_PASSWORD],
        &input.visitor.device,
        &state.settings.sessions,
        now,
    );
    let unit = (
        session.clone(),
        key,
        input.visitor.replaced,
        input.visitor.origin.by(user.subject()),
    );
    state
        .db
        .write(unit, move |tx, (session, key, replaced, origin)| {
            Box::pin(async move {
                sign_in_throttles::clear(tx, key).await?;
                session.store(tx, replaced.as_ref()).await?;
                let details = json!({ "session": session.session.id, "amr": session.session.amr });
                audit::record(tx, AuditKind::SignedIn, origin, &origin.actor, details, now).await
            })
        })
        .await?;
    Ok(Outcome::SignedIn(Box::new(session)))
}

/// Nothing was compared, so nothing was guessed: a flood must not lock people out who type the right password.
async fn forgive(state: &State, key: &str) -> Result<(), Fault> {
    let now = state.clock.now();
    let forgiven = state.db.write_one(key.to_owned(), move |tx, key| {
        Box::pin(sign_in_throttles::forgive(tx, key, now))
    });
    Ok(forgiven.await?)
}

async fn record_failure(state: &State, origin: &Origin, key: &str) -> Result<(), Fault> {
    let now = state.clock.now();
    let unit = (origin.clone(), key.to_owned());
    let recorded = state.db.write_one(unit, move |tx, (origin, key)| {
        Box::pin(audit::record(tx, AuditKind::SignInFailed, origin, key, json!({}), now))
    });
    Ok(recorded.await?)
}

/// The stored hash has another cost than is set now.
async fn rehash(state: &State, user: &User, normal: Secret, old: String) -> Result<(), Fault> {
    let new = match state.passwords.hash(normal).await {
        Ok(new) => new,
        // The next sign-in will do; nobody is turned away for it.
        Err(PasswordError::Busy) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let id = user.id;
    let stored = state.db.write_one((old, new), move |tx, (old, new)| {
        Box::pin(passwords::rehash(tx, id, old, new))
    });
    Ok(stored.await?)
}
