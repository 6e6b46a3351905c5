//! Mail that has not left, and settings.

use askama::Template;

use crate::flow::admin::outbox::Mail;
use crate::flow::admin::settings::{Setting, Source};
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

/// A part of the settings.
#[derive(Debug, Clone)]
pub struct SettingGroup {
    /// Its name in the file; empty for what stands at its head.
    pub name: String,
    /// What is in it.
    pub settings: Vec<Setting>,
}

/// GET [`crate::web::views::paths::ADMIN_SETTINGS`].
#[derive(Debug, Template)]
#[template(path = "admin/settings.html")]
pub struct AdminSettings<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// In the order of the file.
    pub groups: Vec<SettingGroup>,
}

impl AdminSettings<'_> {
    fn source(&self, source: &Source) -> (&'static str, &'static str) {
        match source {
            Source::Default => ("plain", "admin_settings.from_default"),
            Source::File => ("accent", "admin_settings.from_file"),
            Source::Environment => ("warn", "admin_settings.from_environment"),
        }
    }

    fn value(&self, value: &serde_json::Value) -> String {
        match value {
            serde_json::Value::String(text) if text.is_empty() => "\"\"".to_owned(),
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}
