//! What may stand between the proof and the session: terms, an account that was to go. And the page for a journey that is
//! over.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Terms, Way};
use crate::web::views::{FormProblem, Page};

/// Terms that are new, or new to this person. Posts `csrf`, `journey`, `flow` and `terms=<version>`; `other=yes` goes away.
#[derive(Debug, Template)]
#[template(path = "journey/accept_terms.html")]
pub struct AcceptTerms<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// The terms.
    pub terms: Terms<'a>,
    /// Whether the person accepted an older version.
    pub changed: bool,
    /// Something the form was refused for.
    pub problem: Option<FormProblem>,
}

/// An account whose person asked for its end. Posts `csrf`, `journey`, `flow` and `keep`: `yes` or `no`.
#[derive(Debug, Template)]
#[template(path = "journey/keep_account.html")]
pub struct KeepAccount<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// Whose it is.
    pub account: &'a str,
    /// When it goes.
    pub until: DateTime<Utc>,
}
