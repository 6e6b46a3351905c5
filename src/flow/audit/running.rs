//! Servers that begin and end, as events: which version ran when, and with which settings.

use serde_json::{Map, Value, json};

use crate::flow::Fault;
use crate::model::audit::{AuditKind, Origin};
use crate::settings::{Place, Told};
use crate::state::State;
use crate::store::audit;

/// What the trail calls the target.
const TARGET: &str = "server";

/// A server takes requests from now on.
///
/// # Errors
/// A fault.
pub async fn started(state: &State) -> Result<(), Fault> {
    let details = json!({ "version": env!("CARGO_PKG_VERSION"), "settings": chosen(&state.settings.told) });
    write(state, AuditKind::ServerStarted, details).await
}

/// A server was told to stop. One that is killed leaves no such event.
///
/// # Errors
/// A fault.
pub async fn stopped(state: &State) -> Result<(), Fault> {
    write(state, AuditKind::ServerStopped, json!({})).await
}

async fn write(state: &State, kind: AuditKind, details: Value) -> Result<(), Fault> {
    let now = state.clock.now();
    let written = state.db.write_one(details, move |tx, details| {
        let details = details.clone();
        Box::pin(async move { audit::record(tx, kind, &Origin::system(), TARGET, details, now).await })
    });
    Ok(written.await?)
}

/// What is not as the defaults have it; of secrets only that they are set.
fn chosen(told: &[Told]) -> Map<String, Value> {
    let chosen = told.iter().filter(|told| told.place != Place::Default);
    let shown = |told: &Told| match &told.value {
        Some(value) => serde_json::to_value(value).unwrap_or_default(),
        None => "set".into(),
    };
    chosen.map(|told| (told.key.clone(), shown(told))).collect()
}
