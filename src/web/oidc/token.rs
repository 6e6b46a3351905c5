//! The token endpoint (RFC 6749 section 3.2).

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::{body, error};
use crate::flow::Failure;
use crate::flow::token::{self, ClientRequest};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;

/// Answers a token request.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let body = match client_form(&ctx, payload).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    match token::run(&ctx.state, client_request(&ctx, &body)).await {
        Err(failure) => error::oauth(&ctx, &failure),
        Ok(answer) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::PRAGMA, "no-cache"))
            .json(answer),
    }
}

/// The form of a request that a client authenticates. Secrets in an address end up in logs: such a request is refused
/// (RFC 6749 section 2.3.1).
pub async fn client_form(ctx: &Ctx, payload: Payload) -> Result<Parameters, HttpResponse> {
    let body = body::form(&ctx.request, payload)
        .await
        .map_err(|refused| error::oauth_body(ctx, refused))?;
    let in_query = Parameters::read(&[ctx.request.query_string().as_bytes()]).unwrap_or_default();
    if ["client_secret", "code", "refresh_token", "token"]
        .iter()
        .any(|name| in_query.get(name).is_some())
    {
        let refused = OAuthError::new(
            ErrorCode::InvalidRequest,
            "secrets belong into the body, not into the address",
        );
        return Err(error::oauth(ctx, &Failure::OAuth(refused)));
    }
    Ok(body)
}

/// What the flows ask of such a request.
pub fn client_request<'a>(ctx: &'a Ctx, body: &'a Parameters) -> ClientRequest<'a> {
    ClientRequest {
        authorization: ctx.header(header::AUTHORIZATION),
        body,
        origin: &ctx.origin,
    }
}
