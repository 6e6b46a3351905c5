//! What can be done when every second factor is lost.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Method, Way};
use crate::web::views::{FormProblem, Page, Shell, paths};

/// After the first factor. Posts `csrf`, `journey`, `flow` and one of `method=<name>`, `lost=begin` and `lost=cancel`.
#[derive(Debug, Template)]
#[template(path = "journey/lost.html")]
pub struct LostFactor<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its forms post.
    pub way: Way<'a>,
    /// Factors that the account still has and that may be at hand after all: recovery codes first.
    pub others: &'a [Method],
    /// Where the waiting period stands.
    pub state: LostState,
    /// Now, to which times are told.
    pub now: DateTime<Utc>,
    /// Something the form was refused for.
    pub problem: Option<FormProblem>,
}

/// Where the waiting period stands after which the second factors go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostState {
    /// There is no such way here.
    NotOffered,
    /// It can begin.
    Offered {
        /// How long it takes.
        days: u64,
    },
    /// It has begun.
    Begun {
        /// When it ends.
        until: DateTime<Utc>,
    },
}

/// The link of the mails that tell of it. Posts `csrf` and `token`.
#[derive(Debug, Template)]
#[template(path = "journey/lost_cancel.html")]
pub struct LostFactorCancel<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// The link's secret.
    pub token: &'a str,
    /// When the second factors would go.
    pub until: DateTime<Utc>,
}

/// They stay.
#[derive(Debug, Template)]
#[template(path = "journey/lost_cancelled.html")]
pub struct LostFactorCancelled<'a> {
    /// Frame.
    pub page: Shell<'a>,
}

/// A link that does nothing any more.
#[derive(Debug, Template)]
#[template(path = "journey/lost_gone.html")]
pub struct LostFactorGone<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// It was an administrator's; otherwise there is nothing to stop: it was stopped, or is over.
    pub of_administrator: bool,
}

impl LostFactorGone<'_> {
    fn title(&self) -> &str {
        self.page.t.get(match self.of_administrator {
            true => "lost.link_gone_title",
            false => "lost.gone_title",
        })
    }

    fn text(&self) -> &str {
        self.page.t.get(match self.of_administrator {
            true => "lost.link_gone_text",
            false => "lost.gone_text",
        })
    }
}

/// An administrator's link. Posts `csrf` and `token`.
#[derive(Debug, Template)]
#[template(path = "journey/lost_remove.html")]
pub struct LostFactorRemove<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// The link's secret.
    pub token: &'a str,
    /// Whose second factors go.
    pub account: &'a str,
}

/// They are gone; the person signs in with the first factor.
#[derive(Debug, Template)]
#[template(path = "journey/lost_removed.html")]
pub struct LostFactorRemoved<'a> {
    /// Frame.
    pub page: Shell<'a>,
}
