//! The catalogue of roles, what their holders may administer, and that there is always somebody who holds everything.

use std::sync::Arc;

use serde_json::{Value, json};

use super::catalogue::{Refused, fresh, no_role};
use super::{Fault, settings};
use crate::identity::{authority, catalogue as rules};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::catalogue::{Kind, Role};
use crate::model::permission::Authority;
use crate::model::user::{ADMIN_ROLE, User};
use crate::settings::Accounts;
use crate::state::State;
use crate::store::{Db, StoreError, Tx, audit, plans, roles, users};

/// A role that is about to be made.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    /// What the `role` claim says.
    pub name: String,
    /// For whoever gives it.
    pub description: String,
    /// What its holders may do.
    pub permissions: Vec<String>,
}

/// What is to be different; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// For whoever gives it.
    pub description: Option<String>,
    /// All of them, in place of those that there are.
    pub permissions: Option<Vec<String>>,
}

/// Every role, by name.
pub async fn list(state: &State) -> Result<Vec<Role>, Fault> {
    Ok(state.db.read((), |tx, ()| Box::pin(roles::list(tx))).await?)
}

/// A role.
pub async fn show(state: &State, name: &str) -> Result<Role, Refused> {
    let unit = state.db.read(name.to_owned(), |tx, name| {
        Box::pin(async move {
            match roles::find(tx, name).await? {
                Some(role) => Ok(Ok(role)),
                None => Ok(Err(Refused::from(no_role(tx, name).await?))),
            }
        })
    });
    unit.await?
}

