//! Work that a browser does before it may try, while somebody guesses.

use askama::Template;

use super::Way;
use crate::web::views::Page;

/// What a browser is to work on: `pow.js` finds it at the hidden field `pow` and fills that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work<'a> {
    /// The text to which a number is added.
    pub challenge: &'a str,
    /// The zero bits that the digest must begin with.
    pub difficulty: u32,
}

/// A page that only asks for work: where a form came without it, before it is looked at.
///
/// Posts `csrf`, `journey`, `flow`, `pow` and [`ProveWork::fields`] to [`Way::action`]. With scripts it sends itself off as
/// soon as the work is done.
#[derive(Debug, Template)]
#[template(path = "journey/work.html")]
pub struct ProveWork<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where to; its work is what the page is about.
    pub way: Way<'a>,
    /// What the form said that came without work. No passwords and no codes: the next page asks for them again.
    pub fields: Vec<(&'a str, &'a str)>,
}
