//! Signing out of this browser.

use serde_json::json;

use super::Fault;
use crate::model::audit::{AuditKind, Origin};
use crate::model::secret::Digest;
use crate::state::State;
use crate::store::{audit, sessions};

/// Ends the session of a cookie. Refresh tokens that live by the session die with it.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow sign out", skip_all)]
pub async fn run(state: &State, session: Digest, origin: Origin) -> Result<(), Fault> {
    let now = state.clock.now();
    let ended = state.db.write(origin, move |tx, origin| {
        Box::pin(async move {
            if sessions::end_by_digest(tx, &session, now).await? {
                audit::record(tx, AuditKind::SessionEnded, origin, "session", json!({}), now).await?;
            }
            Ok(())
        })
    });
    Ok(ended.await?)
}
