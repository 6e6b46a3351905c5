//! Calls the cleaner every minute.

use std::sync::Arc;
use std::time::Duration;

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
            match cleaner::clean(&state.db, state.clock.now()).await {
                Ok(0) => {}
                Ok(rows) => tracing::debug!(rows, "cleaned"),
                Err(error) => tracing::warn!(%error, "the cleaner will try again"),
            }
        }
    });
}
