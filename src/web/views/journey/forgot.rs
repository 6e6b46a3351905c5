//! The way back to an account without its password. What was sent is told by [`super::CodeStep`], the same for everybody;
//! the new password is chosen on [`super::NewPassword`].

use askama::Template;

use super::Way;
use crate::web::views::{FormProblem, Page, Shell, paths};

/// GET and POST [`paths::FORGOT_PASSWORD`]. Posts `csrf`, `journey`, `flow` and `identifier`.
#[derive(Debug, Template)]
#[template(path = "journey/forgot.html")]
pub struct Forgot<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// What was typed, here or on the sign-in page.
    pub identifier: &'a str,
    /// Whether a user name will do as well.
    pub by_username: bool,
    /// Whether nobody was named.
    pub missing: bool,
    /// Something the form was refused for.
    pub problem: Option<FormProblem>,
}

/// The password is set. Nobody is signed in by that.
#[derive(Debug, Template)]
#[template(path = "journey/password_set.html")]
pub struct PasswordSet<'a> {
    /// Frame; its client is the app that waits.
    pub page: Shell<'a>,
    /// For the link to the sign-in page.
    pub way: Way<'a>,
}
