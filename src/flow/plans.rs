//! The catalogue of plans.

use std::sync::Arc;

use serde_json::{Value, json};

use super::catalogue::{Refused, fresh, no_plan};
use super::{Fault, settings};
use crate::identity::catalogue as rules;
use crate::model::audit::{AuditKind, Origin};
use crate::model::catalogue::{Kind, Plan};
use crate::state::State;
use crate::store::{StoreError, Tx, audit, plans};

/// A plan that is about to be made.
#[derive(Clone, Debug, Default)]
pub struct NewPlan {
    /// What the `plan` claim says.
    pub name: String,
    /// For whoever gives it.
    pub description: String,
    /// What belongs to it.
    pub features: Vec<String>,
}

/// What is to be different; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// For whoever gives it.
    pub description: Option<String>,
    /// All of them, in place of those that there are.
    pub features: Option<Vec<String>>,
}

/// Every plan, by name.
pub async fn list(state: &State) -> Result<Vec<Plan>, Fault> {
    Ok(state.db.read((), |tx, ()| Box::pin(plans::list(tx))).await?)
}

/// A plan.
pub async fn show(state: &State, name: &str) -> Result<Plan, Refused> {
    let unit = state.db.read(name.to_owned(), |tx, name| {
        Box::pin(async move {
            match plans::find(tx, name).await? {
                Some(plan) => Ok(Ok(plan)),
                None => Ok(Err(Refused::from(no_plan(tx, name).await?))),
            }
        })
    });
    unit.await?
}

/// Makes a plan.
pub async fn create(state: &State, new: NewPlan, origin: &Origin) -> Result<Plan, Refused> {
    rules::name(&new.name)?;
    let now = state.clock.now();
    let plan = Plan {
        description: rules::description(&new.description)?,
        features: rules::features(&new.features)?,
        name: new.name,
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    let unit = (plan.clone(), origin.clone());
    let made = state.db.write(unit, move |tx, (plan, origin)| {
        Box::pin(async move {
            if plans::count(tx).await? >= rules::MOST as i64 {
                return Ok(Err(Refused::Full(Kind::Plan)));
            }
            plans::insert(tx, plan).await?;
            let details = json!({ "before": null, "after": document(plan) });
            audit::record(tx, AuditKind::PlanCreated, origin, &plan.name, details, now).await?;
            Ok(Ok(()))
        })
    });
    match made.await {
        Ok(made) => made.map(|()| plan),
        Err(StoreError::Conflict) => Err(Refused::Exists(Kind::Plan, plan.name)),
        Err(error) => Err(error.into()),
    }
}

/// Changes a plan. It shows in the next token of whoever has it, and in introspection and userinfo at once. `seen` is the
/// revision that whoever changes it has read.
pub async fn update(
    state: &State,
    name: &str,
    changes: Changes,
    seen: Option<i64>,
    origin: &Origin,
) -> Result<Plan, Refused> {
    let changes = Changes {
        description: changes.description.as_deref().map(rules::description).transpose()?,
        features: changes.features.as_deref().map(rules::features).transpose()?,
    };
    let now = state.clock.now();
    let unit = (name.to_owned(), changes, origin.clone());
    let updated = state.db.write(unit, move |tx, (name, changes, origin)| {
        Box::pin(async move {
            let before = match held(tx, name, seen).await? {
                Ok(plan) => plan,
                Err(refused) => return Ok(Err(refused)),
            };
            let description = changes.description.as_ref().unwrap_or(&before.description);
            let features = changes.features.as_ref().unwrap_or(&before.features);
            let Some(after) = plans::update(tx, name, description, features, now).await? else {
                return Ok(Err(Refused::from(no_plan(tx, name).await?)));
            };
            let details = json!({ "before": document(&before), "after": document(&after) });
            audit::record(tx, AuditKind::PlanUpdated, origin, name, details, now).await?;
            Ok(Ok(after))
        })
    });
    updated.await?
}

/// Removes a plan that nobody has, that nobody is promised, and that new accounts do not get.
pub async fn delete(state: &State, name: &str, seen: Option<i64>, origin: &Origin) -> Result<(), Refused> {
    let now = state.clock.now();
    let unit = (name.to_owned(), Arc::clone(&state.settings), origin.clone());
    let removed = state.db.write(unit, move |tx, (name, settings, origin)| {
        Box::pin(async move {
            let plan = match held(tx, name, seen).await? {
                Ok(plan) => plan,
                Err(refused) => return Ok(Err(refused)),
            };
            if *name == settings::now(tx, settings).await?.accounts.default_plan {
                return Ok(Err(Refused::Default(Kind::Plan)));
            }
            let used = plans::in_use(tx, name, now).await?;
            if used.held {
                return Ok(Err(Refused::Held(Kind::Plan)));
            }
            if used.promised {
                return Ok(Err(Refused::Promised(Kind::Plan)));
            }
            plans::delete(tx, name).await?;
            let details = json!({ "before": document(&plan), "after": null });
            audit::record(tx, AuditKind::PlanDeleted, origin, name, details, now).await?;
            Ok(Ok(()))
        })
    });
    removed.await?
}

/// The plan that is about to be changed, held, at the revision that was seen.
async fn held(tx: &mut Tx, name: &str, seen: Option<i64>) -> Result<Result<Plan, Refused>, StoreError> {
    plans::hold(tx, name).await?;
    let Some(plan) = plans::find(tx, name).await? else {
        return Ok(Err(Refused::from(no_plan(tx, name).await?)));
    };
    Ok(fresh(seen, plan.revision).map(|()| plan))
}

fn document(plan: &Plan) -> Value {
    json!({ "description": plan.description, "features": plan.features, "revision": plan.revision })
}
