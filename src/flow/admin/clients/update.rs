//! Changes an application.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::create::Created;
use super::settings::{administers, registration, settings};
use super::unknown;
use crate::flow::admin::catalogue::seen;
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::flow::clients;
use crate::model::permission::{Permission, Resource};
use crate::store::clients as stored;

settings! {
    /// What is to be changed: what is not named stays, null takes a setting away (RFC 7396).
    #[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[schema(as = UpdateClient)]
    pub struct Changes {
        /// Its id.
        pub client_id: String,
    }
}

/// See [`Operation::SUMMARY`].
pub struct Update;

impl Operation for Update {
    const ID: &'static str = "updateClient";
    const SUMMARY: &'static str =
        "Changes an application; one that becomes confidential gets a secret, which is shown this once.";
    const PERMISSION: Permission = Permission::write(Resource::Clients);
    const ROUTE: Route = Route::patch("/clients/{client_id}");
    type Input = Changes;
    type Output = Created;

    async fn run(call: Call<'_>, input: Changes) -> Result<Created, Refused> {
        let known = seen(&call)?;
        let authority = call.administrator.authority();
        // What was read must still be so when it is written. Who names no revision does not care which: a few tries.
        let mut tries = 0;
        loop {
            let id = input.client_id.clone();
            let found = call.state.db.read(id, |tx, id| Box::pin(stored::find(tx, id)));
            let current = found.await?.ok_or_else(unknown)?;
            let wanted = registration(Some(&current.metadata), &input, &["client_id"])?;
            call.administrator.may_give(&administers(&wanted))?;
            let seen = known.unwrap_or(current.revision);
            let id = &input.client_id;
            match clients::update(call.state, id, &wanted, Some(seen), authority, &call.origin).await {
                Err(clients::Refused::Stale(_)) if known.is_none() && tries < 5 => tries += 1,
                outcome => return Ok(outcome?.into()),
            }
        }
    }

    fn revision(output: &Created) -> Option<String> {
        Some(output.client.revision.to_string())
    }
}
