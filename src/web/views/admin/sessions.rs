//! Browsers in which anybody is signed in.

use askama::Template;
use uuid::Uuid;

use super::{AdminFrame, Names, Paging};
use crate::flow::admin::users::Session;
use crate::model::Timestamp;
use crate::model::permission::Resource;
use crate::web::views::{Page, paths};

/// GET `?person=`, `?after=`, and POST `session`.
#[derive(Debug, Template)]
#[template(path = "admin/sessions.html")]
pub struct AdminSessions<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Whose are asked for; everybody's where it is empty.
    pub person: String,
    /// The session of the browser that looks.
    pub own: Uuid,
    /// Newest first, each with its browser in words.
    pub sessions: Vec<(Session, String)>,
    /// What their people are called.
    pub names: Names,
    /// Where the list goes on.
    pub paging: Paging,
    /// The moment.
    pub now: Timestamp,
}

impl AdminSessions<'_> {
    fn device<'s>(&self, device: &'s str) -> &'s str {
        match device {
            "" => self.page.t.get("account.unknown_device"),
            known => known,
        }
    }

    /// Whose it is, as far as it may be told.
    fn whose(&self, session: &Session) -> String {
        let id = session.user_id.to_string();
        self.names.of(&id).map_or_else(|| id.clone(), str::to_owned)
    }

    fn is_named(&self, session: &Session) -> bool {
        self.names.of(&session.user_id.to_string()).is_some()
    }

    fn href(&self, session: &Session) -> String {
        format!("{}/{}/sessions", paths::ADMIN_USERS, session.user_id)
    }
}
