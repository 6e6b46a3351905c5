//! Settings that were changed while Passgate ran. They lie in the database as one fact of the installation: read at the start,
//! and once a second by every node.

use std::sync::Arc;
use std::time::Duration;

use super::Fault;
use crate::settings::{Changes, Problems, Settings, is_live};
use crate::state::State;
use crate::store::{Db, StoreError, Tx, installation};

/// How long another node's change may take to be seen.
const WATCH: Duration = Duration::from_secs(1);

/// Why the changes that are stored do not fit what the file and the environment say now.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Together they cannot be.
    #[error(
        "{0}together with what was changed while Passgate ran: mend the file or the environment; with those as they were, \
         `passgate setting reset KEY` takes a change back"
    )]
    Problems(Problems),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The settings of a process that starts: those of its file and environment with the changes that are stored.
///
/// # Errors
/// [`LoadError::Problems`]: a limit of security that was set must not be dropped in silence.
pub async fn load(db: &Db, settings: Settings) -> Result<Settings, LoadError> {
    let stored = db.read((), |tx, ()| Box::pin(stored(tx))).await?;
    settings.with_changes(stored).map_err(LoadError::Problems)
}

/// The changes that are stored. What another version knew and this one does not is left out.
async fn stored(tx: &mut Tx) -> Result<Changes, StoreError> {
    let Some(text) = installation::find(tx, installation::SETTINGS).await? else {
        return Ok(Changes::default());
    };
    let mut changes: Changes = serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("settings"))?;
    changes.values.retain(|key, _| is_live(key));
    Ok(changes)
}

/// The settings as they are in this moment, whichever node changed them: for a unit of work that decides by one.
pub(super) async fn now(tx: &mut Tx, known: &Arc<Settings>) -> Result<Arc<Settings>, StoreError> {
    let stored = stored(tx).await?;
    if stored == known.changes {
        return Ok(Arc::clone(known));
    }
    let changed = known.with_changes(stored);
    changed.map(Arc::new).map_err(|_| StoreError::Corrupt("settings"))
}

/// Lets whoever else changes settings wait for the end of this unit of work.
pub(super) async fn hold(tx: &mut Tx) -> Result<(), StoreError> {
    let none = text_of(&Changes::default())?;
    installation::keep(tx, installation::SETTINGS, &none).await?;
    installation::hold(tx, installation::SETTINGS).await
}

/// Stores changes in place of those that there are.
pub(super) async fn store(tx: &mut Tx, changes: &Changes) -> Result<(), StoreError> {
    installation::set(tx, installation::SETTINGS, &text_of(changes)?).await
}

fn text_of(changes: &Changes) -> Result<String, StoreError> {
    serde_json::to_string(changes).map_err(|_| StoreError::Corrupt("settings"))
}

/// Notices what other nodes and the command line change, until the database is closed.
pub fn watch(state: &Arc<State>) {
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(async move {
        let mut complained = false;
        loop {
            tokio::time::sleep(WATCH).await;
            let Some(state) = state.upgrade() else { return };
            match refresh(&state.current()).await {
                Ok(()) => complained = false,
                // The database will be there again.
                Err(Fault::Unavailable(_)) => {}
                Err(error) if !complained => {
                    complained = true;
                    tracing::error!(%error, "the settings that were changed do not fit this node's: it keeps those before");
                }
                Err(_) => {}
            }
        }
    });
}

async fn refresh(state: &State) -> Result<(), Fault> {
    let known = Arc::clone(&state.settings);
    let found = state.db.read(known, |tx, known| Box::pin(now(tx, known)));
    let found = found.await?;
    if !Arc::ptr_eq(&found, &state.settings) {
        tracing::info!(changed = ?found.changes.values.keys(), "the settings were changed");
        state.take_settings(found);
    }
    Ok(())
}
