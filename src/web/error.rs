//! The one place that makes errors JSON or a page. A fault is logged here, once, with its request id.

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use serde_json::json;

use super::body::BodyError;
use super::context::Ctx;
use super::cookies;
use super::i18n::Lang;
use super::views::{ErrorPage, FormProblem, Status, StatusPage};
use crate::flow::{Failure, Fault};
use crate::protocol::error::{ErrorCode, OAuthError};

/// Why a page is not drawn.
pub enum Trouble {
    /// A status page.
    Status(Status),
    /// A fault.
    Fault(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Status> for Trouble {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

impl From<BodyError> for Trouble {
    fn from(error: BodyError) -> Self {
        Self::Status(match error {
            BodyError::TooLarge => Status::TooLarge,
            BodyError::NoForm | BodyError::Incomplete => Status::BadRequest,
        })
    }
}

/// Seconds after which it is worth trying again when something is busy.
pub const RETRY_AFTER: u64 = 2;

/// Draws a page's outcome.
pub fn page(ctx: &Ctx, outcome: Result<HttpResponse, Trouble>) -> HttpResponse {
    match outcome {
        Ok(response) => response,
        Err(Trouble::Status(status)) => status_page(ctx, status),
        Err(Trouble::Fault(fault)) => {
            log(ctx, &fault);
            status_page(
                ctx,
                match fault {
                    Fault::Unavailable(_) | Fault::Busy => Status::Unavailable,
                    Fault::Conflict | Fault::Internal(_) => Status::Internal,
                },
            )
        }
    }
}

/// A page for a plain status.
pub fn status_page(ctx: &Ctx, status: Status) -> HttpResponse {
    let lang = ctx.lang(None);
    let template = StatusPage {
        page: ctx.shell(lang, None),
        status,
        request_id: &ctx.origin.request_id,
        retry: None,
    };
    let mut response = render(ctx, code(status.code()), lang, &template);
    match status {
        Status::TooManyRequests { retry_after } => with_wait(response, retry_after),
        Status::Unavailable => with_wait(response, RETRY_AFTER),
        // Perhaps for a body of which the rest is still to come.
        Status::BadRequest | Status::TooLarge => {
            close(&mut response);
            response
        }
        _ => response,
    }
}

/// Says in seconds when to try again (RFC 9110 section 10.2.3).
pub fn with_wait(mut response: HttpResponse, seconds: u64) -> HttpResponse {
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The same for a form that was refused as a whole.
pub fn with_wait_of(response: HttpResponse, problem: Option<FormProblem>) -> HttpResponse {
    match problem {
        None => response,
        Some(FormProblem::RateLimited { retry_after }) => with_wait(response, retry_after),
        Some(FormProblem::Busy) => with_wait(response, RETRY_AFTER),
    }
}

/// The page for an authorization request that must not be answered at the client.
pub fn shown(ctx: &Ctx, error: &OAuthError) -> HttpResponse {
    let lang = ctx.lang(None);
    let template = ErrorPage {
        page: ctx.shell(lang, None),
        code: error.code.as_str(),
        detail: &error.description,
        request_id: &ctx.origin.request_id,
    };
    render(ctx, StatusCode::BAD_REQUEST, lang, &template)
}

/// Draws a template, sets the browser's cookie where it is not known, and keeps a chosen language.
pub fn render(ctx: &Ctx, status: StatusCode, lang: Lang, template: &impl Template) -> HttpResponse {
    drawn(ctx, status, lang, template.render())
}

/// The same for all templates.
fn drawn(ctx: &Ctx, status: StatusCode, lang: Lang, html: askama::Result<String>) -> HttpResponse {
    let html = match html {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, request_id = ctx.origin.request_id, "a page could not be drawn");
            return HttpResponse::InternalServerError().body("internal error");
        }
    };
    let mut response = HttpResponse::build(status);
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, lang.tag()));
    add_cookies(ctx, &mut response);
    response.body(html)
}

/// Sends the browser on by GET (RFC 9700 section 4.12: never 307).
pub fn see_other(ctx: &Ctx, location: &str) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, location));
    add_cookies(ctx, &mut response);
    response.finish()
}

