//! The page for an authorization or logout request that may not be answered at the client (RFC 6749 §4.1.2.1).

use askama::Template;

use super::Shell;

/// Shown on our own origin; never sends anybody anywhere.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// The registered error code, for developers.
    pub code: &'a str,
    /// What exactly is wrong, in English, for developers. No secret, nothing about a person.
    pub detail: &'a str,
    /// The id that the logs carry.
    pub request_id: &'a str,
}

impl ErrorPage<'_> {
    /// What it means for the person in front of it.
    fn explanation(&self) -> &'static str {
        self.page.t.get(match self.code {
            "access_denied" => "error.access_denied",
            "invalid_client" | "unauthorized_client" => "error.client",
            "server_error" | "temporarily_unavailable" => "error.server",
            _ => "error.request",
        })
    }

    /// Whether to try again is worth it: only the server's own faults pass by themselves.
    fn is_ours(&self) -> bool {
        matches!(self.code, "server_error" | "temporarily_unavailable")
    }
}
