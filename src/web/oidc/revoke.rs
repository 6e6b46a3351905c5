//! Revocation (RFC 7009 section 2).

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::token::{client_form, client_request, guarded};
use crate::flow::revoke;
use crate::model::request_trace::Endpoint;

/// Revokes a token.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let body = match client_form(&ctx, payload, Endpoint::Revocation).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    match guarded(
        &ctx,
        &body,
        Endpoint::Revocation,
        revoke::run(&ctx.state, client_request(&ctx, &body)),
    )
    .await
    {
        Err(refused) => refused,
        Ok(()) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish(),
    }
}
