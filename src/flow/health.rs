//! Whether this node can do its work, and the figures that only the database knows.

use std::time::Duration;

use super::keys;
use crate::crypto::keyset::KeyState;
use crate::metrics::{Figures, Outbox};
use crate::state::State;
use crate::store::{StoreError, outbox_mails, outbox_texts};

/// How long the database may take to answer before a node counts as not ready.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Why a node is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReady {
    /// It is about to stop.
    Draining,
    /// The database does not answer, or not in time.
    NoDatabase,
}

/// Whether requests should be sent here.
///
/// # Errors
/// Why not.
pub async fn ready(state: &State) -> Result<(), NotReady> {
    if state.is_draining() {
        return Err(NotReady::Draining);
    }
    match tokio::time::timeout(PATIENCE, keys::list(state)).await {
        Ok(Ok(_)) => Ok(()),
        _ => Err(NotReady::NoDatabase),
    }
}

/// Everything that is counted, as text. While the database is away its figures are those of before.
pub async fn metrics(state: &State) -> String {
    let now = state.clock.now();
    let asked = async {
        let depths = state.db.read((), |tx, ()| {
            Box::pin(async move {
                let (mails, texts) = (outbox_mails::depth(tx).await?, outbox_texts::depth(tx).await?);
                Ok::<_, StoreError>([(Outbox::Mail, mails.0, mails.1), (Outbox::Text, texts.0, texts.1)])
            })
        });
        let keys = keys::list(state).await.unwrap_or_default();
        let ages = keys.iter().filter(|key| key.state == KeyState::Active).map(|key| {
            let since = key.activated_at.unwrap_or(key.created_at);
            (key.alg.as_str(), (now - since).num_seconds())
        });
        (depths.await.ok(), ages.collect())
    };
    let (outbox, key_ages): (Option<_>, Vec<_>) = tokio::time::timeout(PATIENCE, asked).await.unwrap_or_default();
    state.metrics.text(&Figures {
        ready: ready(state).await.is_ok(),
        outbox,
        key_ages,
        hashing_depth: state.passwords.depth(),
        connections: state.db.load(),
    })
}
