//! Pages for plain HTTP statuses.

use askama::Template;

use super::{Shell, paths};

/// A status that a person may meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 400: the form or address makes no sense.
    BadRequest,
    /// 403: signed in, but not allowed.
    Forbidden,
    /// 403: the form was open too long, or its CSRF token belongs to another session.
    FormExpired,
    /// 404.
    NotFound,
    /// 405: an address that is only posted to was opened, or the other way round.
    MethodNotAllowed,
    /// 413.
    TooLarge,
    /// 429.
    TooManyRequests {
        /// Seconds until the next try is taken.
        retry_after: u64,
    },
    /// 500.
    Internal,
    /// 503.
    Unavailable,
}

impl Status {
    /// The HTTP status code.
    pub const fn code(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Forbidden | Self::FormExpired => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooLarge => 413,
            Self::TooManyRequests { .. } => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::BadRequest => ("status.bad_request", "status.bad_request_text"),
            Self::Forbidden => ("status.forbidden", "status.forbidden_text"),
            Self::FormExpired => ("status.form_expired", "status.form_expired_text"),
            Self::NotFound => ("status.not_found", "status.not_found_text"),
            Self::MethodNotAllowed => ("status.method_not_allowed", "status.method_not_allowed_text"),
            Self::TooLarge => ("status.too_large", "status.too_large_text"),
            Self::TooManyRequests { .. } => ("status.too_many_requests", "status.too_many_requests_text"),
            Self::Internal => ("status.internal", "status.internal_text"),
            Self::Unavailable => ("status.unavailable", "status.unavailable_text"),
        }
    }
}

/// One page for all of them.
#[derive(Debug, Template)]
#[template(path = "status.html")]
pub struct StatusPage<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// Which.
    pub status: Status,
    /// The id that the logs carry.
    pub request_id: &'a str,
    /// The way out: a path of ours to try again at; `None` leads to the front page.
    pub retry: Option<&'a str>,
}

impl StatusPage<'_> {
    fn title(&self) -> &'static str {
        self.page.t.get(self.status.keys().0)
    }

    fn text(&self) -> String {
        let t = self.page.t;
        let phrase = t.say(self.status.keys().1);
        match self.status {
            Status::TooManyRequests { retry_after } => phrase.with("wait", t.wait(retry_after)).to_string(),
            _ => phrase.to_string(),
        }
    }
}
