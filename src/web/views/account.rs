//! The account page: who I am here, where I am signed in, which apps know me.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Page, ScopeLine, paths};

/// GET [`paths::ACCOUNT`]. Its forms post `csrf` to [`paths::SIGN_OUT`] (`logout=yes`), [`paths::END_SESSION`]
/// (`session`), [`paths::REVOKE_APP`] (`client`) and [`paths::SEND_VERIFICATION`].
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct Account<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The name, if one was given.
    pub name: Option<&'a str>,
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
    /// Something that was just done, to be said once.
    pub notice: Option<Notice>,
}

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A verification mail is on its way.
    VerificationSent,
    /// A session was ended.
    SessionEnded,
    /// An app's access was taken back.
    AppRevoked,
}

/// One open session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// What [`paths::END_SESSION`] is told; not the session's secret.
    pub id: String,
    /// Browser and system in words; empty where nothing is known.
    pub device: String,
    /// The address it was last used from.
    pub address: String,
    /// When it was last used.
    pub last_used: DateTime<Utc>,
    /// Whether it is the session of this very browser.
    pub current: bool,
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
    fn notice_text(&self) -> Option<&'static str> {
        self.notice.map(|notice| {
            self.page.t.get(match notice {
                Notice::VerificationSent => "account.notice_verification_sent",
                Notice::SessionEnded => "account.notice_session_ended",
                Notice::AppRevoked => "account.notice_app_revoked",
            })
        })
    }

    fn device<'s>(&self, session: &'s SessionRow) -> &'s str {
        if session.device.is_empty() {
            self.page.t.get("account.unknown_device")
        } else {
            &session.device
        }
    }

    /// What a scope of OpenID Connect lets an app do, as the consent page said it.
    fn may(&self, scope: &str) -> Option<&'static str> {
        ScopeLine {
            name: scope,
            description: None,
        }
        .known_sentence(self.page.t)
    }

    /// What stands in the round mark beside the name.
    fn initial(&self) -> String {
        let source = self.name.unwrap_or(self.email);
        source
            .chars()
            .find(|c| c.is_alphanumeric())
            .map(|c| c.to_uppercase().collect())
            .unwrap_or_default()
    }
}
