//! When every second factor is out of reach: a wait with notices to every address, which anybody who reads one of them can
//! stop, or a link that an administrator gives out. Neither signs in: the first factor is still to be proved.

use std::sync::Arc;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::journey::Here;
use super::{Fault, factors, letters};
use crate::crypto::{digest, random};
use crate::identity::journey::Step;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::journey::Journey;
use crate::model::letter::{Asked, Letter, Message};
use crate::model::secret::{Digest, Secret};
use crate::model::user::User;
use crate::state::State;
use crate::store::one_time_tokens::{self, Purpose};
use crate::store::{
    StoreError, Tx, audit, devices, email_addresses, factor_resets, journeys, recovery_codes, refresh_families,
    sessions, users,
};

/// How long an administrator's link works.
pub const LINK_LIFE: TimeDelta = TimeDelta::hours(24);
/// How long before its end a wait is told of once more.
const REMINDER: TimeDelta = TimeDelta::days(1);
const BATCH: i64 = 20;

/// Whose factors a link is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Whose {
    /// The person.
    pub user_id: Uuid,
}

/// Where the wait of a journey's person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// There is no such way here.
    NotOffered,
    /// It can begin.
    Offered {
        /// How long it takes.
        days: u32,
    },
    /// It has begun.
    Begun {
        /// When it ends.
        until: Timestamp,
    },
}

/// Whose second factors a journey waits for; `None` at any other step.
async fn waiting_for(state: &State, here: &Here, journey: &Journey) -> Result<Option<User>, Fault> {
    let stand = super::journey::stand(state, here, journey.clone()).await?;
    Ok(stand
        .account
        .filter(|_| stand.step == Step::SecondFactor)
        .map(|account| account.user))
}

/// Where the wait stands; `None` where the journey does not wait for a second factor.
pub async fn look(state: &State, here: &Here, journey: &Journey) -> Result<Option<Wait>, Fault> {
    let Some(user) = waiting_for(state, here, journey).await? else {
        return Ok(None);
    };
    let until = state
        .db
        .read((), move |tx, ()| Box::pin(factor_resets::find(tx, user.id)))
        .await?;
    Ok(Some(match (until, state.settings.second_factor.lost_wait_days) {
        (Some(until), _) => Wait::Begun { until },
        (None, 0) => Wait::NotOffered,
        (None, days) => Wait::Offered { days },
    }))
}

/// Begins the wait, and tells every address of the account. False where that is not to be had.
pub async fn begin(state: &State, here: &Here, journey: &Journey) -> Result<bool, Fault> {
    let wait = state.settings.second_factor.lost_wait();
    let Some(user) = waiting_for(state, here, journey).await? else {
        return Ok(false);
    };
    if wait.is_zero() {
        return Ok(false);
    }
    let now = state.clock.now();
    let until = now + wait;
    let asked = Asked {
        user_agent: here.visitor.device.user_agent.clone(),
        address: here.visitor.device.address.clone(),
        at: now,
    };
    let locale = user.claims.get_str("locale").unwrap_or(&here.locale).to_owned();
    let notice = Notice::new(state, &user, asked, until, &locale, now);
    let origin = here.visitor.origin.by(user.subject());
    let begun = state.db.write((notice, origin), move |tx, (notice, origin)| {
        Box::pin(async move {
            if factor_resets::begin(tx, notice.user_id, now, until).await? {
                notice.promise(tx).await?;
                let details = json!({ "until": until });
                audit::record(tx, AuditKind::FactorResetRequested, origin, &origin.actor, details, now).await?;
            }
            Ok(true)
        })
    });
    Ok(begun.await?)
}

/// Stops the wait of a journey's person, who has proved the first factor.
pub async fn withdraw(state: &State, here: &Here, journey: &Journey) -> Result<bool, Fault> {
    let Some(user) = waiting_for(state, here, journey).await? else {
        return Ok(false);
    };
    cancel_of(state, user.id, here.visitor.origin.by(user.subject())).await
}

async fn cancel_of(state: &State, user_id: Uuid, origin: Origin) -> Result<bool, Fault> {
    let now = state.clock.now();
    let cancelled = state.db.write(origin, move |tx, origin| {
        Box::pin(async move { cancel(tx, user_id, origin, now).await })
    });
    Ok(cancelled.await?)
}

