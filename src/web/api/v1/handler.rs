//! Turns a call into the input of an operation, and its outcome into an answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Payload;

use super::problem::Problem;
use super::{caller, input};
use crate::flow::Fault;
use crate::flow::admin::{self, Code, Method, Operation, Refused};
use crate::web::context::Ctx;

/// Says that the answer is that of an earlier call.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Answers a call of an operation.
pub async fn handle<O: Operation>(ctx: Ctx, payload: Payload) -> HttpResponse {
    match answer::<O>(&ctx, payload).await {
        Ok(response) => response,
        Err(problem) => problem.answer(&ctx),
    }
}

async fn answer<O: Operation>(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Problem> {
    let administrator = caller::find(ctx).await?;
    // A caller who may not learns nothing about the input.
    if !administrator.authority().may(O::PERMISSION) {
        let detail = format!("{} is needed", O::PERMISSION);
        return Err(Problem::new(Code::InsufficientPermission, detail));
    }
    let expected = if_match(ctx)?;
    let given = input::read::<O>(ctx, payload).await?;
    let key = ctx.header(IDEMPOTENCY_KEY).filter(|_| O::ROUTE.method == Method::Post);
    let (output, replayed) = match key {
        Some(key) => {
            let (state, origin, key) = (ctx.state.clone(), ctx.origin.clone(), key.to_owned());
            // Goes on when the caller hangs up: that is what the key is for.
            let task = actix_web::rt::spawn(async move {
                admin::run_once::<O>(&state, &administrator, &origin, &key, given).await
            });
            task.await
                .map_err(|error| Refused::Fault(Fault::Internal(error.to_string())))??
        }
        None => {
            let run = admin::run::<O>(&ctx.state, &administrator, &ctx.origin, expected, given);
            (run.await?, false)
        }
    };
    let mut response = success::<O>(ctx, &output);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn success<O: Operation>(ctx: &Ctx, output: &O::Output) -> HttpResponse {
    if O::ROUTE.status == 204 {
        return HttpResponse::NoContent().finish();
    }
    let status = StatusCode::from_u16(O::ROUTE.status).unwrap_or(StatusCode::OK);
    let mut answer = HttpResponse::build(status);
    if let Some(revision) = O::revision(output) {
        let tag = etag(&revision);
        let known = ctx
            .header(header::IF_NONE_MATCH)
            .is_some_and(|known| tags(known).any(|known| known == tag));
        answer.insert_header((header::ETAG, tag));
        if known && O::ROUTE.method == Method::Get {
            return HttpResponse::NotModified()
                .insert_header((header::ETAG, etag(&revision)))
                .finish();
        }
    }
    answer.json(output)
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
