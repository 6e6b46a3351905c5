//! The budget of guesses at the second factors of one account, across journeys, browsers and nodes (SECURITY-CASES MF-03).
//! Counted before anything is compared; whoever guesses has proved the first factor already, so that nobody else can use
//! the budget up.

use serde_json::json;
use uuid::Uuid;

use super::{Context, Refusal};
use crate::flow::Fault;
use crate::identity::lockout;
use crate::model::audit::AuditKind;
use crate::store::sign_in_throttles::{self, Attempt};
use crate::store::{StoreError, Tx, audit};

/// A counted guess.
#[derive(Clone, Debug)]
pub struct Budget(String);

impl Budget {
    fn of(user_id: Uuid) -> Self {
        Self(format!("second factor of {user_id}"))
    }

    /// It was right: the failures are forgotten.
    pub async fn clear(&self, tx: &mut Tx) -> Result<(), StoreError> {
        sign_in_throttles::clear(tx, &self.0).await
    }
}

/// Counts a guess.
pub async fn begin(context: Context<'_>, user_id: Uuid) -> Result<Result<Budget, Refusal>, Fault> {
    let (budget, now) = (Budget::of(user_id), context.state.clock.now());
    let attempt = context
        .state
        .db
        .write(budget.0.clone(), move |tx, key| {
            Box::pin(async move {
                sign_in_throttles::begin(tx, key, now, now - lockout::WINDOW, lockout::blocked_until).await
            })
        })
        .await?;
    Ok(match attempt {
        Attempt::Allowed => Ok(budget),
        Attempt::BlockedUntil(until) => {
            let seconds = u64::try_from((until - now).num_seconds()).unwrap_or_default();
            Err(Refusal::Wait(seconds + 1))
        }
    })
}

/// Leaves a trace of a wrong one.
pub async fn failed(context: Context<'_>, user_id: Uuid) -> Result<(), Fault> {
    let now = context.state.clock.now();
    let origin = context.visitor.origin.clone();
    let recorded = context.state.db.write_one(origin, move |tx, origin| {
        Box::pin(async move {
            let details = json!({ "factor": "second" });
            audit::record(tx, AuditKind::SignInFailed, origin, &user_id.to_string(), details, now).await
        })
    });
    Ok(recorded.await?)
}
