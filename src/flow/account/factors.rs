//! The second factors and passkeys of an account: listed, removed, and recovery codes made anew. They are added by a journey
//! of kind `enrol` (`flow::journey`), which asks what a sign-in asks that must set one up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use super::super::factors::{self, NewCodes};
use super::super::journey::{self, Here};
use super::super::{Fault, letters};
use super::{Actor, SignedIn};
use crate::model::Timestamp;
use crate::model::account::Account;
use crate::model::audit::AuditKind;
use crate::model::journey::{Journey, JourneyFacts, JourneyKind};
use crate::model::letter::{FactorNoun, Message};
use crate::state::State;
use crate::store::{accounts, audit, devices, passkeys, recovery_codes, totp_credentials, users};

/// A factor that an account has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Which kind, by its registered name.
    pub factor: &'static str,
    /// Names it among the account's.
    pub id: String,
    /// What the person calls it; may be empty.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// Everything of an account that proves a second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// Passkeys and authenticator apps, oldest first.
    pub own: Vec<Own>,
    /// How many recovery codes are left.
    pub codes_left: u64,
    /// Kinds that can be added here.
    pub can_add: Vec<&'static str>,
}

/// Lists them.
pub async fn list(state: &State, signed_in: &SignedIn) -> Result<Factors, Fault> {
    let (id, now) = (signed_in.user.id, state.clock.now());
    let (keys, apps, left) = state
        .db
        .read((), move |tx, ()| {
            Box::pin(async move {
                let keys = passkeys::list(tx, id).await?;
                let apps = totp_credentials::list(tx, id).await?;
                Ok((keys, apps, recovery_codes::count_left(tx, id, now).await?))
            })
        })
        .await?;
    let keys = keys.into_iter().map(|key| Own {
        factor: "passkey",
        id: URL_SAFE_NO_PAD.encode(&key.credential_id),
        name: key.name,
        created_at: key.created_at,
        last_used_at: key.last_used_at,
    });
    let apps = apps.into_iter().map(|app| Own {
        factor: "totp",
        id: app.id.to_string(),
        name: app.name,
        created_at: app.created_at,
        last_used_at: app.last_used_at,
    });
    let offered = |name: &str| {
        state.settings.second_factor.offers(name) || (name == "passkey" && state.settings.sign_in.offers(name))
    };
    Ok(Factors {
        own: keys.chain(apps).collect(),
        codes_left: u64::try_from(left).unwrap_or_default(),
        can_add: factors::FACTORS
            .iter()
            .filter(|factor| factor.enrolment().is_some() && offered(factor.name()))
            .map(|factor| factor.name())
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
    enum Which {
        Passkey(Vec<u8>),
        Totp(Uuid),
    }
    let which = match factor {
        "passkey" => URL_SAFE_NO_PAD.decode(id).ok().map(Which::Passkey),
        "totp" => Uuid::parse_str(id).ok().map(Which::Totp),
        _ => None,
    };
    let Some(which) = which else {
        return Ok(Removal::Unknown);
    };
    let noun = match which {
        Which::Passkey(_) => FactorNoun::Passkey,
        Which::Totp(_) => FactorNoun::Totp,
    };
    let (user, now) = (actor.user().clone(), state.clock.now());
    let message = Message::FactorRemoved(noun, actor.asked(now));
    let letter = state.write_letter(&message, &actor.locale);
    let ways = WaysIn::of(state);
    let unit = (user, letter, actor.by(), std::sync::Arc::new(which));
    let removed = state.db.write(unit, move |tx, (user, letter, origin, which)| {
        Box::pin(async move {
            // Of two that go at once, the second finds the first gone.
            users::hold(tx, user.id).await?;
            let Some(account) = accounts::find(tx, user.id).await? else {
                return Ok(Removal::Unknown);
            };
            // Judged before anything is removed: what a unit gives back is committed.
            let goes = i64::from(matches!(**which, Which::Passkey(_)));
            if !ways.remain(&account, account.passkeys - goes) {
                return Ok(Removal::LastWayIn);
            }
            let done = match &**which {
                Which::Passkey(id) => passkeys::remove(tx, id, user.id).await?,
                Which::Totp(id) => totp_credentials::remove(tx, *id, user.id).await?,
            };
            if !done {
                return Ok(Removal::Unknown);
            }
            let left = accounts::find(tx, user.id).await?;
            // Codes are for the day on which a factor is lost; without one they are nothing to ask for.
            if left.is_some_and(|left| left.passkeys == 0 && left.totp_credentials == 0) {
                recovery_codes::remove_all(tx, user.id).await?;
            }
            devices::distrust_all(tx, user.id).await?;
            let details = json!({ "factor": format!("{noun:?}") });
            audit::record(tx, AuditKind::FactorRemoved, origin, &origin.actor, details, now).await?;
            letters::promise(tx, &user.email, letter, now).await?;
            Ok(Removal::Removed)
        })
    });
    Ok(removed.await?)
}

/// The ways in that are offered here.
#[derive(Clone, Copy)]
struct WaysIn {
    password: bool,
    passkey: bool,
    mail: bool,
}

impl WaysIn {
    fn of(state: &State) -> Self {
        let offers = |name| state.settings.sign_in.offers(name);
        Self {
            password: offers("password"),
            passkey: offers("passkey"),
            mail: offers("email"),
        }
    }

    /// Whether an account with so many passkeys could still be entered.
    fn remain(self, account: &Account, passkeys: i64) -> bool {
        self.mail || (self.password && account.phc.is_some()) || (self.passkey && passkeys > 0)
    }
}

/// Makes new recovery codes, one a line; the old ones are void. `None` for an account without a second factor.
pub async fn renew_codes(state: &State, actor: &Actor) -> Result<Option<Vec<String>>, Fault> {
    let id = actor.user().id;
    let found = state
        .db
        .read((), move |tx, ()| Box::pin(accounts::find(tx, id)))
        .await?;
    let Some(account) = found.filter(|account| account.passkeys > 0 || account.totp_credentials > 0) else {
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
