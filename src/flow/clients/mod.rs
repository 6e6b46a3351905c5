//! Applications: looking one up, registering, changing, listing, removing.

mod secret;
mod update;

pub use secret::{LONGEST_OVERLAP, end_previous_secret, rotate_secret};
pub use update::{Refused, set_disabled, update};

use std::sync::Arc;

use serde_json::Value;

use super::{Failure, Fault};
use crate::crypto::{digest, random};
use crate::identity::{assurance, authority};
use crate::model::audit::{AuditKind, Changes, Origin};
use crate::model::client::{AuthMethod, Client, ClientMetadata};
use crate::model::permission::Authority;
use crate::model::secret::Secret;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::registration::{Accepted, Registration};
use crate::state::State;
use crate::store::{StoreError, audit, authorization_codes, clients, refresh_families, request_traces};

/// A client by its id, from memory for up to a second.
pub async fn find(state: &State, id: &str) -> Result<Option<Arc<Client>>, Fault> {
    if let Some(known) = state.clients.get(id) {
        return Ok(known);
    }
    let wanted = id.to_owned();
    let found = state
        .db
        .read(wanted, |tx, id| Box::pin(clients::find(tx, id)))
        .await?
        .map(Arc::new);
    // Strangers may ask for any number of names: what does not exist is remembered too, in the same bounded room.
    state.clients.insert(id.to_owned(), found.clone());
    Ok(found)
}

/// A registered client, with the secret that is shown once.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret, where it has one.
    pub secret: Option<Secret>,
    /// What was asked for and is not had here.
    pub left_out: Vec<String>,
}

/// Registers a client. A `client_id` or `client_secret` that it brings along is kept. Nobody registers one whose scopes
/// administer more than they do.
pub async fn register(
    state: &State,
    registration: &Registration,
    giver: &Authority,
    origin: &Origin,
) -> Result<Registered, Failure> {
    let mut registered = register_all(state, std::slice::from_ref(registration), giver, origin).await?;
    registered
        .pop()
        .ok_or_else(|| Fault::Internal("nothing was registered".into()).into())
}

/// Registers clients: all of them or none.
pub async fn register_all(
    state: &State,
    registrations: &[Registration],
    giver: &Authority,
    origin: &Origin,
) -> Result<Vec<Registered>, Failure> {
    let prepared = registrations.iter().map(|registration| prepare(state, registration));
    let prepared: Vec<_> = prepared.collect::<Result<_, _>>()?;
    if prepared
        .iter()
        .any(|new| !authority::may_give(giver, &holds(&new.client.metadata)))
    {
        return Err(beyond().into());
    }
    let clients: Vec<_> = prepared.iter().map(|registered| registered.client.clone()).collect();
    let stored = state
        .db
        .write((clients, origin.clone()), |tx, (clients, origin)| {
            Box::pin(async move {
                for client in clients {
                    clients::insert(tx, client).await?;
                    let details = Changes::between(&Value::Null, &shown(client)).into_details();
                    audit::record(
                        tx,
                        AuditKind::ClientCreated,
                        origin,
                        &client.id,
                        details,
                        client.created_at,
                    )
                    .await?;
                }
                Ok(())
            })
        })
        .await;
    for registered in &prepared {
        state.clients.invalidate(&registered.client.id);
    }
    match stored {
        Ok(()) => Ok(prepared),
        Err(StoreError::Conflict) => Err(taken(state, &prepared).await?.into()),
        Err(error) => Err(error.into()),
    }
}

/// What the trail of events shows of a client: its metadata, and whether it has a secret, never which.
pub fn shown(client: &Client) -> Value {
    let mut shown = serde_json::to_value(&client.metadata).unwrap_or_default();
    if let Some(members) = shown.as_object_mut() {
        // Unset and empty members would only hide the others.
        members.retain(|_, value| {
            !(value.is_null() || value == &Value::Bool(false) || value.as_array().is_some_and(Vec::is_empty))
        });
        members.insert("has_secret".into(), client.secret.is_some().into());
        members.insert("disabled".into(), client.disabled_at.is_some().into());
    }
    shown
}

