//! What the flows of roles and of plans share: why something is refused, and holding what is given.

use super::Fault;
use crate::identity::authority;
use crate::identity::catalogue::{MOST, Malformed};
use crate::model::catalogue::Kind;
use crate::model::permission::Authority;
use crate::settings::Settings;
use crate::store::{StoreError, Tx, plans, roles};

/// Why a catalogue is not changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// See [`Malformed`].
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// There is one of that name.
    #[error("the {0} {1} exists already")]
    Exists(Kind, String),
    /// There is none.
    #[error(transparent)]
    Unknown(#[from] NotInCatalogue),
    /// As many as there may be.
    #[error("there are {MOST} {0}s, which is the most there may be")]
    Full(Kind),
    /// The role of administrators always holds everything.
    #[error("the role admin holds everything and stays")]
    BuiltIn,
    /// It is what new accounts get.
    #[error("new accounts get this {0}: set another one in accounts.default_{0} first")]
    Default(Kind),
    /// It is what new accounts get.
    #[error("new accounts get this role: with permissions that begin with passgate: everybody would administer")]
    DefaultAdministers,
    /// Somebody has it.
    #[error("somebody has this {0}: give them another one first")]
    Held(Kind),
    /// An invitation promises it.
    #[error("an open invitation promises this {0}: take it back first")]
    Promised(Kind),
    /// Somebody changed it meanwhile.
    #[error("it was changed meanwhile: it is at revision {0}")]
    Stale(i64),
    /// Nobody grants what they do not hold.
    #[error("that is more than you may administer yourself")]
    Beyond,
    /// Somebody must be able to administer.
    #[error("nobody would be left who holds everything")]
    LastAdministrator,
    /// A fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A name that is in no catalogue, and those that are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no {kind} {name:?}; there are: {}", .known.join(", "))]
pub struct NotInCatalogue {
    /// Of which catalogue.
    pub kind: Kind,
    /// The name.
    pub name: String,
    /// Every name that there is.
    pub known: Vec<String>,
}

/// Why somebody is not given something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGiven {
    /// There is no such thing.
    #[error(transparent)]
    Unknown(#[from] NotInCatalogue),
    /// Nobody grants what they do not hold.
    #[error("the role {0} administers more than you do")]
    Beyond(String),
}

/// Which revision somebody has seen, where they say so.
pub(super) fn fresh(seen: Option<i64>, is: i64) -> Result<(), Refused> {
    match seen {
        Some(seen) if seen != is => Err(Refused::Stale(is)),
        _ => Ok(()),
    }
}

/// Holds a role that is to be given, so that nobody removes it in this moment, and judges whether it may be given.
pub(super) async fn hold_role(tx: &mut Tx, name: &str, giver: &Authority) -> Result<Result<(), NotGiven>, StoreError> {
    if !roles::hold(tx, name).await? {
        return Ok(Err(no_role(tx, name).await?.into()));
    }
    let given = match roles::find(tx, name).await? {
        Some(role) => role.authority(),
        None => return Ok(Err(no_role(tx, name).await?.into())),
    };
    Ok(match authority::may_give(giver, &given) {
        true => Ok(()),
        false => Err(NotGiven::Beyond(name.to_owned())),
    })
}

/// Holds a plan that is to be given, so that nobody removes it in this moment.
pub(super) async fn hold_plan(tx: &mut Tx, name: &str) -> Result<Result<(), NotGiven>, StoreError> {
    Ok(match plans::hold(tx, name).await? {
        true => Ok(()),
        false => Err(no_plan(tx, name).await?.into()),
    })
}

/// Holds what a new account or an invitation is to have. The defaults are not held: nobody removes them, and a thousand people
/// who sign up would wait for each other.
pub(super) async fn hold_given(
    tx: &mut Tx,
    settings: &Defaults,
    role: &str,
    plan: &str,
    giver: &Authority,
) -> Result<Result<(), NotGiven>, StoreError> {
    if role != settings.role
        && let Err(refused) = hold_role(tx, role, giver).await?
    {
        return Ok(Err(refused));
    }
    if plan != settings.plan
        && let Err(refused) = hold_plan(tx, plan).await?
    {
        return Ok(Err(refused));
    }
    Ok(Ok(()))
}

/// What new accounts get.
#[derive(Clone, Debug)]
pub(super) struct Defaults {
    pub(super) role: String,
    pub(super) plan: String,
}

impl Defaults {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            role: settings.accounts.default_role.clone(),
            plan: settings.accounts.default_plan.clone(),
        }
    }
}

/// The sentence that there is no such role.
pub(super) async fn no_role(tx: &mut Tx, name: &str) -> Result<NotInCatalogue, StoreError> {
    let known = roles::list(tx).await?;
    Ok(NotInCatalogue {
        kind: Kind::Role,
        name: name.chars().take(100).collect(),
        known: known.into_iter().map(|role| role.name).collect(),
    })
}

/// The sentence that there is no such plan.
pub(super) async fn no_plan(tx: &mut Tx, name: &str) -> Result<NotInCatalogue, StoreError> {
    let known = plans::list(tx).await?;
    Ok(NotInCatalogue {
        kind: Kind::Plan,
        name: name.chars().take(100).collect(),
        known: known.into_iter().map(|plan| plan.name).collect(),
    })
}
