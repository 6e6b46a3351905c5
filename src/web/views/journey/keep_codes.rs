//! Recovery codes, shown once.

use askama::Template;
use url::form_urlencoded;

use super::Way;
use crate::web::views::Page;

/// Posts `csrf`, `journey`, `flow` and `saved=yes`. The file is a link that holds the codes themselves, so that saving them
/// needs neither scripts nor another answer of ours.
#[derive(Debug, Template)]
#[template(path = "journey/keep_codes.html")]
pub struct KeepCodes<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// Where its form posts.
    pub way: Way<'a>,
    /// Whose they are: stands in the file and on paper.
    pub account: &'a str,
    /// The codes, as people type them.
    pub codes: &'a [String],
    /// Whether the codes that the person had before are worth nothing now.
    pub replaces: bool,
}

impl KeepCodes<'_> {
    /// The codes, one a line, for the clipboard.
    fn lines(&self) -> String {
        self.codes.join("\n")
    }

    /// The file, as a `data:` address.
    fn file(&self) -> String {
        let heading = self
            .page
            .t
            .say("keep_codes.file_heading")
            .with("brand", self.page.brand)
            .with("account", self.account);
        let text = format!("{heading}\r\n\r\n{}\r\n", self.codes.join("\r\n"));
        // Form encoding writes a space as a plus sign; everything else it escapes is escaped here too.
        let escaped: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        format!("data:text/plain;charset=utf-8,{}", escaped.replace('+', "%20"))
    }
}
