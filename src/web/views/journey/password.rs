//! The password of somebody who was named.

use askama::Template;

use super::{Method, Way, Why};
use crate::web::views::{FormProblem, Page, paths};

/// The step that asks for a password, the first time or once more.
///
/// Posts `csrf`, `journey`, `flow`, `identifier`, `password` and `remember=yes`. `method=<name>` asks for another way.
#[derive(Debug, Template)]
#[template(path = "journey/password.html")]
pub struct PasswordStep<'a> {
    /// Frame and CSRF token; its client is the app that is being signed in to.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// Why it is asked for.
    pub why: Why,
    /// Whose it is, as typed: whether there is such an account is nobody's business.
    pub identifier: &'a str,
    /// Whether people may say that they stay signed in; the value is whether it is ticked.
    pub remember: Option<bool>,
    /// The other ways that are offered, to everybody the same.
    pub others: &'a [Method],
    /// The way that this browser was signed in by last.
    pub last_used: Option<Method>,
    /// What went wrong with the last try.
    pub problem: Option<PasswordStepProblem>,
}

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordStepProblem {
    /// Nothing was typed.
    Missing,
    /// Unknown account or wrong password: one answer for both.
    Wrong,
    /// Too many failures.
    Wait {
        /// Seconds until the next try is taken.
        retry_after: u64,
    },
    /// The form as a whole.
    Form(FormProblem),
}

impl PasswordStep<'_> {
    fn title(&self) -> &'static str {
        let t = self.page.t;
        self.why.title(t).unwrap_or(t.get("password_step.title"))
    }

    fn banner(&self) -> Option<String> {
        let t = self.page.t;
        match self.problem? {
            PasswordStepProblem::Missing | PasswordStepProblem::Wrong => None,
            PasswordStepProblem::Wait { retry_after } => {
                Some(t.say("identify.wait").with("wait", t.wait(retry_after)).to_string())
            }
            PasswordStepProblem::Form(problem) => Some(problem.text(t)),
        }
    }

    fn field_error(&self) -> Option<&'static str> {
        match self.problem? {
            PasswordStepProblem::Missing => Some(self.page.t.get("password_step.missing")),
            // Somebody who is known can only have mistyped the password.
            PasswordStepProblem::Wrong if self.why == Why::SignIn => Some(self.page.t.get("sign_in.wrong")),
            PasswordStepProblem::Wrong => Some(self.page.t.get("password_step.wrong")),
            PasswordStepProblem::Wait { .. } | PasswordStepProblem::Form(_) => None,
        }
    }
}
