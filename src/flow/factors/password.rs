//! The password.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::{Answer, Check, Context, Factor, Proved, Refusal};
use crate::crypto::password::PasswordError;
use crate::flow::Fault;
use crate::flow::throttle::{self, Begun, Guessed, Throttle};
use crate::identity::{assurance, email, password};
use crate::model::account::Account;
use crate::model::audit::{AuditKind, Origin};
use crate::model::journey::Proof;
use crate::model::secret::Secret;
use crate::state::State;
use crate::store::{accounts, audit, passwords};

/// See the module.
pub struct Password;

impl Factor for Password {
    fn name(&self) -> &'static str {
        "password"
    }

    fn amr(&self) -> &'static [&'static str] {
        &[assurance::AMR_PASSWORD]
    }

    fn is_first(&self) -> bool {
        true
    }

    fn check<'a>(&'a self, context: Context<'a>, answer: &'a Answer) -> BoxFuture<'a, Result<Check, Fault>> {
        Box::pin(check(context, &answer.password))
    }
}

/// Whatever is wrong costs one hash and gives one answer, so that nobody learns which identifiers have accounts.
async fn check(context: Context<'_>, password: &Secret) -> Result<Check, Fault> {
    let Context { state, visitor, .. } = context;
    if password.expose().is_empty() {
        return Ok(Check::Wrong(Refusal::Missing));
    }
    // Somebody who is asked once more is asked as themselves, whatever the form says.
    let key = email::key_of(
        context
            .account
            .map_or(&context.journey.facts.identifier, |known| &known.user.email),
    );
    let now = state.clock.now();
    // Counted before the password is compared, and committed: many tries at once cannot slip through.
    let throttle = Throttle::new(state, Guessed::Identifier(&key), visitor.device.cookie.as_ref());
    let (account, begun) = state
        .db
        .write((key.clone(), throttle), move |tx, (key, throttle)| {
            Box::pin(async move {
                let account = accounts::find_by_key(tx, key).await?;
                let whose = account.as_ref().map(|account| account.user.id);
                let begun = throttle::begin(tx, throttle, whose, now).await?;
                Ok((account, begun))
            })
        })
        .await?;
    let counted = match begun {
        Begun::Allowed(counted) => counted,
        Begun::BlockedUntil(until) => {
            let details = json!({ "until": until });
            record_failure(state, AuditKind::SignInLocked, &visitor.origin, &key, details).await?;
            return Ok(Check::Wrong(Refusal::Wait(throttle::wait(until, now))));
        }
    };
    let stored = account.as_ref().and_then(|account| account.phc.clone());
    let normal = password::normalise(password);
    let verdict = match state.passwords.verify(normal.clone(), stored.clone()).await {
        Ok(verdict) => verdict,
        Err(error) => {
            counted.forgive(state).await?;
            return Err(error.into());
        }
    };
    let account = account.filter(|account| verdict.matches && account.user.disabled_at.is_none());
    let Some(account) = account else {
        record_failure(
            state,
            AuditKind::SignInFailed,
            &visitor.origin,
            &key,
            json!({ "factor": "password" }),
        )
        .await?;
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    if let (true, Some(old)) = (verdict.outdated, stored) {
        rehash(state, &account, normal, old).await?;
    }
    Ok(Check::Right(Box::new(Proved {
        account,
        proof: Proof {
            factor: "password".to_owned(),
            amr: vec![assurance::AMR_PASSWORD.to_owned()],
            at: state.clock.now(),
        },
        spend: Arc::new(move |tx| {
            let counted = counted.clone();
            Box::pin(async move {
                counted.clear(tx).await?;
                Ok(true)
            })
        }),
    })))
}

async fn record_failure(
    state: &State,
    kind: AuditKind,
    origin: &Origin,
    key: &str,
    details: Value,
) -> Result<(), Fault> {
    let now = state.clock.now();
    let unit = (origin.clone(), key.to_owned(), details);
    let recorded = state.db.write_one(unit, move |tx, (origin, key, details)| {
        Box::pin(audit::record(tx, kind, origin, key, details.clone(), now))
    });
    Ok(recorded.await?)
}

/// The stored hash has another form or cost than is set now.
async fn rehash(state: &State, account: &Account, normal: Secret, old: String) -> Result<(), Fault> {
    let new = match state.passwords.hash(normal).await {
        Ok(new) => new,
        // The next sign-in will do; nobody is turned away for it.
        Err(PasswordError::Busy) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let id = account.user.id;
    let stored = state.db.write_one((old, new), move |tx, (old, new)| {
        Box::pin(passwords::rehash(tx, id, old, new))
    });
    Ok(stored.await?)
}
