//! Accounts as administrators see them, and the one way in which an account is made.

mod change;
pub mod metadata;

pub(super) use change::apply;
pub use change::{Change, change};

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::applicants::Judged;
use super::catalogue::{Defaults, NotGiven, hold_given};
use super::factors::Spend;
use super::{Fault, passwords as passwords_flow};
use crate::crypto::password::{self as hashes, FormError};
use crate::crypto::random;
use crate::identity::metadata::MetadataError;
use crate::identity::password::PasswordProblem;
use crate::identity::{claims, email};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::email::Email;
use crate::model::permission::Authority;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::settings::is_name;
use crate::state::State;
use crate::store::{StoreError, Tx, audit, email_addresses, passwords, user_words, users};

/// Why an account cannot be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not an address.
    #[error("not an e-mail address")]
    Email,
    /// The address has an account.
    #[error("an account with this address exists")]
    Taken,
    /// See [`PasswordProblem`].
    #[error("the password is refused: {0:?}")]
    Password(PasswordProblem),
    /// See [`FormError`].
    #[error(transparent)]
    Hash(#[from] FormError),
    /// There is no password to change.
    #[error("the account has no password")]
    NoPassword,
    /// See [`claims::ClaimsError`].
    #[error("claims are refused: {0}")]
    Claims(#[from] claims::ClaimsError),
    /// Letters, digits and `_-.:`.
    #[error("a role or plan is 1 to 64 letters, digits, _ - . :, and not dots alone")]
    Name,
    /// See [`NotGiven`].
    #[error(transparent)]
    NotGiven(#[from] NotGiven),
    /// Nobody changes a person who administers more than they do.
    #[error("the person administers more than you do")]
    Above,
    /// See [`MetadataError`].
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// There is no such account.
    #[error("there is no such account")]
    Unknown,
    /// Somebody must be able to administer.
    #[error("this is the last administrator")]
    LastAdministrator,
    /// A fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Taken,
            other => Self::Fault(other.into()),
        }
    }
}

/// How the password of a new account comes.
pub enum NewPassword {
    /// As it is typed.
    Typed(Secret),
    /// As another system hashed it: kept as it is until the next sign-in hashes it anew.
    Hashed(String),
    /// Not at all: the person signs in some other way, or asks for a new one.
    None,
}

impl From<Secret> for NewPassword {
    fn from(typed: Secret) -> Self {
        Self::Typed(typed)
    }
}

/// An account that is about to be made.
pub struct NewUser {
    /// The address, as typed.
    pub email: String,
    /// Whether mail is known to reach it.
    pub email_verified: bool,
    /// How its password comes.
    pub password: NewPassword,
    /// The role; the default one where `None`.
    pub role: Option<String>,
    /// The plan; the default one where `None`.
    pub plan: Option<String>,
    /// Standard claims.
    pub claims: Map<String, Value>,
}

/// A judged account with its hashed password, ready to be stored.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) user: User,
    pub(super) email: Email,
    pub(super) username_key: Option<String>,
    /// `None` for an account without a password.
    pub(super) phc: Option<String>,
    pub(super) terms_version: Option<String>,
}

/// Judges an account and hashes its password: everything that must not happen inside a unit of work.
pub(super) async fn prepare(state: &State, new: NewUser) -> Result<Prepared, Refused> {
    let email = email::parse(&new.email).map_err(|_| Refused::Email)?;
    let accounts = &state.settings.accounts;
    let role = new.role.unwrap_or_else(|| accounts.default_role.clone());
    let plan = new.plan.unwrap_or_else(|| accounts.default_plan.clone());
    if !is_name(&role) || !is_name(&plan) {
        return Err(Refused::Name);
    }
    let claims = claims::validate(new.claims)?;
    let phc = match new.password {
        NewPassword::None => None,
        NewPassword::Hashed(text) => {
            hashes::check(&text)?;
            Some(text)
        }
        NewPassword::Typed(typed) => {
            let about = [email.address(), claims.get_str("name").unwrap_or_default()];
            let judged = passwords_flow::judge_new(state, &typed, &about).await?;
            let normal = judged.map_err(Refused::Password)?;
            Some(state.passwords.hash(normal).await.map_err(Fault::from)?)
        }
    };
    let now = state.clock.now();
    Ok(Prepared {
        user: User {
            id: random::uuid(),
            email: email.address().to_owned(),
            email_verified: new.email_verified,
            role,
            plan,
            claims,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        },
        email,
        username_key: None,
        phc,
        terms_version: None,
    })
}

