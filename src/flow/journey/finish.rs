//! What a journey brings at its end: a session, another password.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::act::Walk;
use super::{Finished, Here, Outcome};
use crate::crypto::{digest, random};
use crate::flow::account::emails;
use crate::flow::alerts::Alert;
use crate::flow::factors::{self, Spend};
use crate::flow::throttle::{self, Guessed, Throttle};
use crate::flow::{Fault, NewSession, first_mail, letters, lost_factor};
use crate::identity::assurance;
use crate::identity::email;
use crate::identity::journey as rules;
use crate::model::Timestamp;
use crate::model::account::Account;
use crate::model::audit::AuditKind;
use crate::model::journey::JourneyKind;
use crate::model::letter::{Asked, Letter, Message};
use crate::model::secret::{Digest, Secret};
use crate::model::user::User;
use crate::settings::Remember;
use crate::store::{
    StoreError, Tx, audit, challenges, devices, journeys, passwords, refresh_families, sessions, users,
};

/// Signs in: the session, what was used up, and the end of the journey are one unit of work.
pub(super) async fn sign_in(walk: Walk<'_>, spend: Option<Spend>) -> Result<Outcome, Fault> {
    let Walk {
        state,
        here,
        journey,
        situation,
        ..
    } = walk;
    let Some(account) = situation.account else {
        return Ok(Outcome::Gone);
    };
    let facts = &journey.facts;
    let remembered = match state.settings.sign_in.remember {
        Remember::Ask => facts.remember,
        Remember::Always => true,
        Remember::Never => false,
    };
    let now = state.clock.now();
    // A device that is to be trusted gets a name that nobody can have seen before.
    let trust = facts.trust && !state.settings.second_factor.trust().is_zero();
    let minted = (trust || here.device.is_none()).then(|| random::secret(random::prefix::DEVICE));
    let device = minted.as_ref().map(digest::digest).or(here.device);
    let amr = rules::amr(&facts.proofs);
    let session = NewSession::prepare(&account.user, amr, &here.visitor.device, state, remembered);
    let alert = Alert::prepare(
        state,
        &account.user,
        &here.visitor.device,
        &here.locale,
        session.session.authenticated_at,
    );
    let unit = Unit {
        alert,
        session: session.clone(),
        journey: (journey.revision > 0).then_some(journey.id),
        spend,
        here: here.clone(),
        device,
        trusted_until: trust.then(|| now + state.settings.second_factor.trust()),
    };
    let stored = state
        .db
        .write(unit, move |tx, unit| Box::pin(store(tx, unit, now)))
        .await?;
    if !stored {
        return Ok(Outcome::Gone);
    }
    let first = facts.proofs.first().and_then(|proof| factors::find(&proof.factor));
    state
        .metrics
        .sign_in(first.map_or("other", |factor| factor.name()), "signed_in");
    Ok(Outcome::SignedIn(Box::new(Finished {
        session,
        interaction: facts.interaction,
        return_to: facts.return_to.clone(),
        device: minted,
        first: facts
            .proofs
            .first()
            .map(|proof| proof.factor.clone())
            .unwrap_or_default(),
    })))
}

/// Ends a journey that set a factor up.
pub(super) async fn enrolled(walk: Walk<'_>, spend: Option<Spend>) -> Result<Outcome, Fault> {
    let (state, id, now) = (walk.state, walk.journey.id, walk.state.clock.now());
    let stored = state
        .db
        .write(spend, move |tx, spend| {
            Box::pin(async move {
                if let Some(spend) = spend
                    && !spend(tx).await?
                {
                    return Ok(false);
                }
                journeys::consume(tx, id, now).await
            })
        })
        .await?;
    Ok(if stored { Outcome::Enrolled } else { Outcome::Gone })
}

#[derive(Clone)]
struct Unit {
    alert: Alert,
    session: NewSession,
    journey: Option<Uuid>,
    spend: Option<Spend>,
    here: Here,
    device: Option<Digest>,
    trusted_until: Option<Timestamp>,
}

async fn store(tx: &mut Tx, unit: &Unit, now: Timestamp) -> Result<bool, StoreError> {
    let Unit {
        alert,
        session,
        journey,
        spend,
        here,
        device,
        trusted_until,
    } = unit;
    if let Some(spend) = spend
        && !spend(tx).await?
    {
        return Ok(false);
    }
    if let Some(id) = journey
        && !journeys::consume(tx, *id, now).await?
    {
        return Ok(false);
    }
    let visitor = &here.visitor;
    session.store(tx, visitor.replaced.as_ref()).await?;
    let user_id = session.session.user_id;
    if let Some(digest) = device {
        let agent = &session.session.user_agent;
        let seen = devices::note_sign_in(tx, user_id, digest, agent, &session.session.address, now).await?;
        alert.promise(tx, seen, now).await?;
        if let Some(until) = trusted_until {
            devices::trust(tx, user_id, digest, *until).await?;
        }
    }
    let origin = visitor.origin.by(user_id.to_string());
    if assurance::satisfies(assurance::acr(&session.session.amr), assurance::TWO_FACTORS) {
        // Whoever has a second factor has not lost them.
        lost_factor::cancel(tx, user_id, &origin, now).await?;
    }
    let details = json!({ "session": session.session.id, "amr": session.session.amr });
    audit::record(tx, AuditKind::SignedIn, &origin, &origin.actor, details, now).await?;
    Ok(true)
}

