//! The e-mail addresses of an account.

use askama::Template;

use super::{Frame, Section};
use crate::web::views::{Page, Shell, paths};

/// GET and POST [`paths::ACCOUNT_EMAILS`] (`email`). Other forms post to [`paths::ACCOUNT_EMAIL_CONFIRM`] (`id`, `code`),
/// [`paths::ACCOUNT_EMAIL_PRIMARY`], [`paths::ACCOUNT_EMAIL_REMOVE`] and [`paths::ACCOUNT_EMAIL_CANCEL`] (`email`).
#[derive(Debug, Template)]
#[template(path = "account/emails.html")]
pub struct AccountEmails<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the account.
    pub frame: Frame,
    /// Those of the account.
    pub addresses: Vec<EmailRow>,
    /// Those that wait for their code.
    pub waiting: Vec<WaitingEmail>,
    /// What was typed.
    pub typed: &'a str,
    /// What is wrong with it.
    pub problem: Option<EmailProblem>,
}

/// An address of the account.
#[derive(Debug, Clone)]
pub struct EmailRow {
    /// Names it in forms.
    pub key: String,
    /// The address.
    pub email: String,
    /// Whether claims carry it and mail goes to it.
    pub primary: bool,
    /// Whether mail is known to reach it.
    pub verified: bool,
}

/// An address that waits for its code.
#[derive(Debug, Clone)]
pub struct WaitingEmail {
    /// Names it in the code's form.
    pub id: String,
    /// Names it where it is taken back.
    pub key: String,
    /// The address.
    pub email: String,
    /// Whether the code that was typed is another one.
    pub wrong: bool,
}

/// What is wrong with an address to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailProblem {
    /// Nothing was typed.
    Missing,
    /// Not an address.
    Invalid,
    /// Addresses like this one are not taken here.
    NotAdmitted,
    /// The account has it.
    Yours,
    /// The account has as many as it may.
    Full,
}

impl EmailProblem {
    fn key(self) -> &'static str {
        match self {
            Self::Missing => "problem.email_missing",
            Self::Invalid => "problem.email_invalid",
            Self::NotAdmitted => "account_emails.not_admitted",
            Self::Yours => "account_emails.yours_already",
            Self::Full => "account_emails.full",
        }
    }
}

/// GET [`paths::ACCOUNT_EMAIL_CONFIRM`]: the link of the mail, opened by whoever asked for it. Posts `id` and `code` there.
#[derive(Debug, Template)]
#[template(path = "account/email_confirm.html")]
pub struct EmailConfirm<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Which request.
    pub id: &'a str,
    /// The code of the link.
    pub code: &'a str,
    /// The address that is about to be added.
    pub email: &'a str,
    /// The account that it is added to, by its primary address.
    pub account: &'a str,
}

/// The same, where it cannot be confirmed.
#[derive(Debug, Template)]
#[template(path = "account/email_elsewhere.html")]
pub struct EmailElsewhere<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// Why.
    pub reason: Elsewhere,
}

/// Why the link of the mail does nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// Nobody is signed in.
    SignedOut,
    /// It is used, too old, or another account asked for it.
    Gone,
}

impl Elsewhere {
    fn key(self) -> &'static str {
        match self {
            Self::SignedOut => "account_emails.elsewhere_signed_out",
            Self::Gone => "account_emails.elsewhere_gone",
        }
    }

    fn link(self) -> &'static str {
        match self {
            Self::SignedOut => "account_emails.elsewhere_sign_in",
            Self::Gone => "account_emails.elsewhere_emails",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::SignedOut => paths::SIGN_IN,
            Self::Gone => paths::ACCOUNT_EMAILS,
        }
    }
}
