//! Signing out by oneself.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::cookies;
use super::super::error::{self, Trouble};
use super::super::views::{SignOut, SignedOut, paths};
use super::forms::own_form;
use crate::flow::{account, sign_out};

/// Asks; a link alone signs nobody out.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let lang = ctx.lang(None);
    let Some(signed_in) = account::who(&ctx.state, ctx.session()).await? else {
        return Ok(error::render(
            ctx,
            StatusCode::OK,
            lang,
            &SignedOut {
                page: ctx.shell(lang, None),
                back: None,
            },
        ));
    };
    let csrf = ctx.csrf();
    let template = SignOut {
        page: ctx.page(lang, None, &csrf),
        flow: None,
        account: Some(&signed_in.user.email),
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

/// Takes the answer.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    if form.text("logout") != "yes" {
        return Ok(error::see_other(ctx, paths::ACCOUNT));
    }
    if let Some(session) = ctx.session() {
        sign_out::run(&ctx.state, session, ctx.origin.clone()).await?;
    }
    let lang = ctx.lang(None);
    let mut response = error::render(
        ctx,
        StatusCode::OK,
        lang,
        &SignedOut {
            page: ctx.shell(lang, None),
            back: None,
        },
    );
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&cookies::SESSION.remove(ctx.state.settings.is_https())) {
        headers.append(header::SET_COOKIE, value);
    }
    headers.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"storage\""),
    );
    Ok(response)
}
