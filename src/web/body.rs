//! Reads form bodies, once, with a bound on size and time: actix has no deadline for bodies.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{BytesMut, Payload};
use futures_util::StreamExt as _;

use super::headers::text;
use crate::protocol::parameters::Parameters;

const MAX_BYTES: usize = 64 * 1024;
const DEADLINE: Duration = Duration::from_secs(10);

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// Not `application/x-www-form-urlencoded`, or not in UTF-8.
    NoForm,
    /// More than 64 KiB.
    TooLarge,
    /// It did not come in time, or broke off.
    Incomplete,
}

/// Reads a form. An empty body without a content type is an empty form.
pub async fn form(request: &HttpRequest, payload: Payload) -> Result<Parameters, BodyError> {
    Parameters::read(&[&raw_form(request, payload).await?]).map_err(|_| BodyError::NoForm)
}

/// Reads a body, whatever it is.
pub async fn bytes(payload: Payload) -> Result<BytesMut, BodyError> {
    tokio::time::timeout(DEADLINE, read(payload))
        .await
        .map_err(|_| BodyError::Incomplete)?
}

/// Reads a form and leaves it encoded.
pub async fn raw_form(request: &HttpRequest, payload: Payload) -> Result<BytesMut, BodyError> {
    let body = bytes(payload).await?;
    if !body.is_empty() && !is_form(request) {
        return Err(BodyError::NoForm);
    }
    Ok(body)
}

async fn read(mut payload: Payload) -> Result<BytesMut, BodyError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn is_form(request: &HttpRequest) -> bool {
    let Some(content_type) = text(request.headers(), header::CONTENT_TYPE) else {
        return false;
    };
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let charset = parts.find_map(|part| part.to_ascii_lowercase().strip_prefix("charset=").map(str::to_owned));
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        && charset.is_none_or(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8" | "us-ascii"))
}
