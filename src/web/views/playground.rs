//! The playground: a small relying party that shows each step of a sign-in. Development only.

use askama::Template;

use super::{Page, paths};

/// GET and POST [`paths::PLAYGROUND`]. Posts `csrf`, `scope` (once for each) and `prompt` (empty, `login`, `consent`,
/// `none`).
#[derive(Debug, Template)]
#[template(path = "playground.html")]
pub struct Playground<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The scopes to choose from; the flag says whether it is ticked.
    pub scopes: Vec<(String, bool)>,
    /// The issuer, which is all that a client library needs.
    pub issuer: &'a str,
    /// The client id the playground uses.
    pub client_id: &'a str,
}

/// What came of it. Posts `csrf` to [`paths::PLAYGROUND_REFRESH`] and [`paths::PLAYGROUND_SIGN_OUT`].
#[derive(Debug, Template)]
#[template(path = "playground_result.html")]
pub struct PlaygroundResult<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Whether all went well.
    pub success: bool,
    /// The two claims an API authorises on, as the verified access token has them.
    pub role_and_plan: Option<(String, String)>,
    /// Everything that happened, in order.
    pub steps: Vec<Step>,
    /// Whether there is a refresh token to use.
    pub can_refresh: bool,
}

/// One step of the sign-in.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// A few words.
    pub title: String,
    /// What happens here and why.
    pub explain: String,
    /// Parameters.
    pub rows: Vec<Row>,
    /// A document, pretty-printed.
    pub json: Option<String>,
    /// What was verified.
    pub checks: Vec<Check>,
}

/// One parameter or claim.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its value; secrets are shortened by the caller.
    pub value: String,
    /// One sentence about it; may be empty.
    pub explain: String,
    /// Whether it is among what the page wants to show most (`role`, `plan`).
    pub highlight: bool,
}

/// One verification.
#[derive(Debug, Clone)]
pub struct Check {
    /// Whether it held.
    pub ok: bool,
    /// What was verified.
    pub text: String,
}

impl PlaygroundResult<'_> {
    /// The icon beside a verification.
    const fn mark(&self, check: &Check) -> &'static str {
        if check.ok { "check" } else { "cross" }
    }
}
