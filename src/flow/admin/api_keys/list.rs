//! Lists keys.

use super::ApiKey;
use crate::flow::admin::page::{self, Listing, Place};
use crate::flow::admin::{Call, Operation, Page, Refused, Route};
use crate::model::permission::{Permission, Resource};
use crate::store::api_keys;

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listApiKeys";
    const SUMMARY: &'static str = "Lists the keys of programs, newest first.";
    const PERMISSION: Permission = Permission::read(Resource::ApiKeys);
    const ROUTE: Route = Route::get("/api-keys");
    type Input = Listing;
    type Output = Page<ApiKey>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        let limit = page::limit(input.limit)?;
        let place = Place::read(input.after.as_deref())?.unwrap_or(Place::newest());
        let rows = call.state.db.read((), move |tx, ()| {
            Box::pin(api_keys::page(tx, (place.at, place.id), limit as i64 + 1))
        });
        let place = |key: &crate::model::api_key::ApiKey| Place {
            at: key.created_at,
            id: key.id,
        };
        Ok(Page::cut(rows.await?, limit, place, ApiKey::from))
    }
}
