//! Calls the cleaner every minute, and removes the accounts whose day has come.

use std::sync::Arc;
use std::time::Duration;

use super::account::deletion;
use super::audit::retention;
use super::lost_factor;
use crate::state::State;
use crate::store::cleaner;

const PAUSE: Duration = Duration::from_secs(60);

/// Cleans until the database is closed.
pub fn start(state: &Arc<State>) {
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(async move {
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(state) = state.upgrade() else { return };
            match deletion::run_due(&state).await {
                Ok(0) => {}
                Ok(accounts) => tracing::info!(accounts, "removed accounts whose day had come"),
                Err(error) => tracing::warn!(%error, "accounts whose day has come will be looked at again"),
            }
            if let Err(error) = lost_factor::run_due(&state).await {
                tracing::warn!(%error, "waits for lost second factors will be looked at again");
            }
            match retention::run(&state).await {
                Ok(0) => {}
                Ok(events) => tracing::info!(events, "removed audit events whose time was over"),
                Err(error) => tracing::error!(%error, "old audit events will be looked at again"),
            }
            match cleaner::clean(&state.db, state.clock.now()).await {
                Ok(0) => {}
                Ok(rows) => tracing::debug!(rows, "cleaned"),
                Err(error) => tracing::warn!(%error, "the cleaner will try again"),
            }
        }
    });
}
