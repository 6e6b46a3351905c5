//! Calls that name themselves (`Idempotency-Key`): whoever lost the answer sends the call again and gets the same answer, and
//! it was done once.
//!
//! The name is taken before the work and the answer is kept after it. What lies between is lost when the process dies: such a
//! name stays unresolved for a day, since nobody can tell what happened, and whoever called looks before they call anew.

use chrono::TimeDelta;

use super::administrator::Administrator;
use super::prepared::{Given, Prepared};
use super::refused::{Code, Refused};
use crate::crypto::digest;
use crate::flow::Fault;
use crate::model::audit::Origin;
use crate::state::State;
use crate::store::idempotency_keys::{self, Named};

/// The longest name, in bytes.
pub const KEY_BYTES: usize = 255;
const KEPT: TimeDelta = TimeDelta::hours(24);
const PURPOSE: &str = "answer of an administrator's call";

/// Runs an operation under the name that its caller gave it; the flag tells whether the answer is that of an earlier call.
/// A refusal is not kept: the call may be mended and sent again.
///
/// # Errors
/// [`Code::IdempotencyKeyReused`], [`Code::IdempotencyUnresolved`], and those of [`super::run`].
pub async fn run_once(
    state: &State,
    administrator: &Administrator,
    origin: &Origin,
    key: &str,
    prepared: Box<dyn Prepared>,
) -> Result<(Given, bool), Refused> {
    if key.is_empty() || key.len() > KEY_BYTES || !key.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        let detail = format!("an Idempotency-Key is 1 to {KEY_BYTES} visible characters");
        return Err(Refused::because(Code::InvalidRequest, detail));
    }
    let actor = administrator.actor();
    let name = digest::of_text(&format!("{actor}\n{key}")).to_hex();
    let request = digest::of_text(&format!("{}\n{}", prepared.about().id, prepared.input()?));
    if let Some(named) = take(state, &name, request.as_bytes()).await? {
        let answer = again(state, &named, request.as_bytes())?;
        return Ok((prepared.given(&answer)?, true));
    }
    let outcome = prepared.run(state, administrator, origin, None).await;
    match &outcome {
        Ok(given) => keep(state, name, &given.json).await?,
        // Nobody knows whether it was done.
        Err(Refused::Fault(_)) => {}
        Err(Refused::Problem { .. }) => forget(state, name).await?,
    }
    outcome.map(|given| (given, false))
}

/// Takes a name, or gives the call that has it.
async fn take(state: &State, name: &str, request: &[u8]) -> Result<Option<Named>, Fault> {
    let now = state.clock.now();
    let unit = (name.to_owned(), request.to_vec());
    let found = state.db.write(unit, move |tx, (name, request)| {
        Box::pin(async move {
            match idempotency_keys::take(tx, name, request, now, now + KEPT).await? {
                true => Ok(None),
                false => idempotency_keys::find(tx, name).await,
            }
        })
    });
    Ok(found.await?)
}

/// The answer that the call got once.
fn again(state: &State, named: &Named, request: &[u8]) -> Result<String, Refused> {
    if named.request != request {
        return Err(Refused::because(
            Code::IdempotencyKeyReused,
            "this Idempotency-Key belongs to a call that asked for something else",
        ));
    }
    let Some(sealed) = &named.answer else {
        return Err(Refused::because(
            Code::IdempotencyUnresolved,
            "the first call has not ended, or broke off: look what it did before you send it with another key",
        ));
    };
    let fault = |error: &dyn std::fmt::Display| Refused::Fault(Fault::Internal(error.to_string()));
    let plain = state.master_key.open(PURPOSE, sealed).map_err(|error| fault(&error))?;
    String::from_utf8(plain).map_err(|error| fault(&error))
}

async fn keep(state: &State, name: String, answer: &str) -> Result<(), Fault> {
    // Sealed, since some answers hold a secret that is shown once.
    let sealed = state
        .master_key
        .seal(PURPOSE, answer.as_bytes())
        .map_err(|error| Fault::Internal(error.to_string()))?;
    let kept = state.db.write_one((name, sealed), |tx, (name, sealed)| {
        Box::pin(idempotency_keys::keep(tx, name, sealed))
    });
    Ok(kept.await?)
}

async fn forget(state: &State, name: String) -> Result<(), Fault> {
    let forgotten = state
        .db
        .write_one(name, |tx, name| Box::pin(idempotency_keys::forget(tx, name)));
    Ok(forgotten.await?)
}
