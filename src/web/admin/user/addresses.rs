//! The addresses.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::{id, person, which};
use crate::flow::admin::users::{self, EmailInput, WhichEmail};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::views::{AdminUserAddresses, Refusal, UserTab};

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, "", Refusal::default()).await).await
}

async fn draw(console: &Console, typed: &str, refused: Refusal) -> Answer {
    let status = refused.status();
    let (_, frame) = person(console, UserTab::Addresses, refused).await?;
    let template = AdminUserAddresses {
        page: console.page(),
        frame,
        addresses: console.operate::<users::ListEmails>(which(console)).await?.items,
        typed,
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Adds one, removes one, or makes one the primary one.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let (act, email) = (form.text("do"), form.text("email"));
        let (user_id, email_text) = (id(console), email.to_owned());
        let (outcome, words) = if act == "remove" {
            let input = WhichEmail {
                user_id,
                email: email_text,
            };
            let removed = console.operate::<users::RemoveEmail>(input).await;
            (removed.map(drop), "admin_users.notice_address_removed")
        } else {
            let input = EmailInput {
                user_id,
                email: email_text,
                primary: act == "primary" || form.has("primary"),
            };
            let words = match act {
                "primary" => "admin_users.notice_address_primary",
                _ => "admin_users.notice_address_added",
            };
            (console.operate::<users::AddEmail>(input).await.map(drop), words)
        };
        match outcome {
            Ok(()) => console.done(console.path(), words),
            Err(refused) => draw(console, if act == "add" { email } else { "" }, refusal(refused)?).await,
        }
    })
    .await
}
