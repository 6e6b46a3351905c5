//! The end of an account: asked for by its person, taken back within the days of grace, carried out by a job.

use serde_json::json;
use uuid::Uuid;

use super::super::{Fault, letters, roles};
use super::{Actor, password};
use crate::identity::email;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::letter::{Letter, Message};
use crate::model::user::User;
use crate::state::{State, TOKEN_MEMORY};
use crate::store::{StoreError, Tx, audit, email_addresses, personal_data, sessions, users};

/// Accounts that one run removes at most; the next one comes within a minute.
const BATCH: i64 = 50;

/// What comes of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    /// The account goes at this moment. The person is signed out everywhere.
    Scheduled(Timestamp),
    /// What was typed is not the account's primary address.
    OtherAddress,
    /// Somebody must be able to administer.
    LastAdministrator,
}

/// When an account goes, while that can be taken back.
pub async fn scheduled(state: &State, user: &User) -> Result<Option<Timestamp>, Fault> {
    let id = user.id;
    let standing = state.db.read((), move |tx, ()| Box::pin(users::standing(tx, id)));
    Ok(standing.await?.and_then(|standing| standing.delete_at))
}

/// Plans the end of the account: signed out everywhere, tokens dead at once, everything removed after the days of grace.
/// `typed` must be the primary address.
pub async fn request(state: &State, actor: &Actor, typed: &str) -> Result<Requested, Fault> {
    let user = actor.user();
    if email::key_of(typed) != email::key_of(&user.email) {
        return Ok(Requested::OtherAddress);
    }
    let now = state.clock.now();
    let at = now + state.settings.accounts.deletion_grace();
    let message = Message::AccountDeletionScheduled {
        at,
        link: format!("{}/sign-in", state.issuer()),
    };
    let alive_until = now + TOKEN_MEMORY;
    let unit = (user.clone(), state.write_letter(&message, &actor.locale), actor.by());
    let requested = state.db.write(unit, move |tx, (user, letter, origin)| {
        Box::pin(async move {
            if roles::is_last_administrator(tx, user).await? {
                return Ok(Requested::LastAdministrator);
            }
            users::set_deletion(tx, user.id, at).await?;
            sessions::end_all(tx, user.id, now).await?;
            password::end_grants(tx, user.id, alive_until, now).await?;
            super::emails::drop_pending(tx, user.id, now).await?;
            let details = json!({ "delete_at": at });
            audit::record(tx, AuditKind::DeletionScheduled, origin, &origin.actor, details, now).await?;
            letters::promise(tx, &user.email, letter, now).await?;
            Ok(Requested::Scheduled(at))
        })
    });
    Ok(requested.await?)
}

/// Keeps an account whose end was planned; false when it was not, or when its day has come.
pub async fn cancel(state: &State, user: &User, origin: &Origin) -> Result<bool, Fault> {
    let (id, now) = (user.id, state.clock.now());
    let kept = state.db.write(origin.by(user.subject()), move |tx, origin| {
        Box::pin(async move {
            if !users::keep(tx, id, now).await? {
                return Ok(false);
            }
            audit::record(tx, AuditKind::DeletionCancelled, origin, &origin.actor, json!({}), now).await?;
            Ok(true)
        })
    });
    Ok(kept.await?)
}

/// Removes the accounts whose day has come, each with everything of it in one unit, and gives their number.
pub async fn run_due(state: &State) -> Result<u64, Fault> {
    let now = state.clock.now();
    let due = state
        .db
        .read((), move |tx, ()| Box::pin(users::due_for_deletion(tx, now, BATCH)))
        .await?;
    let mut removed = 0;
    for id in due {
        let user = state.db.read((), move |tx, ()| Box::pin(users::find(tx, id))).await?;
        let Some(user) = user else { continue };
        let locale = user.claims.get_str("locale").unwrap_or("en");
        let letter = state.write_letter(&Message::AccountDeleted, locale);
        let gone = state
            .db
            .write(letter, move |tx, letter| Box::pin(erase(tx, id, letter, now)));
        removed += u64::from(gone.await?);
    }
    Ok(removed)
}

/// Of any number of nodes one removes an account; one that was kept meanwhile stays.
async fn erase(tx: &mut Tx, id: Uuid, letter: &Letter, now: Timestamp) -> Result<bool, StoreError> {
    // Before anything is read: of two administrators whose day comes together, one stays.
    roles::hold_administration(tx).await?;
    users::hold(tx, id).await?;
    let (Some(user), Some(standing)) = (users::find(tx, id).await?, users::standing(tx, id).await?) else {
        return Ok(false);
    };
    if standing.delete_at.is_none_or(|at| at > now) || roles::is_last_administrator(tx, &user).await? {
        return Ok(false);
    }
    let job = Origin::system();
    take_away(tx, &user, standing.username_key.as_deref(), letter, &job, now).await?;
    Ok(true)
}

/// What comes of removing an account at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is gone.
    Done,
    /// There is none.
    Unknown,
    /// Somebody must be able to administer.
    LastAdministrator,
}

/// Removes an account at once, by whoever the origin names.
pub async fn remove(state: &State, user: &User, origin: &Origin) -> Result<Removed, Fault> {
    let now = state.clock.now();
    let locale = user.claims.get_str("locale").unwrap_or("en");
    let letter = state.write_letter(&Message::AccountDeleted, locale);
    let id = user.id;
    let removed = state.db.write((letter, origin.clone()), move |tx, (letter, origin)| {
        Box::pin(async move {
            roles::hold_administration(tx).await?;
            users::hold(tx, id).await?;
            let (Some(user), Some(standing)) = (users::find(tx, id).await?, users::standing(tx, id).await?) else {
                return Ok(Removed::Unknown);
            };
            if roles::is_last_administrator(tx, &user).await? {
                return Ok(Removed::LastAdministrator);
            }
            take_away(tx, &user, standing.username_key.as_deref(), letter, origin, now).await?;
            Ok(Removed::Done)
        })
    });
    Ok(removed.await?)
}

/// Everything of an account goes; its person is told.
async fn take_away(
    tx: &mut Tx,
    user: &User,
    username_key: Option<&str>,
    letter: &Letter,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = user.id;
    let addresses = email_addresses::list(tx, id).await?;
    let addresses: Vec<_> = addresses
        .into_iter()
        .map(|address| (address.email_key, address.email))
        .collect();
    let phone = user.claims.get_str("phone_number");
    personal_data::erase(tx, id, &addresses, username_key, phone).await?;
    users::delete(tx, id).await?;
    audit::record(tx, AuditKind::AccountDeleted, origin, &user.subject(), json!({}), now).await?;
    if user.email_verified {
        letters::promise(tx, &user.email, letter, now).await?;
    }
    Ok(())
}
