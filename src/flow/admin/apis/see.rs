//! Lists and shows services.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use crate::flow::admin::{Call, Nothing, Operation, Page, Refused, Route};
use crate::model::permission::{Permission, Resource};
use crate::store::apis;

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listApis";
    const SUMMARY: &'static str = "Lists the services that verify tokens, by identifier.";
    const PERMISSION: Permission = Permission::read(Resource::Apis);
    const ROUTE: Route = Route::get("/apis");
    type Input = Nothing;
    type Output = Page<Api>;

    async fn run(call: Call<'_>, _: Nothing) -> Result<Self::Output, Refused> {
        let all = call.state.db.read((), |tx, ()| Box::pin(apis::list(tx)));
        Ok(Page {
            items: all.await?.into_iter().map(Api::from).collect(),
            next: None,
        })
    }
}

/// Which service.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichApi)]
pub struct Which {
    /// Its identifier; encoded where it is a URL.
    pub identifier: String,
}

/// See [`Operation::SUMMARY`].
pub struct Show;

impl Operation for Show {
    const ID: &'static str = "showApi";
    const SUMMARY: &'static str = "Shows a service that verifies tokens.";
    const PERMISSION: Permission = Permission::read(Resource::Apis);
    const ROUTE: Route = Route::get("/apis/{identifier}");
    type Input = Which;
    type Output = Api;

    async fn run(call: Call<'_>, input: Which) -> Result<Api, Refused> {
        let found = call
            .state
            .db
            .read(input.identifier, |tx, identifier| Box::pin(apis::find(tx, identifier)));
        found.await?.map(Api::from).ok_or_else(|| Refused::unknown("API"))
    }

    fn revision(output: &Api) -> Option<String> {
        Some(output.revision.to_string())
    }
}
