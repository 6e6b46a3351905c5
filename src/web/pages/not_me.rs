//! The link in the mail about a sign-in with a new browser.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::limits::Class;
use super::super::views::{NotMe, NotMeDone, NotMeGone, Status};
use super::forms::{own_form, within};
use crate::flow::not_me;
use crate::model::secret::Secret;

/// Asks: mail scanners follow links too.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let token = ctx.query("token").unwrap_or_default();
    let Some(found) = not_me::look(&ctx.state, &Secret::new(token.clone())).await? else {
        return Ok(gone(ctx));
    };
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = NotMe {
        page: ctx.page(lang, None, &csrf),
        token: &token,
        email: &found.email,
        device: super::super::account::device::describe(&found.asked.user_agent),
        address: &found.asked.address,
        at: found.asked.at,
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

fn gone(ctx: &Ctx) -> HttpResponse {
    let lang = ctx.lang(None);
    let template = NotMeGone {
        page: ctx.shell(lang, None),
    };
    error::render(ctx, StatusCode::GONE, lang, &template)
}

/// Takes the sign-in back.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    within(ctx, Class::Code).map_err(|retry_after| Trouble::Status(Status::TooManyRequests { retry_after }))?;
    let confirmed = not_me::confirm(&ctx.state, &form.secret("token"), ctx.origin.clone()).await?;
    let Some(found) = confirmed else { return Ok(gone(ctx)) };
    let lang = ctx.lang(None);
    let template = NotMeDone {
        page: ctx.shell(lang, None),
        email: &found.email,
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}
