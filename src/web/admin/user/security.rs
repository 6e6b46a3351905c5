//! Password and factors.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::{id, person, which};
use crate::flow::admin::users::{self, NewPassword, WhichFactor};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminSecret, AdminUserSecurity, Refusal, Status, UserTab};

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, Refusal::default()).await).await
}

async fn draw(console: &Console, refused: Refusal) -> Answer {
    let status = refused.status();
    let (_, frame) = person(console, UserTab::Security, refused).await?;
    let template = AdminUserSecurity {
        page: console.page(),
        frame,
        factors: console.operate::<users::ListFactors>(which(console)).await?,
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Sets a password, asks for another one, removes a factor, or makes a link for who lost them all.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let (outcome, words) = match form.text("do") {
            "recovery-link" => return recovery_link(console).await,
            "remove-factor" => {
                let input = WhichFactor {
                    user_id: id(console),
                    factor: form.text("factor").to_owned(),
                    factor_id: form.text("id").to_owned(),
                };
                let removed = console.operate::<users::RemoveFactor>(input).await;
                (removed.map(drop), "admin_users.notice_factor_removed")
            }
            "require-change" => {
                let asked = console.operate::<users::RequireChange>(which(console)).await;
                (asked.map(drop), "admin_users.notice_require_change")
            }
            "password" => {
                let input = NewPassword {
                    user_id: id(console),
                    password: Some(form.text("password").to_owned()),
                    password_hash: None,
                    require_change: form.has("require_change"),
                    keep_sessions: form.has("keep_sessions"),
                };
                let set = console.operate::<users::SetPassword>(input).await;
                (set.map(drop), "admin_users.notice_password")
            }
            _ => return Err(Trouble::Status(Status::BadRequest)),
        };
        match outcome {
            Ok(()) => console.done(console.path(), words),
            Err(refused) => draw(console, refusal(refused)?).await,
        }
    })
    .await
}

async fn recovery_link(console: &Console) -> Answer {
    match console.operate::<users::CreateRecoveryLink>(which(console)).await {
        Err(refused) => draw(console, refusal(refused)?).await,
        Ok(made) => {
            let (_, frame) = person(console, UserTab::Security, Refusal::default()).await?;
            console.draw(&AdminSecret {
                page: console.page(),
                frame,
                lead: "admin_users.lost_once",
                secret: &made.link,
                back: console.path(),
            })
        }
    }
}
