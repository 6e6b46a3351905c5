//! The overview: who I am here, where I am signed in, which apps know me.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Face, Frame, Section, SessionRow};
use crate::web::views::{Page, ScopeLine, paths};

/// GET [`paths::ACCOUNT`]. Its forms post `csrf` to [`paths::SIGN_OUT`] (`logout=yes`), [`paths::END_SESSION`]
/// (`session`), [`paths::REVOKE_APP`] (`client`) and [`paths::SEND_VERIFICATION`].
#[derive(Debug, Template)]
#[template(path = "account/overview.html")]
pub struct Account<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the account.
    pub frame: Frame,
    /// The name, if one was given.
    pub name: Option<&'a str>,
    /// The `picture` claim.
    pub picture: Option<&'a str>,
    /// The e-mail address.
    pub email: &'a str,
    /// Whether the address is verified.
    pub email_verified: bool,
    /// The `role` claim.
    pub role: &'a str,
    /// The `plan` claim.
    pub plan: &'a str,
    /// Open sessions, the present one first.
    pub sessions: Vec<SessionRow>,
    /// Apps that were allowed something.
    pub apps: Vec<AppRow>,
    /// Now, to which times are told.
    pub now: DateTime<Utc>,
}

/// One app with consent.
#[derive(Debug, Clone)]
pub struct AppRow {
    /// What [`paths::REVOKE_APP`] is told.
    pub client_id: String,
    /// The app's name.
    pub name: String,
    /// The granted scopes, separated by spaces.
    pub scope: String,
    /// When it was allowed.
    pub since: DateTime<Utc>,
}

impl Account<'_> {
    fn device<'s>(&self, session: &'s SessionRow) -> &'s str {
        session.device(self.page.t)
    }

    /// What a scope of OpenID Connect lets an app do, as the consent page said it.
    fn may(&self, scope: &str) -> Option<&'static str> {
        ScopeLine {
            name: scope,
            description: None,
        }
        .known_sentence(self.page.t)
    }

    fn face(&self) -> Face<'_> {
        Face {
            picture: self.picture,
            name: self.name.unwrap_or(self.email),
        }
    }
}
