//! One change of one account by an administrator.

use super::{Refused, find};
use crate::flow::{catalogue, roles};
use crate::identity::authority;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Changes, Origin};
use crate::model::permission::Authority;
use crate::model::user::User;
use crate::settings::is_name;
use crate::state::State;
use crate::store::{StoreError, Tx, audit, passwords, refresh_families, sessions, users};

/// A change that an administrator makes.
#[derive(Clone, Debug)]
pub enum Change {
    /// Another role.
    Role(String),
    /// Another plan.
    Plan(String),
    /// Switched off: signed out everywhere, every token dead.
    Disable,
    /// Switched on again.
    Enable,
    /// The next sign-in with the password ends in another one.
    RequirePasswordChange,
}

/// Changes the account that an address or a `sub` names, and gives it as it is then. It shows in the next token, and in
/// introspection and userinfo at once. Nobody changes a
/// person who administers more than they do, nor makes somebody such a person.
pub async fn change(
    state: &State,
    name: &str,
    change: Change,
    giver: &Authority,
    origin: &Origin,
) -> Result<User, Refused> {
    if let Change::Role(value) | Change::Plan(value) = &change
        && !is_name(value)
    {
        return Err(Refused::Name);
    }
    let now = state.clock.now();
    let unit = (name.to_owned(), change, giver.clone(), origin.clone());
    state
        .db
        .write(unit, move |tx, (name, change, giver, origin)| {
            Box::pin(apply(tx, name, change, giver, origin, now))
        })
        .await?
}

/// A change as part of another unit. It is judged before anything is written.
pub(in crate::flow) async fn apply(
    tx: &mut Tx,
    name: &str,
    change: &Change,
    giver: &Authority,
    origin: &Origin,
    now: Timestamp,
) -> Result<Result<User, Refused>, StoreError> {
    let takes_right = match change {
        Change::Role(_) | Change::Disable => true,
        Change::Plan(_) | Change::Enable | Change::RequirePasswordChange => false,
    };
    if takes_right {
        roles::hold_administration(tx).await?;
    }
    let given = match change {
        Change::Role(role) => catalogue::hold_role(tx, role, giver).await?,
        Change::Plan(plan) => catalogue::hold_plan(tx, plan).await?,
        Change::Disable | Change::Enable | Change::RequirePasswordChange => Ok(()),
    };
    if let Err(refused) = given {
        return Ok(Err(refused.into()));
    }
    let Some(user) = find_held(tx, name).await? else {
        return Ok(Err(Refused::Unknown));
    };
    let holds = roles::authority_of(tx, &user.role).await?;
    if !authority::may_change(giver, &holds) {
        return Ok(Err(Refused::Above));
    }
    let stays = match change {
        Change::Role(role) => roles::authority_of(tx, role).await?.covers(&Authority::all()),
        _ => false,
    };
    if takes_right && !stays && roles::is_last_administrator(tx, &user).await? {
        return Ok(Err(Refused::LastAdministrator));
    }
    let details = match change {
        Change::Role(role) => {
            users::set_role(tx, user.id, role, now).await?;
            Changes::new().member("role", &user.role, role)
        }
        Change::Plan(plan) => {
            users::set_plan(tx, user.id, plan, now).await?;
            Changes::new().member("plan", &user.plan, plan)
        }
        Change::Disable => {
            users::set_disabled(tx, user.id, Some(now), now).await?;
            sessions::end_all(tx, user.id, now).await?;
            refresh_families::revoke_for_user(tx, user.id, now).await?;
            Changes::new().member("disabled", user.disabled_at.is_some(), true)
        }
        Change::Enable => {
            users::set_disabled(tx, user.id, None, now).await?;
            Changes::new().member("disabled", user.disabled_at.is_some(), false)
        }
        Change::RequirePasswordChange => {
            if !passwords::require_change(tx, user.id).await? {
                return Ok(Err(Refused::NoPassword));
            }
            Changes::new().member("password_change_required", Option::<bool>::None, true)
        }
    };
    let details = details.into_details();
    audit::record(tx, AuditKind::UserUpdated, origin, &user.subject(), details, now).await?;
    users::find(tx, user.id)
        .await
        .map(|found| found.ok_or(Refused::Unknown))
}

/// The account that an address or a `sub` names, held until the unit ends.
pub(super) async fn find_held(tx: &mut Tx, name: &str) -> Result<Option<User>, StoreError> {
    let Some(User { id, .. }) = find(tx, name).await? else {
        return Ok(None);
    };
    users::hold(tx, id).await?;
    users::find(tx, id).await
}
