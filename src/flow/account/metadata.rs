//! What a person sees of their metadata, and the part that they write themselves.

use serde_json::{Map, Value};

use super::super::Fault;
use super::super::users::Refused;
use super::super::users::metadata::{Changes, Write, write};
use super::Actor;
use crate::identity::metadata::MetadataError;
use crate::model::metadata::{Metadata, Section};
use crate::model::user::User;
use crate::state::State;
use crate::store::{user_metadata, users};

/// The metadata of a person, without what is administrators' alone.
pub async fn show(state: &State, user: &User) -> Result<Metadata, Fault> {
    let id = user.id;
    let found = state.db.read((), move |tx, ()| Box::pin(user_metadata::find(tx, id)));
    Ok(seen(found.await?))
}

/// Replaces the part that a person writes.
pub async fn replace(
    state: &State,
    actor: &Actor,
    own: Map<String, Value>,
) -> Result<Result<Metadata, MetadataError>, Fault> {
    let (id, now) = (actor.user().id, state.clock.now());
    let changes = Changes {
        sections: vec![(Section::Unsafe, Write::Replace(own))],
    };
    let written = state.db.write((changes, actor.by()), move |tx, (changes, origin)| {
        Box::pin(async move {
            users::hold(tx, id).await?;
            match users::find(tx, id).await? {
                Some(user) => write(tx, &user, changes, origin, now).await,
                None => Ok(Err(Refused::Unknown)),
            }
        })
    });
    match written.await? {
        Ok(metadata) => Ok(Ok(seen(metadata))),
        Err(Refused::Metadata(error)) => Ok(Err(error)),
        // The account went in this moment: nothing is left to see.
        Err(Refused::Unknown) => Ok(Ok(Metadata::default())),
        Err(other) => Err(Fault::Internal(other.to_string())),
    }
}

fn seen(metadata: Metadata) -> Metadata {
    Metadata {
        private: Map::new(),
        ..metadata
    }
}
