//! The budget of guesses at the second factors of one account, across journeys, browsers and nodes (SECURITY-CASES MF-03).
//! Counted before anything is compared; whoever guesses has proved the first factor already, so that nobody else can use
//! the budget up.

use serde_json::json;
use uuid::Uuid;

use super::{Context, Refusal};
use crate::flow::Fault;
use crate::flow::throttle::{self, Begun, Counted, Guessed, Throttle};
use crate::model::audit::AuditKind;
use crate::store::{StoreError, Tx, audit};

/// A counted guess.
#[derive(Clone, Debug)]
pub struct Budget(Counted);

impl Budget {
    /// It was right: the failures are forgotten.
    pub async fn clear(&self, tx: &mut Tx) -> Result<(), StoreError> {
        self.0.clear(tx).await
    }
}

/// Counts a guess.
pub async fn begin(context: Context<'_>, user_id: Uuid) -> Result<Result<Budget, Refusal>, Fault> {
    let browser = context.visitor.device.cookie.as_ref();
    let throttle = Throttle::new(context.state, Guessed::SecondFactor(user_id), browser);
    let now = context.state.clock.now();
    let unit = (throttle, context.visitor.origin.clone());
    let begun = context.state.db.write(unit, move |tx, (throttle, origin)| {
        Box::pin(async move {
            let begun = throttle::begin(tx, throttle, Some(user_id), now).await?;
            if let Begun::BlockedUntil(until) = begun {
                let details = json!({ "factor": "second", "until": until });
                audit::record(tx, AuditKind::SignInLocked, origin, &user_id.to_string(), details, now).await?;
            }
            Ok(begun)
        })
    });
    Ok(match begun.await? {
        Begun::Allowed(counted) => Ok(Budget(counted)),
        Begun::BlockedUntil(until) => Err(Refusal::Wait(throttle::wait(until, now))),
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
