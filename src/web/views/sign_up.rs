//! The sign-up page.

use askama::Template;

use super::problem::Focus;
use super::sign_in::with_flow;
use super::{Page, SignUpProblems, paths};

/// GET and POST [`paths::SIGN_UP`]. Posts `csrf`, `name`, `identifier`, `password` and, in a flow, `flow`.
#[derive(Debug, Template)]
#[template(path = "sign_up.html")]
pub struct SignUp<'a> {
    /// Frame and CSRF token; its client is the app the account is made for.
    pub page: Page<'a>,
    /// The flow that goes on after sign-up.
    pub flow: Option<&'a str>,
    /// What was typed as a name.
    pub name: &'a str,
    /// What was typed as an e-mail address, or the `login_hint`.
    pub identifier: &'a str,
    /// The policy's least password length.
    pub min_length: u64,
    /// What went wrong with the last try.
    pub problems: SignUpProblems,
}

impl SignUp<'_> {
    fn sign_in_href(&self) -> String {
        with_flow(paths::SIGN_IN, self.flow)
    }
}
