//! Settings.

use askama::Template;
use serde_json::Value;

use crate::flow::admin::settings::{Setting, Source};
use crate::model::permission::Resource;
use crate::web::i18n::{Lang, settings};
use crate::web::views::{AdminFrame, Page, paths};

/// A part of the settings.
#[derive(Debug, Clone)]
pub struct SettingGroup {
    /// Its name in the file; empty for what stands at its head.
    pub name: String,
    /// What is in it.
    pub settings: Vec<Setting>,
}

/// GET [`paths::ADMIN_SETTINGS`].
#[derive(Debug, Template)]
#[template(path = "admin/settings/list.html")]
pub struct AdminSettings<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// In the order of the file.
    pub groups: Vec<SettingGroup>,
}

/// GET and POST [`paths::ADMIN_SETTING`]: `do=save` with `value`, or one `value-WORD` for each word of a list, or `do=reset`;
/// `revision` is that of all settings.
#[derive(Debug, Template)]
#[template(path = "admin/settings/one.html")]
pub struct AdminSetting<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// As it is in force.
    pub setting: Setting,
    /// What the field holds.
    pub entered: Value,
    /// Of all settings, as they were when the page was drawn.
    pub revision: String,
}

impl AdminSettings<'_> {
    fn href(&self, setting: &Setting) -> String {
        paths::ADMIN_SETTING.replace("{key}", &setting.key)
    }
}

impl AdminSetting<'_> {
    fn is_changed(&self) -> bool {
        self.setting.source == Source::Database
    }

    fn is_on(&self) -> bool {
        self.entered == true
    }

    fn holds(&self, word: &str) -> bool {
        match &self.entered {
            Value::Array(words) => words.iter().any(|one| one == word),
            one => *one == word,
        }
    }

    fn text(&self) -> String {
        entered(&self.entered)
    }
}

/// A value as a field holds it: a list as lines, everything else as it is written.
pub fn entered(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("\n"),
        one => shown(one),
    }
}

/// What a setting is about, and in which language that is said.
fn about(lang: Lang, setting: &Setting) -> (String, &'static str) {
    match settings::about(lang, &setting.key) {
        Some(text) => (text.to_owned(), lang.tag()),
        None => (setting.explanation.clone(), Lang::En.tag()),
    }
}

fn source(source: Source) -> (&'static str, &'static str) {
    match source {
        Source::Default => ("plain", "admin_settings.from_default"),
        Source::Database => ("good", "admin_settings.from_database"),
        Source::File => ("accent", "admin_settings.from_file"),
        Source::Environment => ("warn", "admin_settings.from_environment"),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        other => shown(other),
    }
}