/// Makes a role. Nobody makes one that holds more than they do.
pub async fn create(state: &State, new: NewRole, giver: &Authority, origin: &Origin) -> Result<Role, Refused> {
    rules::name(&new.name)?;
    let now = state.clock.now();
    let role = Role {
        description: rules::description(&new.description)?,
        permissions: rules::permissions(&new.permissions)?,
        name: new.name,
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    if !authority::may_give(giver, &role.authority()) {
        return Err(Refused::Beyond);
    }
    let unit = (role.clone(), origin.clone());
    let made = state.db.write(unit, move |tx, (role, origin)| {
        Box::pin(async move {
            if roles::count(tx).await? >= rules::MOST as i64 {
                return Ok(Err(Refused::Full(Kind::Role)));
            }
            roles::insert(tx, role).await?;
            let details = json!({ "before": null, "after": document(role) });
            audit::record(tx, AuditKind::RoleCreated, origin, &role.name, details, now).await?;
            Ok(Ok(()))
        })
    });
    match made.await {
        Ok(made) => made.map(|()| role),
        Err(StoreError::Conflict) => Err(Refused::Exists(Kind::Role, role.name)),
        Err(error) => Err(error.into()),
    }
}

/// Changes a role. It shows in the next token of its holders, and in introspection and userinfo at once. `seen` is the
/// revision that whoever changes it has read.
pub async fn update(
    state: &State,
    name: &str,
    changes: Changes,
    seen: Option<i64>,
    giver: &Authority,
    origin: &Origin,
) -> Result<Role, Refused> {
    let changes = Changes {
        description: changes.description.as_deref().map(rules::description).transpose()?,
        permissions: changes.permissions.as_deref().map(rules::permissions).transpose()?,
    };
    let now = state.clock.now();
    let settings = Arc::clone(&state.settings);
    let unit = (name.to_owned(), changes, settings, giver.clone(), origin.clone());
    let updated = state
        .db
        .write(unit, move |tx, (name, changes, settings, giver, origin)| {
            Box::pin(async move {
                let before = match held(tx, name, seen, giver).await? {
                    Ok(role) => role,
                    Err(refused) => return Ok(Err(refused)),
                };
                let after = Role {
                    description: changes
                        .description
                        .clone()
                        .unwrap_or_else(|| before.description.clone()),
                    permissions: changes
                        .permissions
                        .clone()
                        .unwrap_or_else(|| before.permissions.clone()),
                    ..before.clone()
                };
                if name == ADMIN_ROLE && after.permissions != before.permissions {
                    return Ok(Err(Refused::BuiltIn));
                }
                if !authority::may_give(giver, &after.authority()) {
                    return Ok(Err(Refused::Beyond));
                }
                let default = &settings::now(tx, settings).await?.accounts.default_role;
                if name == default && !after.authority().is_empty() {
                    return Ok(Err(Refused::DefaultAdministers));
                }
                if before.holds_everything() && !after.holds_everything() {
                    let its_own = users::count_role(tx, name).await?;
                    if its_own > 0 && count_administrators(tx).await? == its_own {
                        return Ok(Err(Refused::LastAdministrator));
                    }
                }
                let Some(after) = roles::update(tx, name, &after.description, &after.permissions, now).await? else {
                    return Ok(Err(Refused::from(no_role(tx, name).await?)));
                };
                let details = json!({ "before": document(&before), "after": document(&after) });
                audit::record(tx, AuditKind::RoleUpdated, origin, name, details, now).await?;
                Ok(Ok(after))
            })
        });
    updated.await?
}

/// Removes a role that nobody has, that nobody is promised, and that new accounts do not get.
pub async fn delete(
    state: &State,
    name: &str,
    seen: Option<i64>,
    giver: &Authority,
    origin: &Origin,
) -> Result<(), Refused> {
    if name == ADMIN_ROLE {
        return Err(Refused::BuiltIn);
    }
    let now = state.clock.now();
    let unit = (
        name.to_owned(),
        Arc::clone(&state.settings),
        giver.clone(),
        origin.clone(),
    );
    let removed = state.db.write(unit, move |tx, (name, settings, giver, origin)| {
        Box::pin(async move {
            let role = match held(tx, name, seen, giver).await? {
                Ok(role) => role,
                Err(refused) => return Ok(Err(refused)),
            };
            if *name == settings::now(tx, settings).await?.accounts.default_role {
                return Ok(Err(Refused::Default(Kind::Role)));
            }
            let used = roles::in_use(tx, name, now).await?;
            if used.held {
                return Ok(Err(Refused::Held(Kind::Role)));
            }
            if used.promised {
                return Ok(Err(Refused::Promised(Kind::Role)));
            }
            roles::delete(tx, name).await?;
            let details = json!({ "before": document(&role), "after": null });
            audit::record(tx, AuditKind::RoleDeleted, origin, name, details, now).await?;
            Ok(Ok(()))
        })
    });
    removed.await?
}

/// The role that is about to be changed, held, at the revision that was seen, and not above whoever changes it.
async fn held(
    tx: &mut Tx,
    name: &str,
    seen: Option<i64>,
    giver: &Authority,
) -> Result<Result<Role, Refused>, StoreError> {
    hold_administration(tx).await?;
    roles::hold(tx, name).await?;
    let Some(role) = roles::find(tx, name).await? else {
        return Ok(Err(Refused::from(no_role(tx, name).await?)));
    };
    if let Err(stale) = fresh(seen, role.revision) {
        return Ok(Err(stale));
    }
    Ok(match authority::may_change(giver, &role.authority()) {
        true => Ok(role),
        false => Err(Refused::Beyond),
    })
}

fn document(role: &Role) -> Value {
    json!({ "description": role.description, "permissions": role.permissions, "revision": role.revision })
}

/// What a person may administer.
pub async fn authority(state: &State, user: &User) -> Result<Authority, Fault> {
    if user.role == ADMIN_ROLE {
        return Ok(Authority::all());
    }
    let role = user.role.clone();
    let found = state.db.read(role, |tx, role| Box::pin(authority_of(tx, role)));
    Ok(found.await?)
}

/// What the holders of a role may administer; nothing where it is in no catalogue.
pub(super) async fn authority_of(tx: &mut Tx, role: &str) -> Result<Authority, StoreError> {
    if role == ADMIN_ROLE {
        return Ok(Authority::all());
    }
    let found = roles::find(tx, role).await?;
    Ok(found.map(|role| role.authority()).unwrap_or_default())
}

/// Asked for before anything is read by whoever might take the last administrator away: of two who disable each other, one
/// must see what the other did.
pub(super) async fn hold_administration(tx: &mut Tx) -> Result<(), StoreError> {
    roles::hold(tx, ADMIN_ROLE).await.map(drop)
}

/// How many accounts that are not switched off have a role that holds everything.
pub(super) async fn count_administrators(tx: &mut Tx) -> Result<i64, StoreError> {
    let mut count = 0;
    for role in roles::list(tx).await?.iter().filter(|role| role.holds_everything()) {
        count += users::count_role(tx, &role.name).await?;
    }
    Ok(count)
}

/// Whether a person is the only one left who holds everything. Who is not administering makes nobody wait.
pub(super) async fn is_last_administrator(tx: &mut Tx, user: &User) -> Result<bool, StoreError> {
    if user.disabled_at.is_some() || !authority_of(tx, &user.role).await?.covers(&Authority::all()) {
        return Ok(false);
    }
    hold_administration(tx).await?;
    Ok(count_administrators(tx).await? <= 1)
}

/// Sees to it that what new accounts get is in the catalogues, at the start and before any command.
pub async fn ensure(db: &Db, accounts: &Accounts, now: Timestamp) -> Result<(), Refused> {
    let wanted = (accounts.default_role.clone(), accounts.default_plan.clone());
    let (role, plan) = db
        .read(wanted.clone(), |tx, (role, plan)| {
            Box::pin(async move {
                let plan = plans::find(tx, plan).await?;
                Ok((roles::find(tx, role).await?, plan))
            })
        })
        .await?;
    if role.as_ref().is_some_and(|role| !role.authority().is_empty()) {
        return Err(Refused::DefaultAdministers);
    }
    if role.is_some() && plan.is_some() {
        return Ok(());
    }
    db.write(wanted, move |tx, (role, plan)| {
        Box::pin(async move {
            roles::insert_where_missing(tx, role, now).await?;
            plans::insert_where_missing(tx, plan, now).await
        })
    })
    .await?;
    Ok(())
}
