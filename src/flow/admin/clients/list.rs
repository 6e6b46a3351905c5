//! Lists applications.

use super::Client;
use crate::flow::admin::page::{self, Listing};
use crate::flow::admin::{Call, Operation, Page, Refused, Route};
use crate::model::permission::{Permission, Resource};
use crate::store::clients;

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listClients";
    const SUMMARY: &'static str = "Lists applications, by their ids.";
    const PERMISSION: Permission = Permission::read(Resource::Clients);
    const ROUTE: Route = Route::get("/clients");
    type Input = Listing;
    type Output = Page<Client>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        let limit = page::limit(input.limit)?;
        let after = input.after.unwrap_or_default();
        let rows = call.state.db.read(after, move |tx, after| {
            Box::pin(clients::list(tx, after, limit as i64 + 1))
        });
        let mut rows = rows.await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|client| client.id.clone());
        Ok(Page {
            items: rows.into_iter().map(Client::from).collect(),
            next,
        })
    }
}
