//! Signing out: the question and the page after it.

use askama::Template;

use super::{Page, Shell, paths};

/// GET and POST [`paths::SIGN_OUT`]. Posts `csrf`, `logout` (`yes` or `no`) and, for a logout that an app asked for,
/// `flow`.
#[derive(Debug, Template)]
#[template(path = "sign_out.html")]
pub struct SignOut<'a> {
    /// Frame and CSRF token; its client is the app that asks for the logout.
    pub page: Page<'a>,
    /// The logout request that waits for the answer.
    pub flow: Option<&'a str>,
    /// The e-mail address of the person who is signed in.
    pub account: Option<&'a str>,
}

/// After signing out.
#[derive(Debug, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut<'a> {
    /// Frame; its client is the app that `back` leads to.
    pub page: Shell<'a>,
    /// A checked address at the app; `None` leads to our own sign-in.
    pub back: Option<&'a str>,
}
