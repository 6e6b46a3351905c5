//! Removes an application.

use super::Which;
use super::create::find;
use super::unknown;
use crate::flow::admin::{Call, Nothing, Operation, Refused, Route};
use crate::flow::clients;
use crate::model::permission::{Authority, Permission, Resource};

/// See [`Operation::SUMMARY`].
pub struct Delete;

impl Operation for Delete {
    const ID: &'static str = "deleteClient";
    const SUMMARY: &'static str = "Removes an application, its codes and its refresh tokens.";
    const PERMISSION: Permission = Permission::delete(Resource::Clients);
    const ROUTE: Route = Route::delete("/clients/{client_id}");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        let client = find(&call, &input.client_id).await?;
        call.administrator
            .may_give(&Authority::among(client.metadata.scope.iter()))?;
        match clients::delete(call.state, &input.client_id, &call.origin).await? {
            true => Ok(Nothing {}),
            false => Err(unknown()),
        }
    }
}
