//! `response_mode=form_post`: a form that sends the answer to the client (OAuth 2.0 Form Post Response Mode).

use askama::Template;

use super::Shell;

/// The form has no CSRF token and posts to the client, so its page needs `form-action` for the client's origin.
#[derive(Debug, Template)]
#[template(path = "form_post.html")]
pub struct FormPost<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// The client's redirect URI.
    pub action: &'a str,
    /// The parameters of the answer.
    pub fields: Vec<(String, String)>,
}
