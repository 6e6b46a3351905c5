//! Everything that is stored about a person as one document. `docs/account-data.md` says what each key is.

use serde_json::{Value, json};

use super::super::Fault;
use super::Actor;
use crate::identity::email;
use crate::model::Timestamp;
use crate::model::audit::AuditKind;
use crate::state::State;
use crate::store::{StoreError, Tx, audit, consents, email_addresses, passwords, personal_data, user_metadata, users};

/// Events in the document at most: the trail is kept for a year.
const EVENTS: i64 = 10_000;

/// Gathers the document, and notes that it was given out. No secrets, and nothing of other persons.
pub async fn export(state: &State, actor: &Actor) -> Result<Value, Fault> {
    let now = state.clock.now();
    let unit = (actor.signed_in.user.id, actor.by());
    let gathered = state.db.write(unit, move |tx, (id, origin)| {
        Box::pin(async move {
            let document = gather(tx, *id, now).await?;
            audit::record(tx, AuditKind::DataExported, origin, &origin.actor, json!({}), now).await?;
            Ok(document)
        })
    });
    let mut document = gathered.await?;
    if let Some(members) = document.as_object_mut() {
        members.insert("issuer".to_owned(), state.issuer().into());
    }
    Ok(document)
}

async fn gather(tx: &mut Tx, id: uuid::Uuid, now: Timestamp) -> Result<Value, StoreError> {
    let user = users::find(tx, id).await?.ok_or(StoreError::NotFound)?;
    let standing = users::standing(tx, id).await?.unwrap_or_default();
    let addresses = email_addresses::list(tx, id).await?;
    let password = passwords::find(tx, id).await?;
    let apps = consents::list(tx, id).await?;
    let metadata = user_metadata::find(tx, id).await?;
    let holdings = personal_data::holdings(tx, id, now).await?;
    let latest = (now + chrono::TimeDelta::minutes(5), uuid::Uuid::max());
    let events = audit::about(tx, &user.subject(), &email::key_of(&user.email), latest, EVENTS).await?;
    let subject = user.subject();
    let emails = addresses.into_iter().map(|address| {
        json!({
            "email": address.email, "primary": address.is_primary, "verified": address.is_verified,
            "added_at": address.created_at,
        })
    });
    let apps = apps.into_iter().map(|app| {
        json!({
            "client_id": app.client_id, "name": app.client_name, "scope": app.scope, "allowed_at": app.granted_at,
        })
    });
    let history = events.into_iter().map(|event| {
        // Where somebody else acted, from where they did is theirs.
        let own = event.actor == subject || event.actor.is_empty();
        json!({
            "at": event.at, "event": event.kind, "by": if own { "you" } else { "somebody else" },
            "address": if own { event.address.as_str() } else { "" },
            "user_agent": if own { event.user_agent.as_str() } else { "" },
        })
    });
    Ok(json!({
        "exported_at": now,
        "account": {
            "sub": user.subject(), "role": user.role, "plan": user.plan, "created_at": user.created_at,
            "updated_at": user.updated_at, "disabled_at": user.disabled_at, "delete_at": standing.delete_at,
            "username": standing.username_key, "terms_version": standing.terms_version,
            "terms_accepted_at": standing.terms_accepted_at,
        },
        "profile": user.claims.members(),
        "metadata": { "public": metadata.public, "unsafe": metadata.own },
        "emails": emails.collect::<Vec<_>>(),
        "password": password.map(|(_, changed_at)| json!({ "changed_at": changed_at })),
        "passkeys": holdings.passkeys,
        "authenticator_apps": holdings.authenticator_apps,
        "text_messages": holdings.text_messages,
        "recovery_codes_left": holdings.recovery_codes_left,
        "factor_reset": holdings.factor_reset,
        "picture": holdings.picture,
        "sessions": holdings.sessions,
        "devices": holdings.devices,
        "connected_apps": apps.collect::<Vec<_>>(),
        "history": history.collect::<Vec<_>>(),
    }))
}
