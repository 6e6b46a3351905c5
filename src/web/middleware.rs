//! Around every request: an id, security headers, a log line, and an answer when a handler panics.

use std::sync::Arc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Version};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::context::RequestId;
use super::{headers, metrics};
use crate::crypto::random;
use crate::state::State;
use crate::telemetry;

/// No inline script or style, nothing from elsewhere but the logos of applications.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    worker-src 'self'; connect-src 'self'; img-src 'self' https: data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The same for a page whose form may end at an application: browsers apply `form-action` to the redirect that follows.
pub fn policy_with_form_action(origin: &str) -> String {
    CONTENT_SECURITY_POLICY.replace("form-action 'self'", &format!("form-action 'self' {origin}"))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Wraps a request.
pub async fn around<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let request_id = hex(random::bytes::<8>());
    request.extensions_mut().insert(RequestId(request_id.clone()));
    let began = Instant::now();
    let state = request
        .app_data::<actix_web::web::Data<State>>()
        .map(|state| Arc::clone(state));
    let https = state.as_ref().is_some_and(|state| state.settings.is_https());
    let class = metrics::class(request.path());
    let count = |method: &str, status: u16| {
        if let Some(state) = &state {
            state.metrics.answered(class, method, status, began.elapsed());
        }
    };
    // RFC 9112 section 3.2. Nothing here is built from Host, but a proxy in front may have read another one.
    if request.version() == Version::HTTP_11 && request.headers().get_all(header::HOST).count() != 1 {
        let mut refused = HttpResponse::BadRequest().body("exactly one Host header is needed\n");
        refused.head_mut().set_connection_type(ConnectionType::Close);
        secure(refused.headers_mut(), https);
        count(request.method().as_str(), refused.status().as_u16());
        return Err(InternalError::from_response("no Host header, or several", refused).into());
    }
    let span = telemetry::request_span(
        metrics::method(request.method().as_str()),
        class,
        &request_id,
        headers::text(request.headers(), TRACEPARENT),
    );
    // Not a clone of the request: actix must be its only owner until a handler was found.
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let answered = std::panic::AssertUnwindSafe(next.call(request).instrument(span.clone()))
        .catch_unwind()
        .await;
    let id = HeaderValue::from_str(&request_id).unwrap_or_else(|_| HeaderValue::from_static(""));
    let Ok(answered) = answered else {
        tracing::error!(request_id, path, "a handler panicked");
        let mut failed = HttpResponse::InternalServerError()
            .json(serde_json::json!({ "error": "server_error", "request_id": request_id }));
        secure(failed.headers_mut(), https);
        failed.headers_mut().insert(REQUEST_ID, id);
        count(method.as_str(), failed.status().as_u16());
        return Err(InternalError::from_response("a handler panicked", failed).into());
    };
    let mut response = answered.inspect_err(|error| {
        count(method.as_str(), error.as_response_error().status_code().as_u16());
    })?;
    count(method.as_str(), response.status().as_u16());
    telemetry::answered(&span, response.status().as_u16());
    tracing::debug!(%method, path, status = response.status().as_u16(), request_id, "request");
    secure(response.headers_mut(), https);
    response.headers_mut().insert(REQUEST_ID, id);
    Ok(response)
}

fn secure(headers: &mut HeaderMap, https: bool) {
    let mut keep = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    keep(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    keep(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    keep(header::REFERRER_POLICY, "no-referrer");
    keep(header::X_FRAME_OPTIONS, "DENY");
    keep(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    keep(header::CACHE_CONTROL, "no-store");
    if https {
        keep(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

fn hex(bytes: [u8; 8]) -> String {
    format!("{:016x}", u64::from_be_bytes(bytes))
}
