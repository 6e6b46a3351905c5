//! Changing an application: all of its metadata at once, or whether it is switched on.

use serde_json::{Map, Value, json};

use super::{Registered, beyond, holds, judge};
use crate::crypto::{digest, random};
use crate::flow::Fault;
use crate::identity::authority;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::client::{AuthMethod, Client, ClientMetadata};
use crate::model::permission::Authority;
use crate::model::secret::{Digest, Secret};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::registration::{Accepted, Registration};
use crate::state::State;
use crate::store::{StoreError, Tx, audit, clients};

/// Why a client is not changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is none.
    #[error("there is no such client")]
    Unknown,
    /// Somebody changed it meanwhile.
    #[error("the client was changed meanwhile: it is at revision {0}")]
    Stale(i64),
    /// A public client has no secret.
    #[error("the client is public: it has no secret")]
    Public,
    /// Too long a time for two secrets.
    #[error("two secrets count for 30 days at most")]
    Overlap,
    /// The client administers more than whoever would change it, and could be made to do it for them.
    #[error("the client administers more than you do")]
    Above,
    /// Metadata that may not be.
    #[error(transparent)]
    Metadata(#[from] OAuthError),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Replaces the metadata of a client. What is not named gets its default; the secret stays, goes with a client that becomes
/// public, and is made for one that becomes confidential. `seen` is the revision that whoever changes it has read.
pub async fn update(
    state: &State,
    id: &str,
    registration: &Registration,
    seen: Option<i64>,
    giver: &Authority,
    origin: &Origin,
) -> Result<Registered, Refused> {
    let accepted = judge(registration)?;
    if registration.client_id.as_deref().is_some_and(|named| named != id) {
        return Err(invalid("client_id: does not change").into());
    }
    if registration.client_secret.is_some() {
        return Err(invalid("client_secret: is not changed with the metadata").into());
    }
    if !authority::may_give(giver, &holds(&accepted.metadata)) {
        return Err(beyond().into());
    }
    let Accepted { metadata, left_out } = accepted;
    // Made here, since a unit may run more than once.
    let secret = random::secret(random::prefix::CLIENT_SECRET);
    let now = state.clock.now();
    let unit = (id.to_owned(), metadata, secret, giver.clone(), origin.clone());
    let changed = state.db.write(unit, move |tx, (id, metadata, secret, giver, origin)| {
        Box::pin(async move {
            let before = match held(tx, id, seen, giver).await? {
                Ok(client) => client,
                Err(refused) => return Ok(Err(refused)),
            };
            let (stored, shown) = secret_of(&before, metadata, secret);
            let after = Client {
                previous_secret: before.previous_secret.filter(|_| stored.is_some()),
                secret: stored,
                metadata: metadata.clone(),
                ..before.clone()
            };
            let details = difference(&before, &after);
            write(tx, &after, details, origin, now)
                .await
                .map(|after| Ok((after, shown)))
        })
    });
    let changed = changed.await?;
    forget(state, id);
    let (client, secret) = changed?;
    Ok(Registered {
        client,
        secret,
        left_out,
    })
}

/// Switches a client off or on. While it is off it gets no tokens, and those that it has are dead.
pub async fn set_disabled(
    state: &State,
    id: &str,
    disabled: bool,
    seen: Option<i64>,
    giver: &Authority,
    origin: &Origin,
) -> Result<Client, Refused> {
    let now = state.clock.now();
    let unit = (id.to_owned(), giver.clone(), origin.clone());
    let changed = state.db.write(unit, move |tx, (id, giver, origin)| {
        Box::pin(async move {
            let before = match held(tx, id, seen, giver).await? {
                Ok(client) => client,
                Err(refused) => return Ok(Err(refused)),
            };
            if before.disabled_at.is_some() == disabled {
                return Ok(Ok(before));
            }
            let after = Client {
                disabled_at: disabled.then_some(now),
                ..before.clone()
            };
            let details = difference(&before, &after);
            write(tx, &after, details, origin, now).await.map(Ok)
        })
    });
    let changed = changed.await?;
    forget(state, id);
    changed
}

/// The client that is about to be changed, held, at the revision that was seen, and not above whoever changes it.
pub(super) async fn held(
    tx: &mut Tx,
    id: &str,
    seen: Option<i64>,
    giver: &Authority,
) -> Result<Result<Client, Refused>, StoreError> {
    let Some(client) = clients::hold(tx, id).await? else {
        return Ok(Err(Refused::Unknown));
    };
    Ok(if seen.is_some_and(|seen| seen != client.revision) {
        Err(Refused::Stale(client.revision))
    } else if !authority::may_change(giver, &holds(&client.metadata)) {
        Err(Refused::Above)
    } else {
        Ok(client)
    })
}

pub(super) async fn write(
    tx: &mut Tx,
    after: &Client,
    details: Value,
    origin: &Origin,
    now: Timestamp,
) -> Result<Client, StoreError> {
    clients::update(tx, after, now).await?;
    audit::record(tx, AuditKind::ClientUpdated, origin, &after.id, details, now).await?;
    Ok(Client {
        revision: after.revision + 1,
        ..after.clone()
    })
}

/// The secret that is stored from now on, and the one that is shown once where it is a new one.
fn secret_of(before: &Client, metadata: &ClientMetadata, made: &Secret) -> (Option<Digest>, Option<Secret>) {
    match (metadata.token_endpoint_auth_method, &before.secret) {
        (AuthMethod::None, _) => (None, None),
        (_, Some(kept)) => (Some(*kept), None),
        (_, None) => (Some(digest::digest(made)), Some(made.clone())),
    }
}

/// The members that changed, before and after. There are no secrets among them.
fn difference(before: &Client, after: &Client) -> Value {
    let document = |client: &Client| {
        let mut members: Map<String, Value> = match serde_json::to_value(&client.metadata) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        };
        members.insert("disabled".into(), client.disabled_at.is_some().into());
        members.insert("has_secret".into(), client.secret.is_some().into());
        members
    };
    let (old, new) = (document(before), document(after));
    let only = |these: &Map<String, Value>, those: &Map<String, Value>| -> Map<String, Value> {
        let changed = these.iter().filter(|(name, value)| those.get(*name) != Some(value));
        changed.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    json!({ "before": only(&old, &new), "after": only(&new, &old) })
}

/// What is remembered of it. Other nodes see the change within a second.
pub(super) fn forget(state: &State, id: &str) {
    state.clients.invalidate(id);
    state.origins.invalidate_all();
}

fn invalid(why: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, why)
}
