//! Shows an application.

use super::{Client, Which, unknown};
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::model::permission::{Permission, Resource};
use crate::store::clients;

/// See [`Operation::SUMMARY`].
pub struct Show;

impl Operation for Show {
    const ID: &'static str = "showClient";
    const SUMMARY: &'static str = "Shows an application, never its secret.";
    const PERMISSION: Permission = Permission::read(Resource::Clients);
    const ROUTE: Route = Route::get("/clients/{client_id}");
    type Input = Which;
    type Output = Client;

    async fn run(call: Call<'_>, input: Which) -> Result<Client, Refused> {
        // Not from memory: who changes it next must have seen what is.
        let found = call
            .state
            .db
            .read(input.client_id, |tx, id| Box::pin(clients::find(tx, id)));
        Ok(found.await?.ok_or_else(unknown)?.into())
    }

    fn revision(output: &Client) -> Option<String> {
        Some(output.revision.to_string())
    }
}
