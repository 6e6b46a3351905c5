//! Switches applications off and on.

use super::{Client, Which};
use crate::flow::admin::catalogue::seen;
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::flow::clients;
use crate::model::permission::{Permission, Resource};

/// See [`Operation::SUMMARY`].
pub struct Disable;

impl Operation for Disable {
    const ID: &'static str = "disableClient";
    const SUMMARY: &'static str = "Switches an application off: it gets no tokens, and those that it has are dead.";
    const PERMISSION: Permission = Permission::write(Resource::Clients);
    const ROUTE: Route = Route::post("/clients/{client_id}/disable");
    type Input = Which;
    type Output = Client;

    async fn run(call: Call<'_>, input: Which) -> Result<Client, Refused> {
        switch(&call, &input, true).await
    }
}

/// See [`Operation::SUMMARY`].
pub struct Enable;

impl Operation for Enable {
    const ID: &'static str = "enableClient";
    const SUMMARY: &'static str = "Switches an application on again.";
    const PERMISSION: Permission = Permission::write(Resource::Clients);
    const ROUTE: Route = Route::post("/clients/{client_id}/enable");
    type Input = Which;
    type Output = Client;

    async fn run(call: Call<'_>, input: Which) -> Result<Client, Refused> {
        switch(&call, &input, false).await
    }
}

async fn switch(call: &Call<'_>, which: &Which, disabled: bool) -> Result<Client, Refused> {
    let (seen, authority) = (seen(call)?, call.administrator.authority());
    let changed = clients::set_disabled(call.state, &which.client_id, disabled, seen, authority, &call.origin);
    Ok(changed.await?.into())
}
