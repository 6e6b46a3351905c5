//! Switching a person off and on, and removing them.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::{person, which};
use crate::flow::admin::users;
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminConfirm, AdminUserDanger, Refusal, Status, UserTab, paths, user_path};

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, Refusal::default()).await).await
}

async fn draw(console: &Console, refused: Refusal) -> Answer {
    let status = refused.status();
    let (user, frame) = person(console, UserTab::Danger, refused).await?;
    let template = AdminUserDanger {
        page: console.page(),
        frame,
        user,
    };
    console.draw_as(status, &template)
}

/// Switches off or on.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let (outcome, words) = match form.text("do") {
            "disable" => (
                console.operate::<users::Disable>(which(console)).await,
                "admin_users.notice_disabled",
            ),
            "enable" => (
                console.operate::<users::Enable>(which(console)).await,
                "admin_users.notice_enabled",
            ),
            _ => return Err(Trouble::Status(Status::BadRequest)),
        };
        match outcome {
            Ok(_) => console.done(console.path(), words),
            Err(refused) => draw(console, refusal(refused)?).await,
        }
    })
    .await
}

/// Asks before the removal.
pub async fn question(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| ask(console, Refusal::default()).await).await
}

async fn ask(console: &Console, refused: Refusal) -> Answer {
    if !console.may::<users::Delete>() {
        return Err(Trouble::Status(Status::Forbidden));
    }
    let status = refused.status();
    let (user, frame) = person(console, UserTab::Danger, refused).await?;
    let template = AdminConfirm {
        page: console.page(),
        frame,
        lead: "admin_users.delete_lead",
        name: &user.email,
        button: "admin_users.delete",
        back: &format!("{}{}", user_path(&user), UserTab::Danger.below()),
    };
    console.draw_as(status, &template)
}

/// Removes the person whose address was typed.
pub async fn delete(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let user = console.operate::<users::Show>(which(console)).await?;
        if !form.text("typed").trim().eq_ignore_ascii_case(&user.email) {
            return ask(console, Refusal::at("typed", "")).await;
        }
        match console.operate::<users::Delete>(which(console)).await {
            Ok(_) => console.done(paths::ADMIN_USERS, "admin_users.notice_deleted"),
            Err(refused) => ask(console, refusal(refused)?).await,
        }
    })
    .await
}
