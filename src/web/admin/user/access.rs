//! Where a person is signed in, and what they let applications have.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::{id, person, which};
use crate::flow::admin::users::{self, WhichGrant, WhichSession};
use crate::web::account::device;
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminUserGrants, AdminUserSessions, Refusal, Status, UserTab};

/// Shows the sessions.
pub async fn get_sessions(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| sessions(console, Refusal::default()).await).await
}

async fn sessions(console: &Console, refused: Refusal) -> Answer {
    let status = refused.status();
    let (_, frame) = person(console, UserTab::Sessions, refused).await?;
    let live = console.operate::<users::ListSessions>(which(console)).await?;
    let named = live.items.into_iter().map(|session| {
        let device = device::describe(&session.user_agent);
        (session, device)
    });
    let template = AdminUserSessions {
        page: console.page(),
        frame,
        own: console.session(),
        sessions: named.collect(),
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Ends one, or all of them.
pub async fn post_sessions(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let (outcome, words) = if form.text("do") == "end-all" {
            let ended = console.operate::<users::EndSessions>(which(console)).await;
            (ended, "admin_users.notice_sessions_ended")
        } else {
            let session_id = form.uuid("session").ok_or(Trouble::Status(Status::BadRequest))?;
            let user_id = id(console);
            let ended = console
                .operate::<users::EndSession>(WhichSession { user_id, session_id })
                .await;
            (ended, "admin_users.notice_session_ended")
        };
        match outcome {
            Ok(_) => console.done(console.path(), words),
            Err(refused) => sessions(console, refusal(refused)?).await,
        }
    })
    .await
}

/// Shows the grants.
pub async fn get_grants(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| grants(console, Refusal::default()).await).await
}

async fn grants(console: &Console, refused: Refusal) -> Answer {
    let status = refused.status();
    let (_, frame) = person(console, UserTab::Grants, refused).await?;
    let template = AdminUserGrants {
        page: console.page(),
        frame,
        grants: console.operate::<users::ListGrants>(which(console)).await?.items,
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Takes one back.
pub async fn post_grants(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let input = WhichGrant {
            user_id: id(console),
            client_id: form.text("client").to_owned(),
        };
        match console.operate::<users::RevokeGrant>(input).await {
            Ok(_) => console.done(console.path(), "admin_users.notice_grant_revoked"),
            Err(refused) => grants(console, refusal(refused)?).await,
        }
    })
    .await
}
