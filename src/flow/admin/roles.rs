//! Roles.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::catalogue::{Which, seen};
use super::{Call, Nothing, Operation, Page, Refused, Route};
use crate::flow::roles as flow;
use crate::model::catalogue;
use crate::model::permission::{Permission, Resource};

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Role {
    /// What the `role` claim says.
    pub name: String,
    /// For whoever gives it.
    pub description: String,
    /// What its holders may do; those that begin with `passgate:` are about Passgate itself.
    pub permissions: Vec<String>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl From<catalogue::Role> for Role {
    fn from(role: catalogue::Role) -> Self {
        Self {
            name: role.name,
            description: role.description,
            permissions: role.permissions,
            revision: role.revision,
            created_at: role.created_at,
            updated_at: role.updated_at,
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listRoles";
    const SUMMARY: &'static str = "Lists the roles, by name.";
    const PERMISSION: Permission = Permission::read(Resource::Roles);
    const ROUTE: Route = Route::get("/roles");
    type Input = Nothing;
    type Output = Page<Role>;

    async fn run(call: Call<'_>, _: Nothing) -> Result<Self::Output, Refused> {
        Ok(Page {
            items: flow::list(call.state).await?.into_iter().map(Role::from).collect(),
            next: None,
        })
    }
}

/// See [`Operation::SUMMARY`].
pub struct Show;

impl Operation for Show {
    const ID: &'static str = "showRole";
    const SUMMARY: &'static str = "Shows a role.";
    const PERMISSION: Permission = Permission::read(Resource::Roles);
    const ROUTE: Route = Route::get("/roles/{name}");
    type Input = Which;
    type Output = Role;

    async fn run(call: Call<'_>, input: Which) -> Result<Role, Refused> {
        Ok(flow::show(call.state, &input.name).await?.into())
    }

    fn revision(output: &Role) -> Option<String> {
        Some(output.revision.to_string())
    }
}

/// A role that is to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateRole)]
pub struct NewRole {
    /// What the `role` claim says.
    pub name: String,
    /// For whoever gives it.
    #[serde(default)]
    pub description: String,
    /// What its holders may do; those that begin with `passgate:` are about Passgate itself.
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// See [`Operation::SUMMARY`].
pub struct Create;

impl Operation for Create {
    const ID: &'static str = "createRole";
    const SUMMARY: &'static str = "Makes a role.";
    const PERMISSION: Permission = Permission::write(Resource::Roles);
    const ROUTE: Route = Route::create("/roles");
    type Input = NewRole;
    type Output = Role;

    async fn run(call: Call<'_>, input: NewRole) -> Result<Role, Refused> {
        let new = flow::NewRole {
            name: input.name,
            description: input.description,
            permissions: input.permissions,
        };
        Ok(
            flow::create(call.state, new, call.administrator.authority(), &call.origin)
                .await?
                .into(),
        )
    }

    fn revision(output: &Role) -> Option<String> {
        Some(output.revision.to_string())
    }
}

/// What is to be changed: what is not named stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateRole)]
pub struct Changes {
    /// Its name.
    pub name: String,
    /// For whoever gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// All of them, in place of those that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
}

/// See [`Operation::SUMMARY`].
pub struct Update;

impl Operation for Update {
    const ID: &'static str = "updateRole";
    const SUMMARY: &'static str = "Changes a role: the next tokens show it, and introspection and userinfo at once.";
    const PERMISSION: Permission = Permission::write(Resource::Roles);
    const ROUTE: Route = Route::patch("/roles/{name}");
    type Input = Changes;
    type Output = Role;

    async fn run(call: Call<'_>, input: Changes) -> Result<Role, Refused> {
        let changes = flow::Changes {
            description: input.description,
            permissions: input.permissions,
        };
        let seen = seen(&call)?;
        let updated = flow::update(
            call.state,
            &input.name,
            changes,
            seen,
            call.administrator.authority(),
            &call.origin,
        )
        .await?;
        Ok(updated.into())
    }

    fn revision(output: &Role) -> Option<String> {
        Some(output.revision.to_string())
    }
}

/// See [`Operation::SUMMARY`].
pub struct Delete;

impl Operation for Delete {
    const ID: &'static str = "deleteRole";
    const SUMMARY: &'static str = "Removes a role that nobody has and nobody is promised.";
    const PERMISSION: Permission = Permission::delete(Resource::Roles);
    const ROUTE: Route = Route::delete("/roles/{name}");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        flow::delete(
            call.state,
            &input.name,
            seen(&call)?,
            call.administrator.authority(),
            &call.origin,
        )
        .await?;
        Ok(Nothing {})
    }
}
