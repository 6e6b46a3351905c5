//! What a person has let applications have.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Which, look, take};
use crate::flow::account;
use crate::flow::admin::{Call, Nothing, Operation, Page, Refused, Route};
use crate::model::permission::{Permission, Resource};
use crate::store::consents;

/// What an application may have.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// The application.
    pub client_id: String,
    /// What people see of it.
    pub client_name: String,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// Since when.
    pub granted_at: DateTime<Utc>,
}

/// See [`Operation::SUMMARY`].
pub struct ListGrants;

impl Operation for ListGrants {
    const ID: &'static str = "listUserGrants";
    const SUMMARY: &'static str = "Lists what a person has let applications have.";
    const PERMISSION: Permission = Permission::read(Resource::Grants);
    const ROUTE: Route = Route::get("/users/{user_id}/grants");
    type Input = Which;
    type Output = Page<Grant>;

    async fn run(call: Call<'_>, input: Which) -> Result<Self::Output, Refused> {
        let id = look(&call, &input.user_id).await?.id;
        let apps = call.state.db.read((), move |tx, ()| Box::pin(consents::list(tx, id)));
        let show = |app: consents::ConnectedApp| Grant {
            client_id: app.client_id,
            client_name: app.client_name,
            scope: app.scope,
            granted_at: app.granted_at,
        };
        Ok(Page {
            items: apps.await?.into_iter().map(show).collect(),
            next: None,
        })
    }
}

/// Which grant of a person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichUserGrant)]
pub struct WhichGrant {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// The application.
    pub client_id: String,
}

/// See [`Operation::SUMMARY`].
pub struct RevokeGrant;

impl Operation for RevokeGrant {
    const ID: &'static str = "revokeUserGrant";
    const SUMMARY: &'static str = "Takes back what a person has let an application have: its tokens for them die.";
    const PERMISSION: Permission = Permission::delete(Resource::Grants);
    const ROUTE: Route = Route::delete("/users/{user_id}/grants/{client_id}");
    type Input = WhichGrant;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: WhichGrant) -> Result<Nothing, Refused> {
        let user = take(&call, &input.user_id).await?;
        match account::sessions::revoke_app_by(call.state, &user, &input.client_id, call.origin).await? {
            true => Ok(Nothing {}),
            false => Err(Refused::unknown("grant")),
        }
    }
}
