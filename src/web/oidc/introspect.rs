//! Introspection (RFC 7662 section 2).

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::token::{client_form, client_request, guarded};
use crate::flow::introspect;
use crate::model::request_trace::Endpoint;

/// Tells of a token.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let body = match client_form(&ctx, payload, Endpoint::Introspection).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    match guarded(
        &ctx,
        &body,
        Endpoint::Introspection,
        introspect::run(&ctx.state, client_request(&ctx, &body)),
    )
    .await
    {
        Err(refused) => refused,
        Ok(answer) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(answer),
    }
}
