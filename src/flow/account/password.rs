//! Another password, or the first one.

use serde_json::json;
use uuid::Uuid;

use super::super::throttle::{self, Begun, Guessed, Throttle};
use super::super::{Fault, letters, passwords as passwords_rules};
use super::Actor;
use crate::crypto::{digest, random};
use crate::identity::password::PasswordProblem;
use crate::identity::{email, password};
use crate::model::Timestamp;
use crate::model::audit::AuditKind;
use crate::model::letter::Message;
use crate::model::secret::{Digest, Secret};
use crate::model::user::User;
use crate::state::{State, TOKEN_MEMORY};
use crate::store::{
    StoreError, Tx, audit, authorization_codes, challenges, passwords, personal_data, refresh_families, revocations,
    sessions,
};

/// When the password was set; `None` while there is none.
pub async fn changed_at(state: &State, user: &User) -> Result<Option<Timestamp>, Fault> {
    let id = user.id;
    let found = state.db.read((), move |tx, ()| Box::pin(passwords::find(tx, id)));
    Ok(found.await?.map(|(_, changed_at)| changed_at))
}

/// What comes of it.
pub enum Outcome {
    /// Changed. The session goes on under another secret, which its cookie must hold.
    Changed(Secret),
    /// The present password is another one.
    Wrong,
    /// Too many failures: seconds to wait.
    Wait(u64),
    /// The new one is refused.
    Refused(PasswordProblem),
}

/// Changes the password. The present one goes through a counter as at the sign-in: guessing here is no faster than there.
/// Every other browser is signed out and every refresh token dies; whoever had copied this session's cookie is out too.
pub async fn change(state: &State, actor: &Actor, current: Secret, new: &Secret) -> Result<Outcome, Fault> {
    let user = actor.user();
    let normal = match judge(state, user, new).await? {
        Ok(normal) => normal,
        Err(problem) => return Ok(Outcome::Refused(problem)),
    };
    match prove(state, actor, current).await? {
        Proved::Yes => {}
        Proved::No => return Ok(Outcome::Wrong),
        Proved::Wait(seconds) => return Ok(Outcome::Wait(seconds)),
    }
    let phc = state.passwords.hash(normal).await?;
    let now = state.clock.now();
    let secret = random::secret(random::prefix::SESSION);
    let unit = Change {
        user: user.clone(),
        session: actor.signed_in.session.id,
        digest: digest::digest(&secret),
        phc,
        throttle: Throttle::new(
            state,
            Guessed::Identifier(&email::key_of(&user.email)),
            actor.device.cookie.as_ref(),
        ),
        alive_until: now + TOKEN_MEMORY,
        now,
    };
    let letter = state.write_letter(&Message::PasswordChanged(actor.asked(now)), &actor.locale);
    let stored = state
        .db
        .write((unit, letter, actor.by()), |tx, (unit, letter, origin)| {
            Box::pin(async move {
                store(tx, unit).await?;
                audit::record(
                    tx,
                    AuditKind::PasswordChanged,
                    origin,
                    &origin.actor,
                    json!({}),
                    unit.now,
                )
                .await?;
                letters::promise(tx, &unit.user.email, letter, unit.now).await
            })
        });
    stored.await?;
    Ok(Outcome::Changed(secret))
}

struct Change {
    user: User,
    session: Uuid,
    digest: Digest,
    phc: String,
    throttle: Throttle,
    alive_until: Timestamp,
    now: Timestamp,
}

async fn store(tx: &mut Tx, change: &Change) -> Result<(), StoreError> {
    let (id, now) = (change.user.id, change.now);
    throttle::forget(tx, &change.throttle, id).await?;
    passwords::put(tx, id, &change.phc, now).await?;
    sessions::end_others(tx, id, change.session, now).await?;
    sessions::renew(tx, change.session, &change.digest).await?;
    end_grants(tx, id, change.alive_until, now).await?;
    personal_data::untrust_devices(tx, id).await?;
    // Links to another password, and addresses that wait for their code: of before.
    personal_data::retire_links(tx, id).await?;
    challenges::retire_of_person(tx, id, now).await?;
    super::emails::drop_pending(tx, id, now).await
}

/// Codes, refresh tokens and the access tokens that they led to: dead, until `alive_until` when none can be left.
pub(in crate::flow) async fn end_grants(
    tx: &mut Tx,
    user_id: Uuid,
    alive_until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    authorization_codes::delete_unused_for_user(tx, user_id).await?;
    for grant in refresh_families::revoke_for_user(tx, user_id, now).await? {
        revocations::insert(tx, &grant.simple().to_string(), alive_until).await?;
    }
    Ok(())
}

/// What a new password must be, on this path as on every other.
async fn judge(state: &State, user: &User, new: &Secret) -> Result<Result<Secret, PasswordProblem>, Fault> {
    let about = [
        user.email.as_str(),
        user.claims.get_str("name").unwrap_or_default(),
        user.claims.get_str("preferred_username").unwrap_or_default(),
    ];
    passwords_rules::judge_new(state, new, &about).await
}

enum Proved {
    Yes,
    No,
    Wait(u64),
}

async fn prove(state: &State, actor: &Actor, current: Secret) -> Result<Proved, Fault> {
    let (user, now) = (actor.user(), state.clock.now());
    let user_id = user.id;
    // Not the sign-in's own counter: somebody who sits at a forgotten browser must not lock the owner out elsewhere.
    let guessed = Guessed::CurrentPassword(user_id);
    let throttle = Throttle::new(state, guessed, actor.device.cookie.as_ref());
    let begun = state.db.write(throttle, move |tx, throttle| {
        Box::pin(async move {
            let Some((phc, _)) = passwords::find(tx, user_id).await? else {
                return Ok(None);
            };
            let begun = throttle::begin(tx, throttle, Some(user_id), now).await?;
            Ok(Some((phc, begun)))
        })
    });
    let (phc, counted) = match begun.await? {
        // There is none to prove: whoever came in without one may set it.
        None => return Ok(Proved::Yes),
        Some((phc, Begun::Allowed(counted))) => (phc, counted),
        Some((_, Begun::BlockedUntil(until))) => return Ok(Proved::Wait(throttle::wait(until, now))),
    };
    let verdict = match state.passwords.verify(password::normalise(&current), Some(phc)).await {
        Ok(verdict) => verdict,
        Err(error) => {
            counted.forgive(state).await?;
            return Err(error.into());
        }
    };
    if verdict.matches {
        let cleared = state
            .db
            .write(counted, |tx, counted| Box::pin(async move { counted.clear(tx).await }));
        cleared.await?;
        return Ok(Proved::Yes);
    }
    let recorded = state.db.write_one(actor.by(), move |tx, origin| {
        Box::pin(async move {
            let details = json!({ "asked_for": "password change" });
            audit::record(tx, AuditKind::SignInFailed, origin, &origin.actor, details, now).await
        })
    });
    recorded.await?;
    Ok(Proved::No)
}
