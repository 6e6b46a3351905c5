//! The claims that an application gets beside the usual ones, looked at before they are kept.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::{frame, the_client};
use crate::flow::admin::clients::{self, Changes, Client, Mapping, Preview, Previewed};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminClientClaims, ClientPart, PreviewedClaims, Refusal, Status};

/// What the page shows beside the application.
#[derive(Default)]
struct Shown {
    mappings: String,
    person: String,
    preview: Option<PreviewedClaims>,
    refused: Refusal,
}

/// Shows them.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let client = the_client(console).await?;
        let shown = Shown {
            mappings: text(&client.settings.claim_mappings.clone().unwrap_or_default()),
            ..Shown::default()
        };
        draw(console, client, shown)
    })
    .await
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn draw(console: &Console, client: Client, shown: Shown) -> Answer {
    let status = shown.refused.status();
    let template = AdminClientClaims {
        page: console.page(),
        frame: frame(console, &client, ClientPart::Claims).refused(shown.refused),
        client,
        mappings: shown.mappings,
        person: shown.person,
        preview: shown.preview,
        may_preview: console.may::<clients::PreviewClaims>(),
    };
    console.draw_as(status, &template)
}

/// Keeps them, or shows what somebody's tokens would say with them.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let client = the_client(console).await?;
        let mut shown = Shown {
            mappings: form.text("claim_mappings").to_owned(),
            person: form.text("user_id").trim().to_owned(),
            ..Shown::default()
        };
        let given = match shown.mappings.trim() {
            "" => "[]",
            text => text,
        };
        let mappings = match serde_json::from_str::<Vec<Mapping>>(given) {
            Ok(mappings) => mappings,
            Err(error) => {
                shown.refused = Refusal::at("claim_mappings", &error.to_string());
                return draw(console, client, shown);
            }
        };
        match form.text("do") {
            "save" => {
                let changes = Changes {
                    client_id: client.client_id.clone(),
                    claim_mappings: Some(mappings),
                    ..Changes::default()
                };
                match console
                    .operate_at::<clients::Update>(form.text("revision"), changes)
                    .await
                {
                    Ok(_) => return console.done(console.path(), "admin.notice_saved"),
                    Err(refused) => {
                        let theirs = text(&client.settings.claim_mappings.clone().unwrap_or_default());
                        let beside = [("admin_client.claim_mappings", shown.mappings.clone(), theirs)];
                        shown.refused = refusal(refused)?.beside(beside);
                    }
                }
            }
            "preview" => {
                let input = Preview {
                    client_id: client.client_id.clone(),
                    user_id: shown.person.clone(),
                    claim_mappings: Some(mappings),
                    scope: None,
                };
                match console.operate::<clients::PreviewClaims>(input).await {
                    Ok(found) => shown.preview = Some(previewed(&shown.person, &found)),
                    // The application is there: it was read above.
                    Err(refused) if refused.code() == crate::flow::admin::Code::NotFound => {
                        shown.refused = Refusal::saying("user_id", "admin_client.no_such_person");
                    }
                    Err(refused) => shown.refused = refusal(refused)?,
                }
            }
            _ => return Err(Trouble::Status(Status::BadRequest)),
        }
        draw(console, client, shown)
    })
    .await
}

fn previewed(person: &str, found: &Previewed) -> PreviewedClaims {
    PreviewedClaims {
        person: person.to_owned(),
        access_token: text(&found.access_token),
        id_token: found.id_token.as_ref().map(text),
        userinfo: found.userinfo.as_ref().map(text),
        left_out: found.left_out.clone(),
    }
}
