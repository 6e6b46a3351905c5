//! The secrets of an application.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::{frame, the_client, which};
use crate::flow::admin::clients::{self, Client, RotateSecretInput};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminClientSecrets, ClientPart, Refusal, Status};

/// Shows whether there is one, and until when the one before counts.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let client = the_client(console).await?;
        draw(console, client, None, Refusal::default())
    })
    .await
}

fn draw(console: &Console, client: Client, secret: Option<String>, refused: Refusal) -> Answer {
    let status = refused.status();
    let template = AdminClientSecrets {
        page: console.page(),
        frame: frame(console, &client, ClientPart::Secrets).refused(refused),
        client,
        secret,
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Makes another one, or ends the one before.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let client = the_client(console).await?;
        match form.text("do") {
            "rotate" => {
                let Ok(overlap) = form.text("overlap_seconds").parse() else {
                    return draw(
                        console,
                        client,
                        None,
                        Refusal::at("overlap_seconds", "a number of seconds"),
                    );
                };
                let input = RotateSecretInput {
                    client_id: client.client_id.clone(),
                    overlap_seconds: Some(overlap),
                };
                match console.operate::<clients::RotateSecret>(input).await {
                    Ok(rotated) => draw(console, rotated.client, Some(rotated.client_secret), Refusal::default()),
                    Err(refused) => draw(console, client, None, refusal(refused)?),
                }
            }
            "end" => match console.operate::<clients::EndPreviousSecret>(which(&client)).await {
                Ok(_) => console.done(console.path(), "admin_client.notice_ended"),
                Err(refused) => draw(console, client, None, refusal(refused)?),
            },
            _ => Err(Trouble::Status(Status::BadRequest)),
        }
    })
    .await
}
