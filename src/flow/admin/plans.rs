//! Plans.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::catalogue::{Which, seen};
use super::{Call, Nothing, Operation, Page, Refused, Route};
use crate::flow::plans as flow;
use crate::model::catalogue;
use crate::model::permission::{Permission, Resource};

/// A plan.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// What the `plan` claim says.
    pub name: String,
    /// For whoever gives it.
    pub description: String,
    /// What belongs to it: names that applications know.
    pub features: Vec<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl From<catalogue::Plan> for Plan {
    fn from(plan: catalogue::Plan) -> Self {
        Self {
            name: plan.name,
            description: plan.description,
            features: plan.features,
            revision: plan.revision,
            created_at: plan.created_at,
            updated_at: plan.updated_at,
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listPlans";
    const SUMMARY: &'static str = "Lists the plans, by name.";
    const PERMISSION: Permission = Permission::read(Resource::Plans);
    const ROUTE: Route = Route::get("/plans");
    type Input = Nothing;
    type Output = Page<Plan>;

    async fn run(call: Call<'_>, _: Nothing) -> Result<Self::Output, Refused> {
        Ok(Page {
            items: flow::list(call.state).await?.into_iter().map(Plan::from).collect(),
            next: None,
        })
    }
}

/// See [`Operation::SUMMARY`].
pub struct Show;

impl Operation for Show {
    const ID: &'static str = "showPlan";
    const SUMMARY: &'static str = "Shows a plan.";
    const PERMISSION: Permission = Permission::read(Resource::Plans);
    const ROUTE: Route = Route::get("/plans/{name}");
    type Input = Which;
    type Output = Plan;

    async fn run(call: Call<'_>, input: Which) -> Result<Plan, Refused> {
        Ok(flow::show(call.state, &input.name).await?.into())
    }

    fn revision(output: &Plan) -> Option<String> {
        Some(output.revision.to_string())
    }
}

/// A plan that is to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreatePlan)]
pub struct NewPlan {
    /// What the `plan` claim says.
    pub name: String,
    /// For whoever gives it.
    #[serde(default)]
    pub description: String,
    /// What belongs to it: names that applications know.
    #[serde(default)]
    pub features: Vec<String>,
}

/// See [`Operation::SUMMARY`].
pub struct Create;

impl Operation for Create {
    const ID: &'static str = "createPlan";
    const SUMMARY: &'static str = "Makes a plan.";
    const PERMISSION: Permission = Permission::write(Resource::Plans);
    const ROUTE: Route = Route::create("/plans");
    type Input = NewPlan;
    type Output = Plan;

    async fn run(call: Call<'_>, input: NewPlan) -> Result<Plan, Refused> {
        let new = flow::NewPlan {
            name: input.name,
            description: input.description,
            features: input.features,
        };
        Ok(flow::create(call.state, new, &call.origin).await?.into())
    }

    fn revision(output: &Plan) -> Option<String> {
        Some(output.revision.to_string())
    }
}

/// What is to be changed: what is not named stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdatePlan)]
pub struct Changes {
    /// Its name.
    pub name: String,
    /// For whoever gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// All of them, in place of those that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
}

/// See [`Operation::SUMMARY`].
pub struct Update;

impl Operation for Update {
    const ID: &'static str = "updatePlan";
    const SUMMARY: &'static str = "Changes a plan: the next tokens show it, and introspection and userinfo at once.";
    const PERMISSION: Permission = Permission::write(Resource::Plans);
    const ROUTE: Route = Route::patch("/plans/{name}");
    type Input = Changes;
    type Output = Plan;

    async fn run(call: Call<'_>, input: Changes) -> Result<Plan, Refused> {
        let changes = flow::Changes {
            description: input.description,
            features: input.features,
        };
        let seen = seen(&call)?;
        let updated = flow::update(call.state, &input.name, changes, seen, &call.origin).await?;
        Ok(updated.into())
    }

    fn revision(output: &Plan) -> Option<String> {
        Some(output.revision.to_string())
    }
}

/// See [`Operation::SUMMARY`].
pub struct Delete;

impl Operation for Delete {
    const ID: &'static str = "deletePlan";
    const SUMMARY: &'static str = "Removes a plan that nobody has and nobody is promised.";
    const PERMISSION: Permission = Permission::delete(Resource::Plans);
    const ROUTE: Route = Route::delete("/plans/{name}");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        flow::delete(call.state, &input.name, seen(&call)?, &call.origin).await?;
        Ok(Nothing {})
    }
}