/// The first administrator's account, of a form that was judged; the address counts as verified, since whoever has the
/// set-up link runs the installation.
pub(super) async fn prepare_judged(state: &State, judged: Judged, role: String) -> Result<Prepared, Fault> {
    let phc = match judged.password {
        Some(normal) => Some(state.passwords.hash(normal).await?),
        None => None,
    };
    let now = state.clock.now();
    Ok(Prepared {
        user: User {
            id: random::uuid(),
            email: judged.email.address().to_owned(),
            email_verified: true,
            role,
            plan: state.settings.accounts.default_plan.clone(),
            claims: claims::validate(judged.claims).map_err(|error| Fault::Internal(error.to_string()))?,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        },
        email: judged.email,
        username_key: judged.username_key,
        phc,
        terms_version: None,
    })
}

/// Stores a prepared account; a conflict means that the address or the user name is taken.
pub(super) async fn store(tx: &mut Tx, prepared: &Prepared, origin: &Origin) -> Result<(), StoreError> {
    let user = &prepared.user;
    users::insert(tx, user, &prepared.email).await?;
    email_addresses::insert(tx, user.id, &prepared.email, user.created_at).await?;
    if let Some(phc) = &prepared.phc {
        passwords::put(tx, user.id, phc, user.created_at).await?;
    }
    if let Some(key) = &prepared.username_key {
        users::set_username(tx, user.id, Some(key), user.created_at).await?;
    }
    if let Some(version) = &prepared.terms_version {
        users::accept_terms(tx, user.id, version, user.created_at).await?;
    }
    user_words::renew(tx, user.id).await?;
    let details = json!({ "role": user.role, "plan": user.plan });
    audit::record(
        tx,
        AuditKind::UserCreated,
        origin,
        &user.subject(),
        details,
        user.created_at,
    )
    .await
}

/// Makes an account. Nobody gives a role that administers more than they do.
pub async fn create(state: &State, new: NewUser, giver: &Authority, origin: &Origin) -> Result<User, Refused> {
    let prepared = prepare(state, new).await?;
    let user = prepared.user.clone();
    let unit = (prepared, Defaults::of(&state.settings), giver.clone(), origin.clone());
    let stored = state.db.write(unit, |tx, (prepared, defaults, giver, origin)| {
        Box::pin(async move {
            let user = &prepared.user;
            if let Err(refused) = hold_given(tx, defaults, &user.role, &user.plan, giver).await? {
                return Ok(Err(refused));
            }
            store(tx, prepared, origin).await.map(Ok)
        })
    });
    stored.await??;
    Ok(user)
}

/// Marks the primary address of an account as verified, as part of another unit.
pub(super) fn verified(state: &State, user: &User, origin: &Origin) -> Spend {
    let now = state.clock.now();
    let input = Arc::new((user.id, user.email.clone(), origin.by(user.subject())));
    Arc::new(move |tx| {
        let input = Arc::clone(&input);
        Box::pin(async move {
            let (id, email, origin) = &*input;
            if users::set_email_verified(tx, *id, email, now).await? {
                audit::record(tx, AuditKind::EmailVerified, origin, &origin.actor, json!({}), now).await?;
            }
            Ok(true)
        })
    })
}

/// The next accounts, oldest first.
pub async fn list(state: &State, after: Option<&User>, limit: u16) -> Result<Vec<User>, Fault> {
    let from = after.map_or((Timestamp::UNIX_EPOCH - TimeDelta::days(1), Uuid::nil()), |user| {
        (user.created_at, user.id)
    });
    Ok(state
        .db
        .read((), move |tx, ()| Box::pin(users::page(tx, from, i64::from(limit))))
        .await?)
}

/// An account by `sub` or address; `None` where there is none.
pub async fn named(state: &State, name: &str) -> Result<Option<User>, Fault> {
    let found = state
        .db
        .read(name.to_owned(), |tx, name| Box::pin(find(tx, name)))
        .await?;
    Ok(found)
}

pub(super) async fn find(tx: &mut Tx, name: &str) -> Result<Option<User>, StoreError> {
    match Uuid::parse_str(name) {
        Ok(id) => users::find(tx, id).await,
        Err(_) => users::find_by_email(tx, &email::key_of(name)).await,
    }
}
