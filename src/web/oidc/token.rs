//! The token endpoint (RFC 6749 section 3.2).

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::{body, error};
use crate::flow::token::{self, ClientRequest};
use crate::flow::{Failure, requests};
use crate::model::request_trace::Endpoint;
use crate::protocol::client_auth;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::trace::Check;

/// Answers a token request.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let body = match client_form(&ctx, payload, Endpoint::Token).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    match guarded(
        &ctx,
        &body,
        Endpoint::Token,
        token::run(&ctx.state, client_request(&ctx, &body)),
    )
    .await
    {
        Err(refused) => refused,
        Ok(answer) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::PRAGMA, "no-cache"))
            .json(answer),
    }
}

/// The form of a request that a client authenticates. Secrets in an address end up in logs: such a request is refused
/// (RFC 6749 section 2.3.1).
pub async fn client_form(ctx: &Ctx, payload: Payload, endpoint: Endpoint) -> Result<Parameters, HttpResponse> {
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
        let client = presented(ctx, &body).or_else(|| in_query.get("client_id").map(str::to_owned));
        requests::turned_away(
            &ctx.state,
            endpoint,
            client.as_deref(),
            &ctx.origin,
            Check::Form,
            &refused,
        )
        .await;
        return Err(error::oauth(ctx, &Failure::OAuth(refused)));
    }
    Ok(body)
}

/// Which client a request names, where that can be read.
fn presented(ctx: &Ctx, body: &Parameters) -> Option<String> {
    let presented = client_auth::present(ctx.header(header::AUTHORIZATION), body);
    presented.ok().map(|presented| presented.client_id)
}

/// Runs what a client asks for; its answer, or the refusal ready to send. A client whose secret was wrong too often from this
/// address is not looked at for a while (SECURITY-CASES BF-07): secrets that people chose can be guessed.
pub async fn guarded<T>(
    ctx: &Ctx,
    body: &Parameters,
    endpoint: Endpoint,
    answer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, HttpResponse> {
    // What cannot be read is refused by the flow itself.
    let presented = presented(ctx, body);
    let client = presented.as_deref();
    let limits = ctx.limits();
    if let Some(client) = client
        && let Err(seconds) = limits.client(ctx.address, client)
    {
        let refused = OAuthError::new(ErrorCode::TemporarilyUnavailable, "too many wrong secrets: wait");
        requests::turned_away(&ctx.state, endpoint, Some(client), &ctx.origin, Check::Limit, &refused).await;
        let mut response = error::oauth(ctx, &refused.into());
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        return Err(error::with_wait(response, seconds));
    }
    answer.await.map_err(|failure| {
        if let (Failure::OAuth(refused), Some(client)) = (&failure, client)
            && refused.code == ErrorCode::InvalidClient
        {
            limits.client_failed(ctx.address, client);
        }
        error::oauth(ctx, &failure)
    })
}

/// What the flows ask of such a request.
pub fn client_request<'a>(ctx: &'a Ctx, body: &'a Parameters) -> ClientRequest<'a> {
    ClientRequest {
        authorization: ctx.header(header::AUTHORIZATION),
        body,
        origin: &ctx.origin,
    }
}
