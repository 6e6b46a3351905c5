//! Every setting of an application.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::{form, frame, the_client};
use crate::flow::admin::clients::{self, Client};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::views::{AdminClientSecrets, AdminClientSettings, ClientPart, ClientValues, Refusal};

/// Shows them.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let client = the_client(console).await?;
        let values = form::values(&client.settings);
        draw(console, client, values, Refusal::default())
    })
    .await
}

fn draw(console: &Console, client: Client, values: ClientValues, refused: Refusal) -> Answer {
    let status = refused.status();
    let template = AdminClientSettings {
        page: console.page(),
        frame: frame(console, &client, ClientPart::Settings).refused(refused),
        client,
        values,
    };
    console.draw_as(status, &template)
}

/// Changes them. One that becomes confidential gets a secret, which is shown.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, sent| {
        let client = the_client(console).await?;
        let values = form::read(sent);
        let changes = match form::changes(&client.client_id, &values) {
            Ok(changes) => changes,
            Err(refused) => return draw(console, client, values, refused),
        };
        match console
            .operate_at::<clients::Update>(sent.text("revision"), changes)
            .await
        {
            Ok(updated) if updated.client_secret.is_some() => console.draw(&AdminClientSecrets {
                page: console.page(),
                frame: frame(console, &updated.client, ClientPart::Secrets),
                client: updated.client,
                secret: updated.client_secret,
                now: console.now(),
            }),
            Ok(_) => console.done(console.path(), "admin.notice_saved"),
            Err(refused) => {
                let beside = values.beside(&form::values(&client.settings));
                draw(console, client, values, refusal(refused)?.beside(beside))
            }
        }
    })
    .await
}
