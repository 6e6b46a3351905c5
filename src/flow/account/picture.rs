//! The picture of a person: drawn anew, kept in the database, and named by the `picture` claim.

use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::super::Fault;
use super::Actor;
use crate::crypto::digest;
use crate::identity::claims;
use crate::identity::picture::{self, PictureError};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::secret::Digest;
use crate::state::State;
use crate::store::{StoreError, Tx, audit, pictures, users};

/// Pictures that are drawn at once: each may take a hundred megabytes.
static DRAWING: Semaphore = Semaphore::const_new(2);
/// Pictures that are drawn or wait for it; beyond that the answer is "busy".
static WAITING: Semaphore = Semaphore::const_new(16);

/// Draws a file anew and makes it the person's picture.
pub async fn set(state: &State, actor: &Actor, file: Vec<u8>) -> Result<Result<(), PictureError>, Fault> {
    let drawn = match draw(file).await? {
        Ok(drawn) => drawn,
        Err(error) => return Ok(Err(error)),
    };
    let digest = digest::of_bytes(&drawn.bytes);
    let (user_id, now) = (actor.user().id, state.clock.now());
    let address = format!("{}/pictures/{user_id}/{}", state.issuer(), digest.to_hex());
    let stored = state.db.write((drawn, address, actor.by()), move |tx, unit| {
        Box::pin(async move {
            let (drawn, address, origin) = unit;
            pictures::put(tx, user_id, drawn.media_type, &digest, &drawn.bytes, now).await?;
            claim(tx, user_id, address.as_str().into(), origin, now).await
        })
    });
    stored.await?;
    Ok(Ok(()))
}

/// Off the threads that answer requests.
async fn draw(file: Vec<u8>) -> Result<Result<picture::Picture, PictureError>, Fault> {
    let _place = WAITING.try_acquire().map_err(|_| Fault::Busy)?;
    let _turn = DRAWING.acquire().await.map_err(|_| Fault::Busy)?;
    tokio::task::spawn_blocking(move || picture::redraw(&file))
        .await
        .map_err(|error| Fault::Internal(error.to_string()))
}

/// Takes the person's picture away, also one that lies elsewhere.
pub async fn remove(state: &State, actor: &Actor) -> Result<(), Fault> {
    let (user_id, now) = (actor.user().id, state.clock.now());
    let removed = state.db.write(actor.by(), move |tx, origin| {
        Box::pin(async move {
            pictures::delete(tx, user_id).await?;
            claim(tx, user_id, Value::Null, origin, now).await
        })
    });
    Ok(removed.await?)
}

async fn claim(tx: &mut Tx, user_id: Uuid, address: Value, origin: &Origin, now: Timestamp) -> Result<(), StoreError> {
    users::hold(tx, user_id).await?;
    let Some(user) = users::find(tx, user_id).await? else {
        return Ok(());
    };
    let changes = Map::from_iter([("picture".to_owned(), address)]);
    let claims = claims::change(&user.claims, changes).map_err(|_| StoreError::Corrupt("claims"))?;
    users::set_claims(tx, user_id, &claims, now).await?;
    audit::record(tx, AuditKind::ProfileUpdated, origin, &origin.actor, json!({}), now).await
}

/// A picture by the two parts of its address, with its media type.
pub async fn find(state: &State, user_id: Uuid, digest: Digest) -> Result<Option<(String, Vec<u8>)>, Fault> {
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move { pictures::find(tx, user_id, &digest).await })
    });
    Ok(found.await?)
}
