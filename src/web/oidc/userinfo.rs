//! The userinfo endpoint (OpenID Connect Core section 5.3), with tokens as RFC 6750 section 2 sends them: in the header, or
//! in the form of a POST.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::{body, error};
use crate::flow::{Failure, userinfo};
use crate::protocol::error::{ErrorCode, OAuthError};

/// By GET, with the token in the header.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let token = in_header(&ctx).map(str::to_owned);
    answer(&ctx, token).await
}

/// By POST, with the token in the header or in the form.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let in_form = match body::form(&ctx.request, payload).await {
        Ok(form) if form.is_repeated("access_token") => return twice(&ctx),
        Ok(form) => form.get("access_token").map(str::to_owned),
        // A body that is no form is nobody's business where the token stands in the header.
        Err(_) if in_header(&ctx).is_some() => None,
        Err(refused) => return error::oauth_body(&ctx, refused),
    };
    let token = match (in_header(&ctx), in_form) {
        (Some(_), Some(_)) => return twice(&ctx),
        (header, form) => form.or(header.map(str::to_owned)),
    };
    answer(&ctx, token).await
}

/// RFC 6750 section 3.1: a repeated parameter, or more than one way of sending the token.
fn twice(ctx: &Ctx) -> HttpResponse {
    let error = OAuthError::new(ErrorCode::InvalidRequest, "the access token was sent more than once");
    error::bearer(ctx, &Failure::OAuth(error))
}

fn in_header(ctx: &Ctx) -> Option<&str> {
    let (scheme, token) = ctx.header(header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

async fn answer(ctx: &Ctx, token: Option<String>) -> HttpResponse {
    let Some(token) = token else {
        // RFC 6750 section 3.1: without a token there is nothing to say about it.
        return HttpResponse::Unauthorized()
            .insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"passgate\""))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish();
    };
    match userinfo::run(&ctx.state, &token, &ctx.origin).await {
        Err(failure) => error::bearer(ctx, &failure),
        Ok(claims) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(claims),
    }
}
