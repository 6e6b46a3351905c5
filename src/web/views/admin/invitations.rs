//! Who is invited.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{AdminFrame, Paging};
use crate::flow::admin::invitations::{Invitation, Status};
use crate::model::permission::Resource;
use crate::web::i18n::Lang;
use crate::web::views::Page;

/// GET and POST [`crate::web::views::paths::ADMIN_INVITATIONS`].
#[derive(Debug, Template)]
#[template(path = "admin/invitations.html")]
pub struct AdminInvitations<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Newest first.
    pub invitations: Vec<Invitation>,
    /// Where the list goes on.
    pub paging: Paging,
    /// What was typed.
    pub typed: InvitationForm,
    /// The roles to choose from.
    pub roles: Vec<String>,
    /// The plans to choose from.
    pub plans: Vec<String>,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// What was typed of an invitation.
#[derive(Debug, Clone, Default)]
pub struct InvitationForm {
    /// The address.
    pub email: String,
    /// The role.
    pub role: String,
    /// The plan.
    pub plan: String,
    /// Days that it is open.
    pub days: String,
    /// The language of the mail.
    pub locale: String,
}

impl AdminInvitations<'_> {
    fn languages(&self) -> [Lang; 2] {
        Lang::ALL
    }

    fn status(&self, status: Status) -> (&'static str, &'static str, &'static str) {
        let t = self.page.t;
        match status {
            Status::Open => ("warn", "clock", t.get("admin_invitations.open")),
            Status::Accepted => ("good", "check", t.get("admin_invitations.accepted")),
            Status::Expired => ("plain", "cross", t.get("admin_invitations.expired")),
        }
    }

    fn is_open(&self, status: Status) -> bool {
        status == Status::Open
    }
}