fn add_cookies(ctx: &Ctx, response: &mut HttpResponseBuilder) {
    if let Some(cookie) = ctx.browser_cookie() {
        response.append_header((header::SET_COOKIE, cookie));
    }
    if let Some(lang) = ctx.query("lang").as_deref().and_then(Lang::from_tag) {
        let https = ctx.state.settings.is_https();
        response.append_header((
            header::SET_COOKIE,
            cookies::LANG.set(lang.tag(), https, cookies::BROWSER_AGE),
        ));
    }
}

/// Draws the outcome of an OAuth endpoint (RFC 6749 section 5.2).
pub fn oauth(ctx: &Ctx, failure: &Failure) -> HttpResponse {
    let error = match failure {
        Failure::OAuth(error) => error.clone(),
        Failure::Fault(fault) => {
            log(ctx, fault);
            match fault {
                Fault::Unavailable(_) | Fault::Busy => {
                    OAuthError::new(ErrorCode::TemporarilyUnavailable, "try again in a moment")
                }
                Fault::Conflict | Fault::Internal(_) => OAuthError::new(ErrorCode::ServerError, "the server failed"),
            }
        }
    };
    let mut response = HttpResponse::build(code(error.code.status()));
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"));
    match error.code {
        // RFC 6749 section 5.2 wants the challenge where the header was used. In answer to a secret in the form it would only
        // hide the error from libraries that look at the challenge first.
        ErrorCode::InvalidClient if ctx.header(header::AUTHORIZATION).is_some() => {
            response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"passgate\", charset=\"UTF-8\""));
        }
        ErrorCode::TemporarilyUnavailable => {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
        }
        _ => {}
    }
    response.json(json!({ "error": error.code.as_str(), "error_description": error.description }))
}

/// Draws the refusal of a protected resource (RFC 6750 section 3).
pub fn bearer(ctx: &Ctx, failure: &Failure) -> HttpResponse {
    let Failure::OAuth(error) = failure else {
        return oauth(ctx, failure);
    };
    let challenge = format!(
        "Bearer error=\"{}\", error_description=\"{}\"",
        error.code.as_str(),
        error.description
    );
    HttpResponse::build(code(error.code.status()))
        .insert_header((header::WWW_AUTHENTICATE, challenge))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "error": error.code.as_str(), "error_description": error.description }))
}

/// The rest of a body that was not read is not waited for.
fn close(response: &mut HttpResponse) {
    response.head_mut().set_connection_type(ConnectionType::Close);
}

/// An OAuth endpoint's body could not be read.
pub fn oauth_body(ctx: &Ctx, error: BodyError) -> HttpResponse {
    let why = match error {
        BodyError::NoForm => "the body is not application/x-www-form-urlencoded in UTF-8",
        BodyError::TooLarge => "the body is larger than 64 KiB",
        BodyError::Incomplete => "the body did not arrive",
    };
    let mut response = oauth(ctx, &OAuthError::new(ErrorCode::InvalidRequest, why).into());
    if error == BodyError::TooLarge {
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    }
    if error != BodyError::NoForm {
        close(&mut response);
    }
    response
}

/// There is nothing at this address.
pub async fn not_found(ctx: Ctx) -> HttpResponse {
    status_page(&ctx, Status::NotFound)
}

/// There is something at this address, but not for this method.
pub fn method_not_allowed(ctx: &Ctx, allow: &'static str) -> HttpResponse {
    let mut response = status_page(ctx, Status::MethodNotAllowed);
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allow));
    match *ctx.request.method() {
        Method::HEAD => response.set_body(actix_web::body::BoxBody::new(())),
        _ => response,
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Notes a fault with its request.
pub fn log(ctx: &Ctx, fault: &Fault) {
    let request_id = ctx.origin.request_id.as_str();
    match fault {
        Fault::Conflict | Fault::Internal(_) => tracing::error!(%fault, request_id, "request failed"),
        Fault::Unavailable(_) | Fault::Busy => tracing::warn!(%fault, request_id, "request refused"),
    }
}
