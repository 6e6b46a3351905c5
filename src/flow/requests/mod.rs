//! Why did this fail: recent requests of a client, with each check passed or failed, the section that demands it and what to
//! change. Requests leave their traces in memory ([`note`]); a job stores them in batches (decision 13).

mod note;

pub use crate::store::request_traces::MOST;
pub use note::{Answer, Case, turned_away};

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{Fault, clients};
use crate::model::audit::AuditKind;
use crate::model::request_trace::RequestTrace;
use crate::state::{Refusal, State};
use crate::store::{audit, request_traces};

/// How long a trace waits at most.
const PAUSE: Duration = Duration::from_secs(1);

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such client.
    #[error("there is no client {0}; requests of clients that do not exist are under --unknown")]
    UnknownClient(String),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The recent requests of a client, or where `None` those of clients that do not exist: newest first, at most [`MOST`] that
/// failed and as many that did not. `failures` leaves out the latter.
pub async fn run(state: &State, client_id: Option<&str>, failures: bool) -> Result<Vec<RequestTrace>, Refused> {
    if let Some(id) = client_id
        && clients::find(state, id).await?.is_none()
    {
        return Err(Refused::UnknownClient(id.to_owned()));
    }
    let name = client_id.unwrap_or_default().to_owned();
    let found = state.db.read(name, move |tx, name| {
        Box::pin(async move {
            let mut found = request_traces::list(tx, name, true).await?;
            if !failures {
                found.extend(request_traces::list(tx, name, false).await?);
            }
            Ok(found)
        })
    });
    let mut found = found.await.map_err(Fault::from)?;
    found.sort_by_key(|trace| std::cmp::Reverse((trace.at, trace.id)));
    Ok(found)
}

/// Stores what waits, refusals of clients as events of the audit trail, and gives the number of traces.
pub async fn flush(state: &State) -> Result<usize, Fault> {
    let _storing = state.request_log.storing.lock().await;
    let (traces, refusals) = (state.request_log.take(), state.request_log.take_refusals());
    if traces.is_empty() && refusals.is_empty() {
        return Ok(0);
    }
    let count = traces.len();
    let stored = state.db.write((traces, refusals), |tx, (traces, refusals)| {
        Box::pin(async move {
            for Refusal { client_id, origin, at } in refusals {
                audit::record(tx, AuditKind::ClientRefused, origin, client_id, json!({}), *at).await?;
            }
            request_traces::store(tx, traces).await
        })
    });
    stored.await?;
    Ok(count)
}

/// Stores traces until the database is closed. What cannot be stored is given up: nobody's sign-in hangs on it.
pub fn start(state: &Arc<State>) {
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(async move {
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(state) = state.upgrade() else { return };
            if let Err(error) = flush(&state).await {
                tracing::debug!(%error, "traces of requests were given up");
            }
        }
    });
}
