//! Turns a call into the input of an operation, and its outcome into an answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Payload;
use futures_util::future::LocalBoxFuture;

use super::problem::Problem;
use super::{caller, input};
use crate::flow::Fault;
use crate::flow::admin::{self, About, Code, Given, Method, Operation, Refused, Route, Untyped};
use crate::web::context::Ctx;

/// Says that the answer is that of an earlier call.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Answers calls of an operation.
pub type Handler = fn(Ctx, Payload) -> LocalBoxFuture<'static, HttpResponse>;

/// What answers calls of this one. All are of one type, so that what serves them is compiled once.
pub fn of<O: Operation>() -> Handler {
    |ctx, payload| Box::pin(handle(ctx, payload, Untyped::of::<O>()))
}

async fn handle(ctx: Ctx, payload: Payload, operation: Untyped) -> HttpResponse {
    match answer(&ctx, payload, &operation).await {
        Ok(response) => response,
        Err(problem) => problem.answer(&ctx),
    }
}

async fn answer(ctx: &Ctx, payload: Payload, operation: &Untyped) -> Result<HttpResponse, Problem> {
    let About { permission, route, .. } = operation.about;
    let administrator = caller::find(ctx).await?;
    // A caller who may not learns nothing about the input.
    if !administrator.authority().may(permission) {
        let detail = format!("{permission} is needed");
        return Err(Problem::new(Code::InsufficientPermission, detail));
    }
    let expected = if_match(ctx)?;
    let prepared = input::read(ctx, operation, payload).await?;
    let key = ctx.header(IDEMPOTENCY_KEY).filter(|_| route.method == Method::Post);
    let (given, replayed) = match key {
        Some(key) => {
            let (state, origin, key) = (ctx.state.clone(), ctx.origin.clone(), key.to_owned());
            // Goes on when the caller hangs up: that is what the key is for.
            let task =
                actix_web::rt::spawn(
                    async move { admin::run_once(&state, &administrator, &origin, &key, prepared).await },
                );
            task.await
                .map_err(|error| Refused::Fault(Fault::Internal(error.to_string())))??
        }
        None => {
            let run = prepared.run(&ctx.state, &administrator, &ctx.origin, expected);
            (run.await?, false)
        }
    };
    let mut response = success(ctx, route, given);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn success(ctx: &Ctx, route: Route, given: Given) -> HttpResponse {
    if route.status == 204 {
        return HttpResponse::NoContent().finish();
    }
    let status = StatusCode::from_u16(route.status).unwrap_or(StatusCode::OK);
    let mut answer = HttpResponse::build(status);
    if let Some(revision) = given.revision {
        let tag = etag(&revision);
        let known = ctx
            .header(header::IF_NONE_MATCH)
            .is_some_and(|known| tags(known).any(|known| known == tag));
        answer.insert_header((header::ETAG, tag));
        if known && route.method == Method::Get {
            return HttpResponse::NotModified()
                .insert_header((header::ETAG, etag(&revision)))
                .finish();
        }
    }
    answer.content_type(header::ContentType::json()).body(given.json)
}

fn etag(revision: &str) -> String {
    format!("\"{revision}\"")
}

fn tags(header: &str) -> impl Iterator<Item = &str> {
    // A proxy that compresses makes a tag weak; it still names the revision.
    header
        .split(',')
        .map(|tag| tag.trim())
        .map(|tag| tag.strip_prefix("W/").unwrap_or(tag))
}

/// The revision that the caller knows; `None` where any is right.
fn if_match(ctx: &Ctx) -> Result<Option<String>, Problem> {
    let Some(given) = ctx.request.headers().get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = given.to_str().map(str::trim).unwrap_or_default();
    if text == "*" {
        return Ok(None);
    }
    let mut tags = tags(text);
    let only = tags.next().filter(|_| tags.next().is_none());
    match only.and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"')) {
        Some(revision) => Ok(Some(revision.to_owned())),
        None => Err(Problem::new(
            Code::InvalidRequest,
            "If-Match takes one ETag, as it was given",
        )),
    }
}
