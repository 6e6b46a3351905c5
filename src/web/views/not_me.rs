//! "This was not me": the link in the mail about a sign-in with a new browser. A GET changes nothing, because mail scanners
//! follow links too.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Page, Shell, paths};

/// GET [`paths::NOT_ME`]: which sign-in it was, what will happen, and the button. Posts `csrf` and `token`.
#[derive(Debug, Template)]
#[template(path = "not_me.html")]
pub struct NotMe<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The secret of the link.
    pub token: &'a str,
    /// The address that was told.
    pub email: &'a str,
    /// The browser, in words.
    pub device: String,
    /// Where it came from.
    pub address: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// Everything was taken back.
#[derive(Debug, Template)]
#[template(path = "not_me_done.html")]
pub struct NotMeDone<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// The address that was told; the next step is a new password for it.
    pub email: &'a str,
}

/// The link was used or has expired.
#[derive(Debug, Template)]
#[template(path = "not_me_gone.html")]
pub struct NotMeGone<'a> {
    /// Frame.
    pub page: Shell<'a>,
}
