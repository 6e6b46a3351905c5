//! The front page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::views::{DevCard, Welcome};
use crate::flow::account;

/// Who is this, and where to go.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = draw(&ctx).await;
    error::page(&ctx, outcome)
}

async fn draw(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let signed_in = account::who(&ctx.state, ctx.session()).await?;
    let lang = ctx.lang(None);
    let settings = &ctx.state.settings;
    let template = Welcome {
        page: ctx.shell(lang, None),
        signed_in: signed_in.as_ref().map(|signed_in| signed_in.user.email.as_str()),
        sign_up_open: settings.accounts.sign_up.is_offered(),
        development: settings.is_development().then(|| DevCard {
            issuer: ctx.state.issuer(),
        }),
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}
