//! Names, user name, language and zone of a person.

use serde_json::{Map, Value, json};

use super::super::Fault;
use super::Actor;
use crate::identity::names::{self, Parts};
use crate::identity::username::{self, UsernameError};
use crate::identity::{claims, zones};
use crate::model::audit::{AuditKind, Changes};
use crate::model::claims::StandardClaims;
use crate::model::user::User;
use crate::state::State;
use crate::store::{StoreError, audit, users};

/// What a person enters.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The names.
    pub names: Parts,
    /// A BCP 47 tag; empty for none.
    pub locale: String,
    /// The name of a time zone; empty for none.
    pub zone: String,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// `name` cannot be shown and mailed.
    pub full: bool,
    /// `given_name` cannot.
    pub given: bool,
    /// `family_name` cannot.
    pub family: bool,
    /// No language tag.
    pub locale: bool,
    /// There is no such zone.
    pub zone: bool,
}

/// The claims that differ, before and after. They leave the trail with the account.
fn changed(user: &User, claims: &StandardClaims) -> Value {
    let (before, after) = (user.claims.members().clone(), claims.members().clone());
    Changes::between(&before.into(), &after.into()).into_details()
}

/// The names of an account as they are.
pub fn names_of(user: &User) -> Parts {
    let text = |name| user.claims.get_str(name).unwrap_or_default().to_owned();
    Parts {
        full: text("name"),
        given: text("given_name"),
        family: text("family_name"),
    }
}

/// The user name of an account, as it is shown.
pub async fn username_of(state: &State, user: &User) -> Result<Option<String>, Fault> {
    let id = user.id;
    let standing = state.db.read((), move |tx, ()| Box::pin(users::standing(tx, id)));
    let key = standing.await?.and_then(|standing| standing.username_key);
    // The claim may be one that an administrator wrote, without a user name behind it.
    let shown = user.claims.get_str("preferred_username");
    Ok(key.map(|key| shown.map_or(key, str::to_owned)))
}

/// Changes names, language and zone.
pub async fn change(state: &State, actor: &Actor, input: Input) -> Result<Result<(), Problems>, Fault> {
    let (full, given, family) = (
        names::parse(&input.names.full),
        names::parse(&input.names.given),
        names::parse(&input.names.family),
    );
    let zone = match input.zone.trim() {
        "" => Some(""),
        text => zones::find(text),
    };
    let locale = input.locale.trim();
    let problems = Problems {
        full: full.is_err(),
        given: given.is_err(),
        family: family.is_err(),
        locale: !locale.is_empty() && !is_tag(locale),
        zone: zone.is_none(),
    };
    if problems != Problems::default() {
        return Ok(Err(problems));
    }
    let text = |name: Result<Option<String>, _>| name.ok().flatten().unwrap_or_default();
    let entered = Parts {
        full: text(full),
        given: text(given),
        family: text(family),
    };
    let (locale, zone) = (locale.to_owned(), zone.unwrap_or_default());
    let (user_id, now) = (actor.user().id, state.clock.now());
    let unit = (entered, locale, actor.by());
    let changed = state.db.write(unit, move |tx, (entered, locale, origin)| {
        Box::pin(async move {
            users::hold(tx, user_id).await?;
            let Some(user) = users::find(tx, user_id).await? else {
                return Ok(());
            };
            let parts = names::agree(&names_of(&user), entered.clone());
            let changes = json!({
                "name": parts.full, "given_name": parts.given, "family_name": parts.family,
                "locale": locale, "zoneinfo": zone,
            });
            let changes = changes.as_object().cloned().unwrap_or_default();
            let claims = claims::change(&user.claims, changes).map_err(|_| StoreError::Corrupt("claims"))?;
            if claims != user.claims {
                users::set_claims(tx, user_id, &claims, now).await?;
                let details = changed(&user, &claims);
                audit::record(tx, AuditKind::ProfileUpdated, origin, &origin.actor, details, now).await?;
            }
            Ok(())
        })
    });
    changed.await?;
    Ok(Ok(()))
}

/// `en`, `zh-Hans`, `pt-BR`: the form of BCP 47, whatever it names.
fn is_tag(text: &str) -> bool {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    text.len() <= 35 && text.split('-').all(part) && text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// What comes of choosing a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is the account's now; an empty text took the old one away.
    Done,
    /// See [`UsernameError`].
    Refused(UsernameError),
    /// Somebody has it.
    Taken,
}

/// Chooses a user name, or none.
pub async fn set_username(state: &State, actor: &Actor, text: &str) -> Result<Named, Fault> {
    let chosen = match username::parse(text) {
        Ok(chosen) => chosen,
        Err(error) => return Ok(Named::Refused(error)),
    };
    let (user_id, now) = (actor.user().id, state.clock.now());
    let stored = state.db.write((chosen, actor.by()), move |tx, (chosen, origin)| {
        Box::pin(async move {
            users::hold(tx, user_id).await?;
            let Some(user) = users::find(tx, user_id).await? else {
                return Ok(());
            };
            let shown = chosen.as_ref().map_or(Value::Null, |name| name.as_str().into());
            let changes = Map::from_iter([("preferred_username".to_owned(), shown)]);
            let claims = claims::change(&user.claims, changes).map_err(|_| StoreError::Corrupt("claims"))?;
            users::set_claims(tx, user_id, &claims, now).await?;
            let details = changed(&user, &claims);
            audit::record(tx, AuditKind::UsernameChanged, origin, &origin.actor, details, now).await?;
            users::set_username(tx, user_id, chosen.as_ref().map(username::Username::key), now).await
        })
    });
    match stored.await {
        Ok(()) => Ok(Named::Done),
        Err(StoreError::Conflict) => Ok(Named::Taken),
        Err(error) => Err(error.into()),
    }
}
