//! Another secret for an application, with time for both: every instance takes the new one before the old one ends.

use chrono::TimeDelta;
use serde_json::json;

use super::update::{Refused, forget, held, write};
use crate::crypto::{digest, random};
use crate::model::audit::Origin;
use crate::model::client::{Client, PreviousSecret};
use crate::model::permission::Authority;
use crate::model::secret::Secret;
use crate::state::State;

/// The longest that two secrets count side by side.
pub const LONGEST_OVERLAP: TimeDelta = TimeDelta::days(30);

/// Makes a new secret, which is shown this once; the present one counts for `overlap` longer, and the one before it no more.
pub async fn rotate_secret(
    state: &State,
    id: &str,
    overlap: TimeDelta,
    seen: Option<i64>,
    giver: &Authority,
    origin: &Origin,
) -> Result<(Client, Secret), Refused> {
    if overlap < TimeDelta::zero() || overlap > LONGEST_OVERLAP {
        return Err(Refused::Overlap);
    }
    let secret = random::secret(random::prefix::CLIENT_SECRET);
    let now = state.clock.now();
    let expires_at = now + overlap;
    let unit = (id.to_owned(), digest::digest(&secret), giver.clone(), origin.clone());
    let rotated = state.db.write(unit, move |tx, (id, digest, giver, origin)| {
        Box::pin(async move {
            let before = match held(tx, id, seen, giver).await? {
                Ok(client) => client,
                Err(refused) => return Ok(Err(refused)),
            };
            let Some(old) = before.secret.filter(|_| !before.is_public()) else {
                return Ok(Err(Refused::Public));
            };
            let previous = PreviousSecret {
                digest: old,
                expires_at,
            };
            let after = Client {
                secret: Some(*digest),
                previous_secret: (expires_at > now).then_some(previous),
                ..before
            };
            let details = json!({ "secret": "rotated", "previous_secret_expires_at": expires_at });
            write(tx, &after, details, origin, now).await.map(Ok)
        })
    });
    let rotated = rotated.await?;
    forget(state, id);
    Ok((rotated?, secret))
}

/// Ends the secret before the present one at once.
pub async fn end_previous_secret(
    state: &State,
    id: &str,
    seen: Option<i64>,
    giver: &Authority,
    origin: &Origin,
) -> Result<Client, Refused> {
    let now = state.clock.now();
    let unit = (id.to_owned(), giver.clone(), origin.clone());
    let ended = state.db.write(unit, move |tx, (id, giver, origin)| {
        Box::pin(async move {
            let before = match held(tx, id, seen, giver).await? {
                Ok(client) => client,
                Err(refused) => return Ok(Err(refused)),
            };
            if before.previous_secret.is_none() {
                return Ok(Ok(before));
            }
            let after = Client {
                previous_secret: None,
                ..before
            };
            let details = json!({ "previous_secret": "ended" });
            write(tx, &after, details, origin, now).await.map(Ok)
        })
    });
    let ended = ended.await?;
    forget(state, id);
    ended
}