/// Stops a wait as part of another unit: somebody objects, or has a second factor after all.
pub(super) async fn cancel(tx: &mut Tx, user_id: Uuid, origin: &Origin, now: Timestamp) -> Result<bool, StoreError> {
    let cancelled = factor_resets::cancel(tx, user_id, now).await?;
    if cancelled {
        let target = user_id.to_string();
        audit::record(tx, AuditKind::FactorResetCancelled, origin, &target, json!({}), now).await?;
    }
    Ok(cancelled)
}

/// The mail that tells of a wait, with the link that stops it.
#[derive(Clone)]
struct Notice {
    user_id: Uuid,
    digest: Digest,
    letter: Letter,
    now: Timestamp,
    until: Timestamp,
}

impl Notice {
    fn new(state: &State, user: &User, asked: Asked, until: Timestamp, locale: &str, now: Timestamp) -> Self {
        let secret = random::secret(random::prefix::LINK);
        let message = Message::FactorResetRequested {
            effective_at: until,
            cancel_link: format!("{}/lost-factor/cancel?token={}", state.issuer(), secret.expose()),
            asked,
        };
        Self {
            user_id: user.id,
            digest: digest::digest(&secret),
            letter: state.write_letter(&message, locale),
            now,
            until,
        }
    }

    async fn promise(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let whose = Whose { user_id: self.user_id };
        let (now, until) = (self.now, self.until);
        one_time_tokens::insert(tx, Purpose::CancelFactorReset, &self.digest, &whose, now, until).await?;
        for address in email_addresses::list(tx, self.user_id).await? {
            letters::promise(tx, &address.email, &self.letter, now).await?;
        }
        Ok(())
    }
}

/// When the wait ends that a link of a notice would stop; `None` when there is nothing to stop.
pub async fn look_at_notice(state: &State, token: &Secret) -> Result<Option<Timestamp>, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move {
            match one_time_tokens::find::<Whose>(tx, Purpose::CancelFactorReset, &digest, now).await? {
                Some(whose) => factor_resets::find(tx, whose.user_id).await,
                None => Ok(None),
            }
        })
    });
    Ok(found.await?)
}

/// Stops the wait that a link of a notice tells of.
pub async fn object(state: &State, token: &Secret, origin: Origin) -> Result<bool, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let stopped = state.db.write(origin, move |tx, origin| {
        Box::pin(async move {
            match one_time_tokens::consume::<Whose>(tx, Purpose::CancelFactorReset, &digest, now).await? {
                Some(whose) => cancel(tx, whose.user_id, origin, now).await,
                None => Ok(false),
            }
        })
    });
    Ok(stopped.await?)
}

/// Makes an administrator's link for the person that a `sub` or an address names: whoever opens it does without the second
/// factors, and still proves the first one. `None` when there is no such account.
pub async fn administrators_link(state: &State, name: &str, origin: &Origin) -> Result<Option<String>, Fault> {
    let secret = random::secret(random::prefix::LINK);
    let (digest, now) = (digest::digest(&secret), state.clock.now());
    let unit = (name.to_owned(), origin.clone());
    let made = state
        .db
        .write(unit, move |tx, (name, origin)| {
            Box::pin(async move {
                let Some(user) = super::users::find(tx, name).await? else {
                    return Ok(false);
                };
                let whose = Whose { user_id: user.id };
                one_time_tokens::insert(tx, Purpose::RemoveFactors, &digest, &whose, now, now + LINK_LIFE).await?;
                let target = user.subject();
                audit::record(tx, AuditKind::FactorResetRequested, origin, &target, json!({}), now).await?;
                Ok(true)
            })
        })
        .await?;
    Ok(made.then(|| format!("{}/lost-factor/remove?token={}", state.issuer(), secret.expose())))
}

/// Whose factors an administrator's link would remove.
pub async fn look_at_link(state: &State, token: &Secret) -> Result<Option<User>, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move {
            match one_time_tokens::find::<Whose>(tx, Purpose::RemoveFactors, &digest, now).await? {
                Some(whose) => users::find(tx, whose.user_id).await,
                None => Ok(None),
            }
        })
    });
    Ok(found.await?)
}

