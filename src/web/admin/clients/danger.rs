//! Switching an application off, and removing it.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::{frame, the_client, which};
use crate::flow::admin::clients::{self, Client};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminClientDanger, ClientPart, Refusal, Status, paths};

/// Shows what can be done.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let client = the_client(console).await?;
        draw(console, client, Refusal::default())
    })
    .await
}

fn draw(console: &Console, client: Client, refused: Refusal) -> Answer {
    let status = refused.status();
    let template = AdminClientDanger {
        page: console.page(),
        frame: frame(console, &client, ClientPart::Danger).refused(refused),
        client,
    };
    console.draw_as(status, &template)
}

/// Does it.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let client = the_client(console).await?;
        let (outcome, done) = match form.text("do") {
            "disable" => (
                console.operate::<clients::Disable>(which(&client)).await.map(drop),
                (console.path(), "admin_client.notice_disabled"),
            ),
            "enable" => (
                console.operate::<clients::Enable>(which(&client)).await.map(drop),
                (console.path(), "admin_client.notice_enabled"),
            ),
            "delete" if form.text("typed").trim() != client.client_id => {
                return draw(console, client, Refusal::at("typed", ""));
            }
            "delete" => (
                console.operate::<clients::Delete>(which(&client)).await.map(drop),
                (paths::ADMIN_CLIENTS, "admin.notice_removed"),
            ),
            _ => return Err(Trouble::Status(Status::BadRequest)),
        };
        match outcome {
            Ok(()) => console.done(done.0, done.1),
            Err(refused) => draw(console, client, refusal(refused)?),
        }
    })
    .await
}