/// Says which of several identifiers is taken, or named twice.
async fn taken(state: &State, wanted: &[Registered]) -> Result<OAuthError, Fault> {
    let mut named = std::collections::BTreeSet::new();
    for Registered { client, .. } in wanted {
        if !named.insert(&client.id) || find(state, &client.id).await?.is_some() {
            let description = format!("client_id: {} exists already", client.id).into();
            return Ok(OAuthError {
                code: ErrorCode::InvalidClientMetadata,
                description,
                finding: None,
            });
        }
    }
    Ok(OAuthError::new(
        ErrorCode::InvalidClientMetadata,
        "client_id: exists already",
    ))
}

/// What the scopes of a client let it administer.
fn holds(metadata: &ClientMetadata) -> Authority {
    Authority::among(metadata.scope.iter())
}

fn beyond() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidClientMetadata,
        "scope: the client would administer more than you do",
    )
}

/// What a client may be, with what only this installation knows.
fn judge(registration: &Registration) -> Result<Accepted, OAuthError> {
    let accepted = registration.judge()?;
    if let Some(least) = &accepted.metadata.minimum_acr
        && !assurance::ACR_VALUES.contains(&least.as_str())
    {
        return Err(OAuthError::new(
            ErrorCode::InvalidClientMetadata,
            "minimum_acr is one of acr_values_supported",
        ));
    }
    Ok(accepted)
}

fn prepare(state: &State, registration: &Registration) -> Result<Registered, OAuthError> {
    let accepted = judge(registration)?;
    let id = match registration.own_id()? {
        Some(id) => id.to_owned(),
        None => random::secret("app-").expose().chars().take(26).collect(),
    };
    let secret = match (accepted.metadata.token_endpoint_auth_method, registration.own_secret()?) {
        (AuthMethod::None, _) => None,
        (_, Some(own)) => Some(Secret::new(own.to_owned())),
        (_, None) => Some(random::secret(random::prefix::CLIENT_SECRET)),
    };
    let client = Client {
        id,
        secret: secret.as_ref().map(digest::digest),
        previous_secret: None,
        metadata: accepted.metadata,
        disabled_at: None,
        created_at: state.clock.now(),
        revision: 1,
    };
    Ok(Registered {
        client,
        secret,
        left_out: accepted.left_out,
    })
}

/// Every client, by id.
pub async fn list(state: &State) -> Result<Vec<Client>, Fault> {
    const PAGE: i64 = 500;
    let mut all: Vec<Client> = Vec::new();
    loop {
        let after = all.last().map(|client| client.id.clone()).unwrap_or_default();
        let page = state
            .db
            .read(after, |tx, after| Box::pin(clients::list(tx, after, PAGE)))
            .await?;
        let last = (page.len() as i64) < PAGE;
        all.extend(page);
        if last {
            return Ok(all);
        }
    }
}

/// Removes a client with everything that it holds; false when there is none.
pub async fn delete(state: &State, id: &str, origin: &Origin) -> Result<bool, Fault> {
    let now = state.clock.now();
    let removed = state
        .db
        .write((id.to_owned(), origin.clone()), move |tx, (id, origin)| {
            Box::pin(async move {
                authorization_codes::delete_for_client(tx, id).await?;
                refresh_families::delete_for_client(tx, id).await?;
                request_traces::delete_for_client(tx, id).await?;
                let before = clients::find(tx, id).await?;
                let removed = clients::delete(tx, id).await?;
                if removed {
                    let before = before.as_ref().map_or(Value::Null, shown);
                    let details = Changes::between(&before, &Value::Null).into_details();
                    audit::record(tx, AuditKind::ClientDeleted, origin, id, details, now).await?;
                }
                Ok(removed)
            })
        })
        .await?;
    state.clients.invalidate(id);
    Ok(removed)
}

/// Whether any client has a redirect URI on an origin: whether scripts from there may call.
pub async fn has_origin(state: &State, origin: &str) -> Result<bool, Fault> {
    // What a browser sends as an origin, and nothing that means something to LIKE.
    let plain = origin.len() <= 255
        && ["https://", "http://"].iter().any(|scheme| origin.starts_with(scheme))
        && origin
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.:/[]".contains(&b));
    if !plain {
        return Ok(false);
    }
    if let Some(known) = state.origins.get(origin) {
        return Ok(known);
    }
    let found = state
        .db
        .read(origin.to_owned(), |tx, origin| {
            Box::pin(clients::has_origin(tx, origin))
        })
        .await?;
    state.origins.insert(origin.to_owned(), found);
    Ok(found)
}
