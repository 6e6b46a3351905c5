//! Captured mail, in development only.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{Shell, paths};

/// GET [`paths::DEV_MAIL`].
#[derive(Debug, Template)]
#[template(path = "dev_mail_list.html")]
pub struct DevMailList<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// Newest first.
    pub mails: Vec<MailRow>,
    /// Now, to which times are told.
    pub now: DateTime<Utc>,
}

/// One captured mail in the list.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// The last segment of its address: letters, digits, `-` and `_`.
    pub id: String,
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// When it was written.
    pub sent: DateTime<Utc>,
}

/// GET `/dev/mail/{id}`.
#[derive(Debug, Template)]
#[template(path = "dev_mail.html")]
pub struct DevMail<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// The sender.
    pub from: &'a str,
    /// The recipient.
    pub to: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// When it was written.
    pub sent: DateTime<Utc>,
    /// The text part.
    pub body: &'a str,
    /// Our own `public_url`: only links below it can be clicked.
    pub public_url: &'a str,
}

/// A stretch of a mail's text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

impl DevMail<'_> {
    fn pieces(&self) -> Vec<Piece<'_>> {
        linkify(self.body, self.public_url)
    }
}

/// Splits `body` at the links that lead to `public_url` itself or below it.
fn linkify<'b>(body: &'b str, public_url: &str) -> Vec<Piece<'b>> {
    let base = public_url.trim_end_matches('/');
    let mut pieces = Vec::new();
    let mut rest = body;
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|tail| tail.find(base)).map(|at| at + from) {
        let (before, link) = rest.split_at(found);
        let end = link
            .find(|c: char| c.is_whitespace() || "<>\"'".contains(c))
            .unwrap_or(link.len());
        let (link, after) = link.split_at(end);
        let below = link.get(base.len()..).unwrap_or_default();
        // `http://localhost:8080` must not vouch for `http://localhost:8080.evil.test`.
        if base.is_empty() || !(below.is_empty() || below.starts_with(['/', '?', '#'])) {
            from = found + end.max(1);
            continue;
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Link(link));
        (rest, from) = (after, 0);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::Piece::{Link, Text};
    use super::*;

    #[test]
    fn only_links_to_ourselves_can_be_clicked() {
        let body = "go http://localhost:8080/verify-email?token=x\nor https://evil.test/http";
        let expected = vec![
            Text("go "),
            Link("http://localhost:8080/verify-email?token=x"),
            Text("\nor https://evil.test/http"),
        ];
        assert_eq!(linkify(body, "http://localhost:8080/"), expected);
    }

    #[test]
    fn a_longer_host_is_not_ours() {
        for body in [
            "http://localhost:8080.evil.test/",
            "http://localhost:80801/",
            "http://localhost:8080@evil.test/",
        ] {
            assert_eq!(linkify(body, "http://localhost:8080"), vec![Text(body)]);
        }
        assert_eq!(linkify("é", ""), vec![Text("é")]);
    }
}
