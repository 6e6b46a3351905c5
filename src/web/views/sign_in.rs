//! The sign-in page: identifier and password together.

use askama::Template;

use super::problem::Focus;
use super::{FormProblem, Page, paths};

/// GET and POST [`paths::SIGN_IN`].
///
/// Posts `csrf`, `identifier`, `password` and, in a flow, `flow`. With [`SignIn::again_as`] there is no `identifier`
/// field: the flow knows whom it asks; a second submit button `other=yes` then asks for another account.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn<'a> {
    /// Frame and CSRF token; its client is the app that is being signed in to.
    pub page: Page<'a>,
    /// The journey that the form goes on with; `None` while it is not stored.
    pub journey: Option<&'a str>,
    /// The flow that goes on after sign-in.
    pub flow: Option<&'a str>,
    /// What was typed, or the `login_hint`.
    pub identifier: &'a str,
    /// Somebody signed in who is asked for the password once more.
    pub again_as: Option<&'a str>,
    /// What went wrong with the last try.
    pub problem: Option<SignInProblem>,
    /// Whether strangers may make accounts here.
    pub sign_up_open: bool,
}

/// Why a try to sign in failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInProblem {
    /// No identifier was typed.
    MissingIdentifier,
    /// No password was typed.
    MissingPassword,
    /// Unknown account or wrong password: one answer for both.
    WrongCredentials,
    /// The account waits after too many wrong passwords.
    Locked {
        /// Until the next try is taken.
        retry_after: u64,
    },
    /// The form as a whole.
    Form(FormProblem),
}

impl SignIn<'_> {
    fn banner(&self) -> Option<String> {
        let t = self.page.t;
        match self.problem? {
            SignInProblem::WrongCredentials => Some(t.get("sign_in.wrong").to_owned()),
            SignInProblem::Locked { retry_after } => {
                Some(t.say("sign_in.locked").with("wait", t.wait(retry_after)).to_string())
            }
            SignInProblem::Form(problem) => Some(problem.text(t)),
            SignInProblem::MissingIdentifier | SignInProblem::MissingPassword => None,
        }
    }

    fn identifier_error(&self) -> Option<&'static str> {
        matches!(self.problem, Some(SignInProblem::MissingIdentifier)).then(|| self.page.t.get("problem.email_missing"))
    }

    fn password_error(&self) -> Option<&'static str> {
        matches!(self.problem, Some(SignInProblem::MissingPassword))
            .then(|| self.page.t.get("problem.password_missing"))
    }

    fn focus(&self) -> Focus {
        match self.problem {
            Some(SignInProblem::MissingIdentifier) => Focus::Identifier,
            _ if self.identifier.is_empty() && self.again_as.is_none() => Focus::Identifier,
            _ => Focus::Password,
        }
    }

    /// The sign-up page, in the same flow.
    fn sign_up_href(&self) -> String {
        with_flow(paths::SIGN_UP, self.flow)
    }
}

/// `path`, with the flow as its `flow` parameter.
pub(super) fn with_flow(path: &str, flow: Option<&str>) -> String {
    match flow {
        None => path.to_owned(),
        Some(flow) => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("flow", flow)
                .finish();
            format!("{path}?{query}")
        }
    }
}
