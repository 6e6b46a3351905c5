//! Following the link of a verification mail. A GET changes nothing, because mail scanners follow links too.

use askama::Template;

use super::{Page, Shell, paths};

/// GET [`paths::VERIFY_EMAIL`]: the button. Posts `csrf` and `token`.
#[derive(Debug, Template)]
#[template(path = "verify_email.html")]
pub struct VerifyEmail<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The secret of the link.
    pub token: &'a str,
    /// The address that is about to be confirmed.
    pub email: &'a str,
}

/// The address is confirmed.
#[derive(Debug, Template)]
#[template(path = "verify_email_done.html")]
pub struct VerifyEmailDone<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// The address.
    pub email: &'a str,
}

/// The link was used, has expired or was replaced.
#[derive(Debug, Template)]
#[template(path = "verify_email_gone.html")]
pub struct VerifyEmailGone<'a> {
    /// Frame.
    pub page: Shell<'a>,
}
