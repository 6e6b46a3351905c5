//! Pages that every part of the console has: a question that is answered by typing a name, a secret that is shown once, and what
//! was typed while nobody was signed in any more.

use askama::Template;

use super::AdminFrame;
use crate::web::views::Page;

/// A question before something that cannot be undone. POST to the same address: `typed`.
#[derive(Debug, Template)]
#[template(path = "admin/confirm.html")]
pub struct AdminConfirm<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What happens, as a key.
    pub lead: &'static str,
    /// What is to be typed.
    pub name: &'a str,
    /// The words of the button, as a key.
    pub button: &'static str,
    /// The way out.
    pub back: &'a str,
}

/// A secret, shown this once.
#[derive(Debug, Template)]
#[template(path = "admin/secret.html")]
pub struct AdminSecret<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What to do with it, as a key.
    pub lead: &'static str,
    /// The secret.
    pub secret: &'a str,
    /// Where to go on.
    pub back: &'a str,
}

/// What was typed, kept until somebody is signed in again. POST goes on where it was sent.
#[derive(Debug, Template)]
#[template(path = "admin/kept.html")]
pub struct AdminKept<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where it was sent.
    pub here: &'a str,
    /// Where to sign in, in another tab.
    pub sign_in: &'a str,
    /// The fields.
    pub fields: Vec<(&'a str, &'a str)>,
}
