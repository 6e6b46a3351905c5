//! The password of somebody who was named.

use askama::Template;

use super::{Method, Way, Why};
use crate::web::i18n::Translator;
use crate::web::views::{FormProblem, Page, paths};

/// The step that asks for a password, the first time or once more.
///
/// Posts `csrf`, `journey`, `flow`, `username`, `password` and `remember=yes`. `method=<name>` asks for another way. `username`
/// is out of sight: it says to password managers whose password it is, and to us while no journey is stored. It is not
/// called `identifier`, so that programs that fill in whatever they find do not take it for a question.
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

impl PasswordStepProblem {
    /// The one sentence, for programs that have their own places for it. `known`: the person has proved something before.
    pub fn text(self, known: bool, t: Translator) -> String {
        self.at_field(known, t)
            .map(str::to_owned)
            .or_else(|| self.banner(t))
            .unwrap_or_default()
    }

    fn at_field(self, known: bool, t: Translator) -> Option<&'static str> {
        match self {
            Self::Missing => Some(t.get("password_step.missing")),
            // Somebody who is known can only have mistyped the password.
            Self::Wrong if known => Some(t.get("password_step.wrong")),
            Self::Wrong => Some(t.get("sign_in.wrong")),
            Self::Wait { .. } | Self::Form(_) => None,
        }
    }

    fn banner(self, t: Translator) -> Option<String> {
        match self {
            Self::Missing | Self::Wrong => None,
            Self::Wait { retry_after } => Some(t.say("identify.wait").with("wait", t.wait(retry_after)).to_string()),
            Self::Form(problem) => Some(problem.text(t)),
        }
    }
}

impl PasswordStep<'_> {
    fn title(&self) -> &'static str {
        let t = self.page.t;
        self.why.title(t).unwrap_or(t.get("password_step.title"))
    }

    fn banner(&self) -> Option<String> {
        self.problem?.banner(self.page.t)
    }

    fn field_error(&self) -> Option<&'static str> {
        self.problem?.at_field(self.why != Why::SignIn, self.page.t)
    }
}
