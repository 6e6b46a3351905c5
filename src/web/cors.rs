//! Scripts in browsers at the token, userinfo and revocation endpoints: allowed for the origins of registered redirect URIs,
//! without cookies. The authorization endpoint has none of this (RFC 9700 section 2.6).

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

use super::headers::text;
use crate::flow;
use crate::state::State;

/// Adds the headers to the answer where the origin is registered.
pub async fn registered_origins<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let origin = text(request.headers(), header::ORIGIN).map(str::to_owned);
    let state = request.app_data::<actix_web::web::Data<State>>().cloned();
    let mut response = next.call(request).await?;
    if let (Some(origin), Some(state)) = (origin, state)
        && flow::clients::has_origin(&state, &origin).await.unwrap_or(false)
        && let Ok(value) = HeaderValue::from_str(&origin)
    {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("WWW-Authenticate"),
        );
    }
    Ok(response)
}

/// Answers the question before the request; whether the origin may is added by [`registered_origins`].
pub async fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}
