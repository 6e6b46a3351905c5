//! The link in a verification mail.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::views::{VerifyEmail, VerifyEmailDone, VerifyEmailGone};
use super::forms::own_form;
use crate::flow::verify_email;
use crate::model::secret::Secret;

/// Asks: mail scanners follow links too.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let token = ctx.query("token").unwrap_or_default();
    let Some(found) = verify_email::look(&ctx.state, &Secret::new(token.clone())).await? else {
        return Ok(gone(ctx));
    };
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = VerifyEmail {
        page: ctx.page(lang, None, &csrf),
        token: &token,
        email: &found.email,
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

fn gone(ctx: &Ctx) -> HttpResponse {
    let lang = ctx.lang(None);
    error::render(
        ctx,
        StatusCode::GONE,
        lang,
        &VerifyEmailGone {
            page: ctx.shell(lang, None),
        },
    )
}

/// Verifies.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    let confirmed = verify_email::confirm(&ctx.state, &form.secret("token"), ctx.origin.clone()).await?;
    let Some(found) = confirmed else { return Ok(gone(ctx)) };
    let lang = ctx.lang(None);
    let template = VerifyEmailDone {
        page: ctx.shell(lang, None),
        email: &found.email,
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}
