//! A new password, where one must be chosen.

use askama::Template;

use super::Way;
use crate::web::views::{FormProblem, Page, PasswordProblem};

/// Posts `csrf`, `journey`, `flow` and `password`.
#[derive(Debug, Template)]
#[template(path = "journey/new_password.html")]
pub struct NewPassword<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// Why.
    pub reason: PasswordReason,
    /// Whose it is: password managers file it under that.
    pub account: &'a str,
    /// The policy's least length.
    pub min_length: u64,
    /// What is wrong with what was typed.
    pub problem: Option<PasswordProblem>,
    /// Something the form was refused for.
    pub form: Option<FormProblem>,
}

/// Why a new password must be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordReason {
    /// The old one was forgotten.
    Forgotten,
    /// An administrator asks for it.
    Demanded,
    /// The old one is known to attackers, or does not meet the policy any more.
    Unsafe,
    /// Somebody else was in the account.
    Compromised,
}

impl NewPassword<'_> {
    fn title(&self) -> &'static str {
        self.page.t.get(match self.reason {
            PasswordReason::Forgotten | PasswordReason::Compromised => "new_password.title",
            PasswordReason::Demanded | PasswordReason::Unsafe => "new_password.forced_title",
        })
    }

    fn text(&self) -> &'static str {
        self.page.t.get(match self.reason {
            PasswordReason::Forgotten => "new_password.forgotten",
            PasswordReason::Demanded => "new_password.demanded",
            PasswordReason::Unsafe => "new_password.unsafe",
            PasswordReason::Compromised => "new_password.compromised",
        })
    }
}
