//! Removes a key.

use serde_json::json;

use super::Which;
use crate::flow::admin::{Call, Nothing, Operation, Refused, Route};
use crate::model::audit::AuditKind;
use crate::model::permission::{Permission, Resource};
use crate::store::{api_keys, audit};

/// See [`Operation::SUMMARY`].
pub struct Delete;

impl Operation for Delete {
    const ID: &'static str = "deleteApiKey";
    const SUMMARY: &'static str = "Removes a key of a program, which is worth nothing from then on.";
    const PERMISSION: Permission = Permission::delete(Resource::ApiKeys);
    const ROUTE: Route = Route::delete("/api-keys/{key_id}");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        let (id, now) = (input.key_id, call.state.clock.now());
        let removed = call.state.db.write(call.origin.clone(), move |tx, origin| {
            Box::pin(async move {
                let Some(key) = api_keys::find(tx, id).await? else {
                    return Ok(false);
                };
                api_keys::delete(tx, id).await?;
                let details = json!({ "name": key.name, "permissions": key.permissions });
                audit::record(tx, AuditKind::ApiKeyDeleted, origin, &id.to_string(), details, now).await?;
                Ok(true)
            })
        });
        match removed.await? {
            true => Ok(Nothing {}),
            false => Err(Refused::unknown("API key")),
        }
    }
}
