//! Settings, and those that change while Passgate runs.

use actix_web::HttpResponse;
use actix_web::web::Payload;
use serde_json::Value;

use super::console::{Answer, Console, changed, refusal, shown};
use crate::flow::admin::settings::{self, Changes, Setting};
use crate::flow::admin::{Nothing, Operation as _, Page};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::pages::OwnForm;
use crate::web::views::{
    AdminSection, AdminSetting, AdminSettings, Refusal, SettingGroup, Status, paths, setting_field,
};

/// Shows the settings in force.
pub async fn get_all(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let mut groups: Vec<SettingGroup> = Vec::new();
        for setting in console.operate::<settings::List>(Nothing {}).await?.items {
            let name = setting.key.split_once('.').map_or("", |(section, _)| section);
            match groups.last_mut() {
                Some(group) if group.name == name => group.settings.push(setting),
                _ => groups.push(SettingGroup {
                    name: name.to_owned(),
                    settings: vec![setting],
                }),
            }
        }
        console.draw(&AdminSettings {
            page: console.page(),
            frame: console.frame(AdminSection::Settings),
            groups,
        })
    })
    .await
}

/// Shows one, with the form that changes it.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let (setting, revision) = find(console).await?;
        let entered = setting.value.clone().unwrap_or_default();
        draw(console, setting, entered, &revision, Refusal::default())
    })
    .await
}

/// Changes one, or takes its change back.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let (setting, revision) = find(console).await?;
        let wanted = match form.text("do") {
            "save" => match read(&setting, form) {
                Ok(value) => Some(value),
                Err(kind) => {
                    let typed = form.text("value").into();
                    let wrong = Refusal::at("values", &format!("{} is {kind}", setting.key));
                    return draw(console, setting, typed, &revision, wrong);
                }
            },
            "reset" => None,
            _ => return Err(Trouble::Status(Status::BadRequest)),
        };
        let changes = Changes {
            values: [(setting.key.clone(), wanted.clone())].into(),
        };
        match console
            .operate_at::<settings::Update>(form.text("revision"), changes)
            .await
        {
            Ok(_) => console.done(console.path(), "admin.notice_saved"),
            Err(refused) => {
                let typed = wanted.unwrap_or_default();
                let now = setting.value.as_ref().map(setting_field).unwrap_or_default();
                let refused = refusal(refused)?.beside([("admin_settings.value", setting_field(&typed), now)]);
                draw(console, setting, typed, &revision, refused)
            }
        }
    })
    .await
}

/// The setting of the path, and the revision of all.
async fn find(console: &Console) -> Result<(Setting, String), Trouble> {
    let all: Page<Setting> = console.operate::<settings::List>(Nothing {}).await?;
    let revision = settings::List::revision(&all).unwrap_or_default();
    let mut items = all.items.into_iter();
    let found = items.find(|setting| setting.key == console.part("key"));
    Ok((found.ok_or(Trouble::Status(Status::NotFound))?, revision))
}

/// The value that a form says: ticked words where only some are taken, else what was typed.
fn read(setting: &Setting, form: &OwnForm) -> Result<Value, &'static str> {
    match &setting.default {
        Value::Array(_) if !setting.choices.is_empty() => {
            let words = setting.choices.iter();
            Ok(words
                .filter(|word| form.has(&format!("value-{word}")))
                .cloned()
                .collect())
        }
        _ => setting.read(form.text("value")),
    }
}

fn draw(console: &Console, setting: Setting, entered: Value, revision: &str, refused: Refusal) -> Answer {
    let status = refused.status();
    let template = AdminSetting {
        page: console.page(),
        frame: console
            .frame(AdminSection::Settings)
            .titled(setting.key.clone())
            .crumb(AdminSection::Settings.label(), paths::ADMIN_SETTINGS)
            .refused(refused),
        setting,
        entered,
        revision: revision.to_owned(),
    };
    console.draw_as(status, &template)
}
