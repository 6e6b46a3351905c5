//! Shows a key.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ApiKey;
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::model::permission::{Permission, Resource};
use crate::store::api_keys;

/// Which key.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichApiKey)]
pub struct Which {
    /// Its id.
    pub key_id: Uuid,
}

/// See [`Operation::SUMMARY`].
pub struct Show;

impl Operation for Show {
    const ID: &'static str = "showApiKey";
    const SUMMARY: &'static str = "Shows a key of a program, never its secret.";
    const PERMISSION: Permission = Permission::read(Resource::ApiKeys);
    const ROUTE: Route = Route::get("/api-keys/{key_id}");
    type Input = Which;
    type Output = ApiKey;

    async fn run(call: Call<'_>, input: Which) -> Result<ApiKey, Refused> {
        let found = call
            .state
            .db
            .read((), move |tx, ()| Box::pin(api_keys::find(tx, input.key_id)));
        found
            .await?
            .map(ApiKey::from)
            .ok_or_else(|| Refused::unknown("API key"))
    }
}
