//! Mail that has not left.

use askama::Template;

use crate::flow::admin::outbox::Mail;
use crate::model::Timestamp;
use crate::model::permission::Resource;
use crate::web::views::{AdminFrame, Page};

/// GET `?failed=yes`, and POST `do=retry` (`mail_id`), `do=retry-all`.
#[derive(Debug, Template)]
#[template(path = "admin/outbox.html")]
pub struct AdminOutbox<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Oldest first.
    pub mails: Vec<Mail>,
    /// Whether only what failed is shown.
    pub failed: bool,
    /// The moment.
    pub now: Timestamp,
}
