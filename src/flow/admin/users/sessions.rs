//! Where a person is signed in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Which, look, take};
use crate::flow::admin::{Call, Nothing, Operation, Page, Refused, Route};
use crate::identity::assurance;
use crate::model::audit::AuditKind;
use crate::model::permission::{Permission, Resource};
use crate::model::session;
use crate::store::{audit, sessions};

/// A browser in which somebody is signed in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The `sid` of its tokens.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// When the person proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// How (RFC 8176).
    pub amr: Vec<String>,
    /// How much that is worth.
    pub acr: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to the minutes.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// What the browser called itself.
    pub user_agent: String,
    /// Where it came from.
    pub address: String,
}

impl From<session::Session> for Session {
    fn from(session: session::Session) -> Self {
        Self {
            id: session.id,
            user_id: session.user_id,
            acr: assurance::acr(&session.amr).to_owned(),
            authenticated_at: session.authenticated_at,
            amr: session.amr,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent,
            address: session.address,
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct ListSessions;

impl Operation for ListSessions {
    const ID: &'static str = "listUserSessions";
    const SUMMARY: &'static str = "Lists the browsers in which a person is signed in, newest first.";
    const PERMISSION: Permission = Permission::read(Resource::Sessions);
    const ROUTE: Route = Route::get("/users/{user_id}/sessions");
    type Input = Which;
    type Output = Page<Session>;

    async fn run(call: Call<'_>, input: Which) -> Result<Self::Output, Refused> {
        let (id, now) = (look(&call, &input.user_id).await?.id, call.state.clock.now());
        let live = call
            .state
            .db
            .read((), move |tx, ()| Box::pin(sessions::list_live(tx, id, now)));
        Ok(Page {
            items: live.await?.into_iter().map(Session::from).collect(),
            next: None,
        })
    }
}

/// Which session of a person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichUserSession)]
pub struct WhichSession {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// The session.
    pub session_id: Uuid,
}

/// See [`Operation::SUMMARY`].
pub struct EndSession;

impl Operation for EndSession {
    const ID: &'static str = "endUserSession";
    const SUMMARY: &'static str = "Signs a person out in one browser.";
    const PERMISSION: Permission = Permission::delete(Resource::Sessions);
    const ROUTE: Route = Route::delete("/users/{user_id}/sessions/{session_id}");
    type Input = WhichSession;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: WhichSession) -> Result<Nothing, Refused> {
        let user = take(&call, &input.user_id).await?;
        let (id, session, now) = (user.id, input.session_id, call.state.clock.now());
        let ended = call.state.db.write(call.origin.clone(), move |tx, origin| {
            Box::pin(async move {
                let ended = sessions::end(tx, session, id, now).await?;
                if ended {
                    let (target, details) = (id.to_string(), json!({ "session": session }));
                    audit::record(tx, AuditKind::SessionEnded, origin, &target, details, now).await?;
                }
                Ok(ended)
            })
        });
        match ended.await? {
            true => Ok(Nothing {}),
            false => Err(Refused::unknown("session")),
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct EndSessions;

impl Operation for EndSessions {
    const ID: &'static str = "endUserSessions";
    const SUMMARY: &'static str = "Signs a person out everywhere. Applications that may go on without a session do.";
    const PERMISSION: Permission = Permission::delete(Resource::Sessions);
    const ROUTE: Route = Route::delete("/users/{user_id}/sessions");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        let (id, now) = (take(&call, &input.user_id).await?.id, call.state.clock.now());
        let ended = call.state.db.write(call.origin.clone(), move |tx, origin| {
            Box::pin(async move {
                let ended = sessions::end_all(tx, id, now).await?;
                let details = json!({ "sessions": ended });
                audit::record(tx, AuditKind::SessionEnded, origin, &id.to_string(), details, now).await
            })
        });
        ended.await?;
        Ok(Nothing {})
    }
}
