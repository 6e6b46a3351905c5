//! Signed-in browsers, whoever is signed in.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::{self, Place};
use super::users::Session;
use super::{Call, Nothing, Operation, Page, Refused, Route};
use crate::flow::{roles, users as accounts};
use crate::model::audit::AuditKind;
use crate::model::permission::{Permission, Resource};
use crate::model::session;
use crate::store::{audit, sessions, users};

/// Which part of the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListSessions)]
pub struct Listing {
    /// Entries of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u16>,
    /// What the page before gave as `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Only those of this person: their `sub`, or an address of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listSessions";
    const SUMMARY: &'static str = "Lists the browsers in which anybody is signed in, newest first.";
    const PERMISSION: Permission = Permission::read(Resource::Sessions);
    const ROUTE: Route = Route::get("/sessions");
    type Input = Listing;
    type Output = Page<Session>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        let limit = page::limit(input.limit)?;
        let place = Place::read(input.after.as_deref())?.unwrap_or_else(Place::newest);
        let owner = match &input.user_id {
            None => None,
            Some(name) => match accounts::named(call.state, name).await? {
                Some(person) => Some(person.id),
                // Nobody is signed in as nobody.
                None => {
                    return Ok(Page {
                        items: Vec::new(),
                        next: None,
                    });
                }
            },
        };
        let now = call.state.clock.now();
        let rows = call.state.db.read((), move |tx, ()| {
            Box::pin(sessions::page(tx, owner, (place.at, place.id), now, limit as i64 + 1))
        });
        let place = |session: &session::Session| Place {
            at: session.created_at,
            id: session.id,
        };
        Ok(Page::cut(rows.await?, limit, place, Session::from))
    }
}

/// Which session.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichSession)]
pub struct Which {
    /// Its id, the `sid` of its tokens.
    pub session_id: Uuid,
}

/// See [`Operation::SUMMARY`].
pub struct End;

impl Operation for End {
    const ID: &'static str = "endSession";
    const SUMMARY: &'static str = "Signs somebody out in one browser.";
    const PERMISSION: Permission = Permission::delete(Resource::Sessions);
    const ROUTE: Route = Route::delete("/sessions/{session_id}");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        let (id, now) = (input.session_id, call.state.clock.now());
        let found = call.state.db.read((), move |tx, ()| {
            Box::pin(async move {
                match sessions::owner(tx, id, now).await? {
                    Some(owner) => users::find(tx, owner).await,
                    None => Ok(None),
                }
            })
        });
        let owner = found.await?.ok_or_else(unknown)?;
        call.administrator
            .may_give(&roles::authority(call.state, &owner).await?)?;
        let ended = call.state.db.write(call.origin.clone(), move |tx, origin| {
            Box::pin(async move {
                let ended = sessions::end(tx, id, owner.id, now).await?;
                if ended {
                    let details = json!({ "user": owner.id });
                    audit::record(tx, AuditKind::SessionEnded, origin, &id.to_string(), details, now).await?;
                }
                Ok(ended)
            })
        });
        match ended.await? {
            true => Ok(Nothing {}),
            false => Err(unknown()),
        }
    }
}

fn unknown() -> Refused {
    Refused::unknown("session")
}
