//! The front page.

use askama::Template;

use super::{Shell, paths};

/// GET [`paths::HOME`].
#[derive(Debug, Template)]
#[template(path = "welcome.html")]
pub struct Welcome<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// The e-mail address of who is signed in.
    pub signed_in: Option<&'a str>,
    /// Whether strangers may make accounts here.
    pub sign_up_open: bool,
    /// What a developer wants to see; `None` outside development.
    pub development: Option<DevCard<'a>>,
}

/// The card for developers.
#[derive(Debug, Clone, Copy)]
pub struct DevCard<'a> {
    /// The issuer, as a client needs it.
    pub issuer: &'a str,
}
