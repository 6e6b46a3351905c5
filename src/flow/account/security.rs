//! What happened to an account, and the browsers that it was seen with.

use serde_json::json;
use uuid::Uuid;

use super::super::Fault;
use super::Actor;
use crate::identity::email;
use crate::model::Timestamp;
use crate::model::audit::AuditKind;
use crate::model::secret::Digest;
use crate::model::user::User;
use crate::state::State;
use crate::store::audit::{self, Event};
use crate::store::personal_data::{self, Device};

/// Events on one page.
pub const PAGE: usize = 20;

/// A page of events, and where the next one begins.
pub struct History {
    /// Newest first.
    pub events: Vec<Event>,
    /// The last of them, when there are older ones.
    pub next: Option<(Timestamp, Uuid)>,
}

/// The events before one; the newest where `None`.
pub async fn history(state: &State, user: &User, before: Option<(Timestamp, Uuid)>) -> Result<History, Fault> {
    // A moment ahead: other nodes' clocks differ a little.
    let latest = state.clock.now() + chrono::TimeDelta::minutes(5);
    let before = before.unwrap_or((latest, Uuid::max()));
    let names = (user.subject(), email::key_of(&user.email));
    let found = state.db.read(names, move |tx, (subject, key)| {
        Box::pin(audit::about(tx, subject, key, before, PAGE as i64 + 1))
    });
    let mut events = found.await?;
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    let next = events.last().filter(|_| more).map(|event| (event.at, event.id));
    Ok(History { events, next })
}

/// The browsers that a person has signed in with.
pub async fn devices(state: &State, user: &User) -> Result<Vec<Device>, Fault> {
    let id = user.id;
    let found = state
        .db
        .read((), move |tx, ()| Box::pin(personal_data::devices(tx, id)));
    Ok(found.await?)
}

/// Forgets a browser: its next sign-in is one from a new device, and needs the second factor. False when there is none.
pub async fn forget_device(state: &State, actor: &Actor, digest: Digest) -> Result<bool, Fault> {
    let (id, now) = (actor.user().id, state.clock.now());
    let forgotten = state.db.write(actor.by(), move |tx, origin| {
        Box::pin(async move {
            if !personal_data::forget_device(tx, id, &digest).await? {
                return Ok(false);
            }
            audit::record(tx, AuditKind::DeviceForgotten, origin, &origin.actor, json!({}), now).await?;
            Ok(true)
        })
    });
    Ok(forgotten.await?)
}
