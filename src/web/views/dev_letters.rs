//! Every letter with made-up data, in development only.

use askama::Template;

use super::{Shell, paths};
use crate::web::i18n::Lang;

/// GET [`paths::DEV_LETTERS`].
#[derive(Debug, Template)]
#[template(path = "dev_letters.html")]
pub struct DevLetters<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// All of them.
    pub letters: Vec<LetterRow>,
}

/// One letter in the list.
#[derive(Debug, Clone)]
pub struct LetterRow {
    /// The last segment of its address.
    pub name: &'static str,
    /// Its subject in the language of the page.
    pub subject: String,
}

/// GET `/dev/letters/{name}`.
#[derive(Debug, Template)]
#[template(path = "dev_letter.html")]
pub struct DevLetter<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// The last segment of its address.
    pub name: &'static str,
    /// In each language.
    pub written: Vec<LetterInLanguage>,
}

/// A letter in one language.
#[derive(Debug, Clone)]
pub struct LetterInLanguage {
    /// Which.
    pub lang: Lang,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
}
