//! A sentence with its arguments, as text or as HTML.

use std::fmt::{self, Display, Formatter};

use askama::filters::{Escaper, Html, HtmlSafe};

/// A sentence from the catalogue and what fills its `{name}` gaps. It prints as plain text; a template escapes it like
/// any other text.
#[derive(Debug, Clone)]
pub struct Phrase {
    text: &'static str,
    arguments: Vec<(&'static str, String)>,
}

impl Phrase {
    pub(super) const fn new(text: &'static str) -> Self {
        Self {
            text,
            arguments: Vec::new(),
        }
    }

    /// Fills `{name}` with `value`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// The sentence as HTML, each argument escaped, set off and isolated, so that a name in another script or a hostile
    /// one cannot disturb the words around it.
    pub const fn rich(self) -> Rich {
        Rich(self)
    }

    /// Walks the sentence; `piece` is told for each part whether it is an argument.
    fn walk(&self, mut piece: impl FnMut(&str, bool) -> fmt::Result) -> fmt::Result {
        let mut rest = self.text;
        while let Some((before, after)) = rest.split_once('{') {
            piece(before, false)?;
            let Some((name, tail)) = after.split_once('}') else {
                return piece(after, false);
            };
            if let Some((_, value)) = self.arguments.iter().find(|(known, _)| *known == name) {
                piece(value, true)?;
            }
            rest = tail;
        }
        piece(rest, false)
    }
}

impl Display for Phrase {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.walk(|text, _| f.write_str(text))
    }
}

/// A [`Phrase`] as HTML; its [`Display`] is escaped already.
#[derive(Debug, Clone)]
pub struct Rich(Phrase);

impl Display for Rich {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.walk(|text, argument| {
            if !argument {
                return Html.write_escaped_str(&mut *f, text);
            }
            f.write_str("<bdi>")?;
            Html.write_escaped_str(&mut *f, text)?;
            f.write_str("</bdi>")
        })
    }
}

impl HtmlSafe for Rich {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_filled_once_and_never_read_as_gaps() {
        let phrase = Phrase::new("{a} and {b}").with("a", "{b}").with("b", "two");
        assert_eq!(phrase.to_string(), "{b} and two");
    }

    #[test]
    fn rich_text_escapes_the_argument() {
        let phrase = Phrase::new("to {app} & on").with("app", "\"><svg onload=x>");
        assert_eq!(
            phrase.rich().to_string(),
            "to <bdi>&#34;&#62;&#60;svg onload=x&#62;</bdi> &#38; on"
        );
    }
}
