//! A passkey or security key: what the browser's own window asks for.

use askama::Template;

use super::{Method, Way, Why};
use crate::web::views::{FormProblem, Page, paths};

/// What `passkey.js` asks the browser for. Both end in the attribute `data-options`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyOptions<'a> {
    /// Where it fetches the options: a POST of the form's `csrf`, `journey` and `flow` is answered with
    /// `{"options": …, "journey": …}`. For pages that most people leave in another way: nothing is made until it is asked for.
    At(&'a str),
    /// The options, as JSON (Web Authentication Level 3, `PublicKeyCredentialRequestOptionsJSON` or
    /// `PublicKeyCredentialCreationOptionsJSON`, with or without the member `publicKey` around them).
    Are(&'a str),
}

impl<'a> PasskeyOptions<'a> {
    /// The value of `data-options`: an address begins with a slash, JSON with a brace.
    pub const fn attribute(&self) -> &'a str {
        match self {
            Self::At(address) => address,
            Self::Are(json) => json,
        }
    }
}

/// The step that asks for a passkey.
///
/// Posts `csrf`, `journey`, `flow`, `credential` (what the browser gave, as JSON; empty without scripts), `trust=yes` and
/// `remember=yes`. `method=<name>` asks for another way.
#[derive(Debug, Template)]
#[template(path = "journey/passkey.html")]
pub struct PasskeyStep<'a> {
    /// Frame and CSRF token; its client is the app that is being signed in to.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// Why it is asked for.
    pub why: Why,
    /// Whose it is, where somebody was named.
    pub identifier: Option<&'a str>,
    /// What the browser is asked.
    pub options: PasskeyOptions<'a>,
    /// Days for which this browser may leave the second factor out; `None` where that is not offered.
    pub trust_days: Option<u64>,
    /// Whether people may say that they stay signed in, where the passkey is all there is; the value is whether it is ticked.
    pub remember: Option<bool>,
    /// The other ways that are offered.
    pub others: &'a [Method],
    /// Whether the page leads to what can be done without any second factor.
    pub lost: bool,
    /// What went wrong with the last try.
    pub problem: Option<PasskeyProblem>,
}

/// Why a passkey was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyProblem {
    /// The browser gave none: no scripts, or none that it knows.
    Missing,
    /// It belongs to no account, to another one, or did not hold.
    Wrong,
    /// What was asked is too old.
    Expired,
    /// Too many failures.
    Wait {
        /// Seconds until the next try is taken.
        retry_after: u64,
    },
    /// The form as a whole.
    Form(FormProblem),
}

impl PasskeyProblem {
    /// The sentence for the banner.
    pub fn text(self, t: crate::web::i18n::Translator) -> String {
        let key = match self {
            Self::Missing => "passkey.missing",
            Self::Wrong => "passkey.wrong",
            Self::Expired => "passkey.expired",
            Self::Wait { retry_after } => return t.say("code.wait").with("wait", t.wait(retry_after)).to_string(),
            Self::Form(problem) => return problem.text(t),
        };
        t.get(key).to_owned()
    }
}

impl PasskeyStep<'_> {
    fn title(&self) -> &'static str {
        let t = self.page.t;
        self.why.title(t).unwrap_or(t.get("passkey.title"))
    }

    fn banner(&self) -> Option<String> {
        self.problem.map(|problem| problem.text(self.page.t))
    }
}