/// Removes the second factors that an administrator's link is about. `locale` is the language of the page, for a person who has
/// chosen none.
pub async fn remove_by_link(state: &State, token: &Secret, origin: Origin, locale: &str) -> Result<bool, Fault> {
    let Some(user) = look_at_link(state, token).await? else {
        return Ok(false);
    };
    let (digest, now) = (digest::digest(token), state.clock.now());
    let letter = done_letter(state, &user, locale);
    let unit = (user, letter, origin);
    let removed = state.db.write(unit, move |tx, (user, letter, origin)| {
        Box::pin(async move {
            let used = one_time_tokens::consume::<Whose>(tx, Purpose::RemoveFactors, &digest, now).await?;
            if used.is_none() {
                return Ok(false);
            }
            remove_all(tx, user, letter, origin, now).await?;
            Ok(true)
        })
    });
    Ok(removed.await?)
}

fn done_letter(state: &State, user: &User, locale: &str) -> Letter {
    let locale = user.claims.get_str("locale").unwrap_or(locale);
    state.write_letter(&Message::FactorResetDone, locale)
}

/// Takes every second factor from an account, and ends what was opened with them.
async fn remove_all(
    tx: &mut Tx,
    user: &User,
    letter: &Letter,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), StoreError> {
    factors::remove_all(tx, user.id).await?;
    recovery_codes::remove_all(tx, user.id).await?;
    devices::distrust_all(tx, user.id).await?;
    sessions::end_all(tx, user.id, now).await?;
    refresh_families::revoke_for_user(tx, user.id, now).await?;
    journeys::end_all(tx, user.id).await?;
    audit::record(tx, AuditKind::FactorsReset, origin, &user.subject(), json!({}), now).await?;
    letters::promise(tx, &user.email, letter, now).await
}

/// Ends the waits that are over, and reminds of those that soon will be. Run by the cleaner.
pub async fn run_due(state: &State) -> Result<(), Fault> {
    let now = state.clock.now();
    let (due, soon) = state
        .db
        .read((), move |tx, ()| {
            Box::pin(async move {
                let due = factor_resets::due(tx, now, BATCH).await?;
                Ok((due, factor_resets::to_remind(tx, now + REMINDER, BATCH).await?))
            })
        })
        .await?;
    for user_id in due {
        complete(state, user_id).await?;
    }
    for (user_id, until) in soon {
        remind(state, user_id, until).await?;
    }
    Ok(())
}

async fn complete(state: &State, user_id: Uuid) -> Result<(), Fault> {
    let now = state.clock.now();
    let Some(user) = person(state, user_id).await? else {
        return Ok(());
    };
    let unit = Arc::new((done_letter(state, &user, ""), user));
    let done = state.db.write(unit, move |tx, unit| {
        Box::pin(async move {
            let (letter, user) = &**unit;
            if factor_resets::complete(tx, user.id, now).await? {
                let origin = Origin::default().by(user.subject());
                remove_all(tx, user, letter, &origin, now).await?;
            }
            Ok(())
        })
    });
    Ok(done.await?)
}

async fn remind(state: &State, user_id: Uuid, until: Timestamp) -> Result<(), Fault> {
    let now = state.clock.now();
    let Some(user) = person(state, user_id).await? else {
        return Ok(());
    };
    let asked = Asked {
        user_agent: String::new(),
        address: String::new(),
        at: until - state.settings.second_factor.lost_wait(),
    };
    let locale = user.claims.get_str("locale").unwrap_or_default().to_owned();
    let notice = Notice::new(state, &user, asked, until, &locale, now);
    let reminded = state.db.write(notice, move |tx, notice| {
        Box::pin(async move {
            if notice.until > now && factor_resets::remind(tx, notice.user_id, now).await? {
                notice.promise(tx).await?;
            }
            Ok(())
        })
    });
    Ok(reminded.await?)
}

async fn person(state: &State, user_id: Uuid) -> Result<Option<User>, Fault> {
    let found = state.db.read((), move |tx, ()| Box::pin(users::find(tx, user_id)));
    Ok(found.await?)
}
