//! What happened to a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::look;
use crate::flow::admin::page::{self, Place};
use crate::flow::admin::{Call, Operation, Page, Refused, Route};
use crate::identity::email;
use crate::model::permission::{Permission, Resource};
use crate::store::audit;

/// Something that a person did, or that was done to them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = UserEvent)]
pub struct Event {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The stable name of its kind.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// From where.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
    /// More, without secrets.
    #[schema(value_type = Object)]
    pub details: Value,
}

/// Which part of the history of a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListUserEvents)]
pub struct EventListing {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// Entries of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u16>,
    /// What the page before gave as `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// See [`Operation::SUMMARY`].
pub struct ListEvents;

impl Operation for ListEvents {
    const ID: &'static str = "listUserEvents";
    const SUMMARY: &'static str = "Lists what a person did and what was done to them, newest first.";
    const PERMISSION: Permission = Permission::read(Resource::Audit);
    const ROUTE: Route = Route::get("/users/{user_id}/events");
    type Input = EventListing;
    type Output = Page<Event>;

    async fn run(call: Call<'_>, input: EventListing) -> Result<Self::Output, Refused> {
        let limit = page::limit(input.limit)?;
        let place = Place::read(input.after.as_deref())?.unwrap_or_else(Place::newest);
        let user = look(&call, &input.user_id).await?;
        let names = (user.subject(), email::key_of(&user.email));
        let rows = call.state.db.read(names, move |tx, (subject, key)| {
            Box::pin(audit::about(tx, subject, key, (place.at, place.id), limit as i64 + 1))
        });
        let place = |event: &audit::Event| Place {
            at: event.at,
            id: event.id,
        };
        let show = |event: audit::Event| Event {
            id: event.id,
            at: event.at,
            kind: event.kind,
            actor: event.actor,
            address: event.address,
            user_agent: event.user_agent,
            details: event.details.0,
        };
        Ok(Page::cut(rows.await?, limit, place, show))
    }
}
