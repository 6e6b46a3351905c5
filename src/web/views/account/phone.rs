//! The phone number of an account.

use askama::Template;

use super::{Frame, Section};
use crate::web::views::{Page, PhoneProblem, paths};

/// GET and POST [`paths::ACCOUNT_PHONE`] (`phone`). Other forms post to [`paths::ACCOUNT_PHONE_CONFIRM`] (`id`, `code`) and
/// [`paths::ACCOUNT_PHONE_REMOVE`].
#[derive(Debug, Template)]
#[template(path = "account/phone.html")]
pub struct AccountPhone<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the account.
    pub frame: Frame,
    /// Whether texts can leave.
    pub available: bool,
    /// The number of the account.
    pub number: Option<&'a str>,
    /// Whether texts are known to reach it.
    pub verified: bool,
    /// One that waits for its code.
    pub waiting: Option<WaitingPhone>,
    /// What was typed.
    pub typed: &'a str,
    /// What is wrong with it.
    pub problem: Option<PhoneProblem>,
}

/// A number that waits for its code.
#[derive(Debug, Clone)]
pub struct WaitingPhone {
    /// Names it in the code's form.
    pub id: String,
    /// The number.
    pub number: String,
    /// Whether the code that was typed is another one.
    pub wrong: bool,
}
