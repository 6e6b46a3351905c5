//! Samples of the settings' pages.

use serde_json::json;

use super::*;
use crate::flow::admin::settings::{Setting, Source};
use crate::settings::Settings;

/// One page for each kind of value, as somebody changes it, and one that cannot be changed.
pub fn all(lang: Lang, add: Add<'_>) {
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
            Refusal::at("values", HOSTILE),
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
    for (name, key, entered, refused) in kinds {
        let told = settings.told.iter().find(|told| told.key == key).unwrap();
        let mut setting = Setting::from(told);
        if key == "accounts.block_disposable" {
            setting.source = Source::Database;
        }
        let template = AdminSetting {
            page: page(lang),
            frame: frame(AdminSection::Settings)
                .titled(key.to_owned())
                .crumb(AdminSection::Settings.label(), paths::ADMIN_SETTINGS)
                .refused(refused),
            setting,
            entered,
            revision: "0123456789abcdef".to_owned(),
        };
        add(name, &template);
    }
}
