//! Browsers in which anybody is signed in.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::console::{Answer, Console, changed, refusal, shown};
use super::names::names;
use super::users::ROWS;
use crate::flow::admin::sessions::{self, Listing, Which};
use crate::web::account::device;
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminSection, AdminSessions, Refusal, Status};

/// Shows them, those of one person where the address says so.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, Refusal::default()).await).await
}

async fn draw(console: &Console, refused: Refusal) -> Answer {
    let status = refused.status();
    let person = console.ctx.query("person").unwrap_or_default();
    let listing = Listing {
        limit: Some(ROWS),
        after: console.ctx.query("after"),
        user_id: Some(person.trim().to_owned()).filter(|person| !person.is_empty()),
    };
    let found = console.operate::<sessions::List>(listing).await?;
    let ids: Vec<_> = found.items.iter().map(|session| session.user_id.to_string()).collect();
    let named = found.items.into_iter().map(|session| {
        let device = device::describe(&session.user_agent);
        (session, device)
    });
    let template = AdminSessions {
        page: console.page(),
        frame: console.frame(AdminSection::Sessions).refused(refused),
        person,
        own: console.session(),
        names: names(console, ids.iter().map(String::as_str)).await,
        sessions: named.collect(),
        paging: console.paging(found.next.as_deref()),
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Ends one.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let session_id = form.uuid("session").ok_or(Trouble::Status(Status::BadRequest))?;
        match console.operate::<sessions::End>(Which { session_id }).await {
            Ok(_) => console.done(console.path(), "admin_users.notice_session_ended"),
            Err(refused) => draw(console, refusal(refused)?).await,
        }
    })
    .await
}
