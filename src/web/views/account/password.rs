//! The password of an account.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Frame, Section};
use crate::web::views::{Page, PasswordProblem, paths};

/// GET and POST [`paths::ACCOUNT_PASSWORD`]: `current` where there is one, and `password`.
#[derive(Debug, Template)]
#[template(path = "account/password.html")]
pub struct AccountPassword<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the account.
    pub frame: Frame,
    /// The primary address, for password managers.
    pub account: &'a str,
    /// When it was set; `None` while there is none.
    pub changed: Option<DateTime<Utc>>,
    /// The policy's least length.
    pub min_length: u64,
    /// Whether the present password was another one; or the seconds to wait after too many of these.
    pub current_problem: Option<CurrentProblem>,
    /// What is wrong with the new one.
    pub new_problem: Option<PasswordProblem>,
    /// Now, to which times are told.
    pub now: DateTime<Utc>,
}

/// What is wrong with the present password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurrentProblem {
    /// Another one.
    Wrong,
    /// Too many failures.
    Locked {
        /// Until the next try is looked at.
        retry_after: u64,
    },
}

impl AccountPassword<'_> {
    fn current_error(&self) -> Option<String> {
        let t = self.page.t;
        self.current_problem.map(|problem| match problem {
            CurrentProblem::Wrong => t.get("account_password.wrong").to_owned(),
            CurrentProblem::Locked { retry_after } => {
                t.say("sign_in.locked").with("wait", t.wait(retry_after)).to_string()
            }
        })
    }

    fn new_error(&self) -> Option<String> {
        self.new_problem.map(|problem| problem.text(self.page.t))
    }
}
