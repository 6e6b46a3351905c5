//! Where a person is signed in.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Frame, Section};
use crate::web::i18n::Translator;
use crate::web::views::{Page, paths};

/// GET [`paths::ACCOUNT_SESSIONS`]. Its forms post to [`paths::END_SESSION`] (`session`, `back`),
/// [`paths::END_OTHER_SESSIONS`] and [`paths::END_ALL_SESSIONS`].
#[derive(Debug, Template)]
#[template(path = "account/sessions.html")]
pub struct AccountSessions<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the account.
    pub frame: Frame,
    /// Open sessions, the present one first.
    pub sessions: Vec<SessionRow>,
    /// Now, to which times are told.
    pub now: DateTime<Utc>,
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
    /// When it began.
    pub since: DateTime<Utc>,
    /// Whether it is the session of this very browser.
    pub current: bool,
}

impl SessionRow {
    pub(super) fn device(&self, t: Translator) -> &str {
        known_device(&self.device, t)
    }
}

/// A device in words, also one of which nothing is known.
pub(super) fn known_device(device: &str, t: Translator) -> &str {
    if device.is_empty() {
        t.get("account.unknown_device")
    } else {
        device
    }
}

impl AccountSessions<'_> {
    fn device<'s>(&self, session: &'s SessionRow) -> &'s str {
        session.device(self.page.t)
    }
}
