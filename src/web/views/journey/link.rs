//! The link of a mail that also holds a code: what it does here.

use askama::Template;
use chrono::{DateTime, Utc};

use super::Way;
use crate::web::views::{Page, Shell, paths};

/// Where a link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To a session.
    SignIn,
    /// To an account.
    SignUp,
    /// To a new password.
    Recover,
}

/// The browser that asked for a mail, for people to recognise or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedFrom<'a> {
    /// Browser and system in words; empty where nothing is known.
    pub device: &'a str,
    /// The address it asked from.
    pub address: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// The link, opened in the browser that asked for it. Following it is a button: scanners of mail open links, people press
/// buttons. Posts `csrf` and `token`.
#[derive(Debug, Template)]
#[template(path = "journey/link_here.html")]
pub struct LinkHere<'a> {
    /// Frame and CSRF token; its client is the app that is being signed in to.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// The link's secret.
    pub token: &'a str,
    /// Where it leads.
    pub purpose: LinkPurpose,
    /// The address that the mail went to.
    pub email: &'a str,
}

/// The link, opened in another browser. It never lets the browser in that asked; it may do the same here. Posts `csrf` and
/// `token`; there is no form where it can only be followed in the browser that asked.
#[derive(Debug, Template)]
#[template(path = "journey/link_elsewhere.html")]
pub struct LinkElsewhere<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// The link's secret.
    pub token: &'a str,
    /// Where it leads.
    pub purpose: LinkPurpose,
    /// The address that the mail went to.
    pub email: &'a str,
    /// The browser that asked.
    pub asked: AskedFrom<'a>,
    /// Now, to which times are told.
    pub now: DateTime<Utc>,
}

/// The link was used or is too old.
#[derive(Debug, Template)]
#[template(path = "journey/link_gone.html")]
pub struct LinkGone<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// Where it led, if that is known.
    pub purpose: Option<LinkPurpose>,
}

impl LinkHere<'_> {
    fn title(&self) -> &'static str {
        self.page.t.get(match self.purpose {
            LinkPurpose::SignIn => "link.here_sign_in",
            LinkPurpose::SignUp => "link.here_sign_up",
            LinkPurpose::Recover => "link.here_recover",
        })
    }

    fn submit(&self) -> &'static str {
        self.page.t.get(match self.purpose {
            LinkPurpose::SignIn => "link.here_sign_in_submit",
            LinkPurpose::SignUp => "link.here_sign_up_submit",
            LinkPurpose::Recover => "link.here_recover_submit",
        })
    }
}

impl LinkElsewhere<'_> {
    fn device(&self) -> &str {
        match self.asked.device {
            "" => self.page.t.get("account.unknown_device"),
            device => device,
        }
    }

    fn lead(&self) -> &'static str {
        self.page.t.get(match self.purpose {
            LinkPurpose::SignIn => "link.elsewhere_sign_in",
            LinkPurpose::SignUp => "link.elsewhere_sign_up",
            LinkPurpose::Recover => "link.elsewhere_recover",
        })
    }

    /// The words of the button, where the link does something here.
    fn submit(&self) -> Option<&'static str> {
        match self.purpose {
            LinkPurpose::SignIn => Some(self.page.t.get("link.elsewhere_sign_in_submit")),
            LinkPurpose::Recover => Some(self.page.t.get("link.elsewhere_recover_submit")),
            LinkPurpose::SignUp => None,
        }
    }
}

impl LinkGone<'_> {
    /// The way out: its address and its words.
    fn way_out(&self) -> (&'static str, &'static str) {
        let t = self.page.t;
        match self.purpose {
            Some(LinkPurpose::Recover) => (paths::FORGOT_PASSWORD, t.get("link.gone_recover")),
            Some(LinkPurpose::SignUp) => (paths::SIGN_UP, t.get("link.gone_sign_up")),
            Some(LinkPurpose::SignIn) | None => (paths::SIGN_IN, t.get("link.gone_sign_in")),
        }
    }
}
