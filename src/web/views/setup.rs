//! The one-time link of the first start: whoever opens it becomes the first administrator.

use askama::Template;

use super::problem::Focus;
use super::{Page, Shell, SignUpProblems, paths};

/// GET and POST [`paths::SETUP`]. Posts `csrf`, `token`, `name`, `identifier`, `password`.
#[derive(Debug, Template)]
#[template(path = "setup.html")]
pub struct Setup<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The secret of the one-time link.
    pub token: &'a str,
    /// What was typed as a name.
    pub name: &'a str,
    /// What was typed as an e-mail address.
    pub identifier: &'a str,
    /// The policy's least password length.
    pub min_length: u64,
    /// What went wrong with the last try.
    pub problems: SignUpProblems,
}

/// The link was used or has expired.
#[derive(Debug, Template)]
#[template(path = "setup_gone.html")]
pub struct SetupGone<'a> {
    /// Frame.
    pub page: Shell<'a>,
}
