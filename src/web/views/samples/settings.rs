//! Samples of the settings' pages.

use serde_json::json;

use super::pages::*;
use crate::flow::admin::settings::{Setting, Source};
use crate::settings::Settings;
use crate::web::i18n::Lang;
use crate::web::views::*;

/// One page for each kind of value, as somebody changes it, and one that cannot be changed.
pub(super) fn all(lang: Lang) -> Samples {
    let settings = Settings::load(None, std::iter::empty()).unwrap();
    let kinds = [
        (
            "admin-setting-word",
            "accounts.sign_up",
            json!("invitation"),
            Refusal::default(),
        ),
        (
            "admin-setting-lines",
            "accounts.allowed_domains",
            json!(["acme.example"]),
            Refusal::default(),
        ),
        (
            "admin-setting-switch",
            "accounts.block_disposable",
            json!(true),
            Refusal::default(),
        ),
        (
            "admin-setting-words",
            "second_factor.methods",
            json!([]),
            Refusal::at("values", super::HOSTILE),
        ),
        (
            "admin-setting-number",
            "tokens.code_seconds",
            json!("many"),
            Refusal::at("values", "a whole number"),
        ),
        (
            "admin-setting-fixed",
            "listen",
            json!("127.0.0.1:8080"),
            Refusal::default(),
        ),
    ];
    let draw = |(name, key, entered, refused): (&'static str, &str, serde_json::Value, Refusal)| {
        let told = settings.told.iter().find(|told| told.key == key).unwrap();
        let mut setting = Setting::from(told);
        if key == "accounts.block_disposable" {
            setting.source = Source::Database;
        }
        let template = AdminSetting {
            page: page(lang),
            frame: super::desk::frame(AdminSection::Settings)
                .titled(key.to_owned())
                .crumb(AdminSection::Settings.label(), paths::ADMIN_SETTINGS)
                .refused(refused),
            setting,
            entered,
            revision: "0123456789abcdef".to_owned(),
        };
        (name, template.html())
    };
    kinds.into_iter().map(draw).collect()
}
