//! Mail and text messages that have not left.

use askama::Template;

use crate::flow::admin::outbox::{Mail, Tested, Text};
use crate::model::Timestamp;
use crate::model::permission::Resource;
use crate::web::views::{AdminFrame, Page};

/// GET `?failed=yes`, and POST `do=retry` (`mail_id`), `do=retry-all`, `do=test` (`address`).
#[derive(Debug, Template)]
#[template(path = "admin/outbox.html")]
pub struct AdminOutbox<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Oldest first.
    pub mails: Vec<Mail>,
    /// Oldest first.
    pub texts: Vec<Text>,
    /// Whether only what failed is shown.
    pub failed: bool,
    /// Where a mail to see whether any leaves went to.
    pub address: String,
    /// What came of it.
    pub tested: Option<Tested>,
    /// The moment.
    pub now: Timestamp,
}
