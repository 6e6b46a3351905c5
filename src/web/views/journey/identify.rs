//! The first page: who are you?

use askama::Template;

use super::{Method, PasskeyOptions, Way};
use crate::web::views::{FormProblem, Page, paths};

/// GET [`paths::SIGN_IN`], and the answer to a form that named nobody.
///
/// Posts `csrf`, `journey`, `flow`, `identifier` and `password`, which is out of sight and there for password managers and
/// programs that fill in both at once. `method=email` asks for a code instead. With a passkey, `credential` holds what the
/// browser gave, and `method` is `passkey`.
#[derive(Debug, Template)]
#[template(path = "journey/identify.html")]
pub struct Identify<'a> {
    /// Frame and CSRF token; its client is the app that is being signed in to.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// What was typed, or the `login_hint`.
    pub identifier: &'a str,
    /// Whether a user name will do as well.
    pub by_username: bool,
    /// Whether a code by mail is offered from here.
    pub email: bool,
    /// Where the browser finds what its passkeys are asked; `None` where they are not offered.
    pub passkey: Option<PasskeyOptions<'a>>,
    /// The way that this browser was signed in by last.
    pub last_used: Option<Method>,
    /// What went wrong with the last try.
    pub problem: Option<IdentifyProblem>,
    /// Whether strangers may make accounts here.
    pub sign_up_open: bool,
    /// Whether there is a way back in without the password.
    pub recovery: bool,
    /// How many accounts this browser is signed in to; the link to choose among them stands here from one on.
    pub accounts: usize,
}

/// Why the page is shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifyProblem {
    /// Nobody was named.
    Missing,
    /// No account goes with the passkey, or the browser's answer did not hold.
    Passkey,
    /// Too many failures.
    Wait {
        /// Seconds until the next try is taken.
        retry_after: u64,
    },
    /// The form as a whole.
    Form(FormProblem),
}

impl Identify<'_> {
    fn banner(&self) -> Option<String> {
        let t = self.page.t;
        match self.problem? {
            IdentifyProblem::Missing => None,
            IdentifyProblem::Passkey => Some(t.get("identify.passkey_failed").to_owned()),
            IdentifyProblem::Wait { retry_after } => {
                Some(t.say("identify.wait").with("wait", t.wait(retry_after)).to_string())
            }
            IdentifyProblem::Form(problem) => Some(problem.text(t)),
        }
    }

    fn label(&self) -> &'static str {
        self.page.t.get(match self.by_username {
            true => "identify.email_or_username",
            false => "form.email_address",
        })
    }

    fn field_error(&self) -> Option<&'static str> {
        (self.problem == Some(IdentifyProblem::Missing)).then(|| {
            self.page.t.get(match self.by_username {
                true => "identify.missing",
                false => "problem.email_missing",
            })
        })
    }
}
