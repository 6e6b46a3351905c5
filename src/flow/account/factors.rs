//! The second factors and passkeys of an account: listed, removed, and recovery codes made anew. They are added by a journey
//! of kind `enrol` (`flow::journey`), which asks what a sign-in asks that must set one up.

use serde_json::json;

pub use super::super::factors::Own;
use super::super::factors::{self, Factor, NewCodes};
use super::super::journey::{self, Here};
use super::super::{Fault, letters};
use super::{Actor, SignedIn};
use crate::model::audit::AuditKind;
use crate::model::journey::{Journey, JourneyFacts, JourneyKind};
use crate::model::letter::{FactorNoun, Message};
use crate::state::State;
use crate::store::{accounts, audit, recovery_codes, users};

/// Everything of an account that proves a second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// What was set up: kind by kind, oldest first.
    pub own: Vec<Own>,
    /// How many recovery codes are left.
    pub codes_left: u64,
    /// Kinds that can be added here.
    pub can_add: Vec<&'static str>,
}

/// Lists them.
pub async fn list(state: &State, signed_in: &SignedIn) -> Result<Factors, Fault> {
    let (id, now) = (signed_in.user.id, state.clock.now());
    let (own, left) = state
        .db
        .read((), move |tx, ()| {
            Box::pin(async move {
                let mut own = Vec::new();
                for (_, enrolment) in factors::enrolments() {
                    own.extend(enrolment.list(tx, id).await?);
                }
                Ok((own, recovery_codes::count_left(tx, id, now).await?))
            })
        })
        .await?;
    let offered = |name: &str| {
        state.settings.second_factor.offers(name) || (name == "passkey" && state.settings.sign_in.offers(name))
    };
    Ok(Factors {
        own,
        codes_left: u64::try_from(left).unwrap_or_default(),
        can_add: factors::enrolments()
            .map(|(factor, _)| factor)
            .filter(|factor| factor.is_available(state) && offered(factor.name()))
            .map(Factor::name)
            .collect(),
    })
}

/// A journey that sets a factor up for whoever is signed in, stored.
pub async fn add(state: &State, here: &Here, signed_in: &SignedIn) -> Result<Journey, Fault> {
    let facts = JourneyFacts {
        user_id: Some(signed_in.user.id),
        expected: Some(signed_in.user.id),
        ..JourneyFacts::default()
    };
    journey::keep(state, here, journey::begin(state, JourneyKind::Enrol, facts)).await
}

/// Gives one another name; an empty one leaves it with that of its kind. False where there is none that can be named.
pub async fn rename(state: &State, actor: &Actor, factor: &str, id: &str, name: &str) -> Result<bool, Fault> {
    let Some(enrolment) = factors::find(factor).and_then(Factor::enrolment) else {
        return Ok(false);
    };
    let (user_id, now) = (actor.user().id, state.clock.now());
    let unit = (actor.by(), id.to_owned(), factors::named(name));
    let renamed = state.db.write(unit, move |tx, (origin, id, name)| {
        Box::pin(async move {
            if !enrolment.rename(tx, user_id, id, name).await? {
                return Ok(false);
            }
            let details = json!({ "factor": format!("{:?}", enrolment.noun()) });
            audit::record(tx, AuditKind::FactorRenamed, origin, &origin.actor, details, now).await?;
            Ok(true)
        })
    });
    Ok(renamed.await?)
}

/// What comes of removing one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is gone; the person was told by mail.
    Removed,
    /// There is none.
    Unknown,
    /// The account would have no way in any more (EV-12).
    LastWayIn,
}

/// Removes one. Browsers that left it out must show the next one.
pub async fn remove(state: &State, actor: &Actor, factor: &str, id: &str) -> Result<Removal, Fault> {
    let found = factors::find(factor).and_then(|factor| Some((factor, factor.enrolment()?)));
    let Some((factor, enrolment)) = found else {
        return Ok(Removal::Unknown);
    };
    let (user, now) = (actor.user().clone(), state.clock.now());
    let message = Message::FactorRemoved(enrolment.noun(), actor.asked(now));
    let letter = state.write_letter(&message, &actor.locale);
    let offers = |name| state.settings.sign_in.offers(name);
    let (by_mail, by_password) = (offers("email"), offers("password"));
    let unit = (user, letter, actor.by(), id.to_owned());
    let removed = state.db.write(unit, move |tx, (user, letter, origin, id)| {
        Box::pin(async move {
            // Of two that are removed at once, the second sees that the first is gone.
            users::hold(tx, user.id).await?;
            let Some(account) = accounts::find(tx, user.id).await? else {
                return Ok(Removal::Unknown);
            };
            // Judged before anything is removed: what a unit gives back is committed.
            let another = by_mail || (by_password && account.phc.is_some());
            if factor.is_first() && !another && enrolment.list(tx, user.id).await?.len() <= 1 {
                return Ok(Removal::LastWayIn);
            }
            if !enrolment.remove(tx, user.id, id).await? {
                return Ok(Removal::Unknown);
            }
            factors::after_removal(tx, user.id, enrolment.noun(), origin, now).await?;
            letters::promise(tx, &user.email, letter, now).await?;
            Ok(Removal::Removed)
        })
    });
    Ok(removed.await?)
}

/// Makes new recovery codes, one a line; the old ones are void. `None` for an account without a second factor.
pub async fn renew_codes(state: &State, actor: &Actor) -> Result<Option<Vec<String>>, Fault> {
    let id = actor.user().id;
    let found = state
        .db
        .read((), move |tx, ()| Box::pin(accounts::find(tx, id)))
        .await?;
    let Some(account) = found.filter(factors::has_any) else {
        return Ok(None);
    };
    let NewCodes { plain, store } = factors::new_codes(state, &account);
    let now = state.clock.now();
    let message = Message::FactorAdded(FactorNoun::RecoveryCodes, actor.asked(now));
    let letter = state.write_letter(&message, &actor.locale);
    let unit = (account.user.email, letter, actor.by(), store);
    state
        .db
        .write(unit, move |tx, (email, letter, origin, store)| {
            Box::pin(async move {
                store(tx).await?;
                let details = json!({ "factor": "RecoveryCodes" });
                audit::record(tx, AuditKind::FactorAdded, origin, &origin.actor, details, now).await?;
                letters::promise(tx, email, letter, now).await
            })
        })
        .await?;
    Ok(Some(plain.lines().map(str::to_owned).collect()))
}