/// Stores another password. At the end of a reset everything that was opened with the old one ends, and nobody is signed in;
/// on the way to a session the journey goes on.
pub(super) async fn set_password(walk: Walk<'_>, account: Account, normal: Secret) -> Result<Outcome, Fault> {
    let (state, here) = (walk.state, walk.here);
    let phc = state.passwords.hash(normal).await?;
    let now = state.clock.now();
    let asked = Asked {
        user_agent: here.visitor.device.user_agent.clone(),
        address: here.visitor.device.address.clone(),
        at: now,
    };
    let locale = account.user.claims.get_str("locale").unwrap_or(&here.locale).to_owned();
    let change = Arc::new(PasswordChange {
        throttle: Throttle::new(
            state,
            Guessed::Identifier(&email::key_of(&account.user.email)),
            here.device.as_ref(),
        ),
        letter: state.write_letter(&Message::PasswordChanged(asked), &locale),
        origin: here.visitor.origin.by(account.user.subject()),
        first: walk.journey.kind == JourneyKind::Recover && first_mail::is_first(&account),
        alive_until: now + crate::state::TOKEN_MEMORY,
        user: account.user,
        phc,
        now,
    });
    let spend: Spend = Arc::new({
        let change = Arc::clone(&change);
        move |tx| {
            let change = Arc::clone(&change);
            Box::pin(async move { change.store(tx).await.map(|()| true) })
        }
    });
    if walk.journey.kind != JourneyKind::Recover {
        let mut walk = walk;
        if let Some(account) = walk.situation.account.as_mut() {
            account.password_change_required = false;
        }
        return walk.advance(Some(spend)).await;
    }
    let id = walk.journey.id;
    let stored = state
        .db
        .write(change, move |tx, change| {
            Box::pin(async move {
                if !journeys::consume(tx, id, now).await? {
                    return Ok(false);
                }
                change.store(tx).await?;
                // Whatever else this person had begun was begun before.
                journeys::end_all(tx, change.user.id).await?;
                Ok(true)
            })
        })
        .await?;
    Ok(if stored { Outcome::PasswordSet } else { Outcome::Gone })
}

struct PasswordChange {
    user: User,
    /// Whether mail reaches the address for the first time.
    first: bool,
    alive_until: Timestamp,
    phc: String,
    throttle: Throttle,
    letter: Letter,
    origin: crate::model::audit::Origin,
    now: Timestamp,
}

impl PasswordChange {
    async fn store(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let (id, now) = (self.user.id, self.now);
        if self.first {
            first_mail::take_over(tx, &self.user, &self.origin, self.alive_until, now).await?;
        }
        passwords::put(tx, id, &self.phc, now).await?;
        sessions::end_all(tx, id, now).await?;
        refresh_families::revoke_for_user(tx, id, now).await?;
        devices::distrust_all(tx, id).await?;
        // An address that waits for its confirmation may be somebody else's (SECURITY-CASES EV-04, PW-11).
        emails::drop_pending(tx, id, now).await?;
        challenges::retire_of_person(tx, id, now).await?;
        throttle::forget(tx, &self.throttle, id).await?;
        audit::record(
            tx,
            AuditKind::PasswordChanged,
            &self.origin,
            &self.origin.actor,
            json!({}),
            now,
        )
        .await?;
        letters::promise(tx, &self.user.email, &self.letter, now).await
    }
}

/// Notes that terms were accepted.
pub(super) fn accept_terms(here: &Here, user_id: Uuid, version: String, now: Timestamp) -> Spend {
    let origin = here.visitor.origin.by(user_id.to_string());
    let input = Arc::new((origin, version));
    Arc::new(move |tx| {
        let input = Arc::clone(&input);
        Box::pin(async move {
            let (origin, version) = &*input;
            users::accept_terms(tx, user_id, version, now).await?;
            let details = json!({ "version": version });
            audit::record(tx, AuditKind::TermsAccepted, origin, &origin.actor, details, now).await?;
            Ok(true)
        })
    })
}

/// Takes the wish to be forgotten back.
pub(super) fn keep_account(here: &Here, user_id: Uuid, now: Timestamp) -> Spend {
    let origin = Arc::new(here.visitor.origin.by(user_id.to_string()));
    Arc::new(move |tx| {
        let origin = Arc::clone(&origin);
        Box::pin(async move {
            // Its day may have come meanwhile.
            if !users::keep(tx, user_id, now).await? {
                return Ok(false);
            }
            audit::record(tx, AuditKind::DeletionCancelled, &origin, &origin.actor, json!({}), now).await?;
            Ok(true)
        })
    })
}
