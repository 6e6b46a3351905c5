//! Reads bodies of JSON, with the bounds of forms.

use actix_web::http::header;
use actix_web::web::Payload;
use serde::de::DeserializeOwned;

use super::problem::{Code, Problem};
use crate::web::body::{self, BodyError};
use crate::web::context::Ctx;

/// Reads one. The content type must say JSON: that is what keeps the forms of strangers out (CS-03).
pub async fn json<T: DeserializeOwned>(ctx: &Ctx, payload: Payload) -> Result<T, Problem> {
    let essence = ctx
        .header(header::CONTENT_TYPE)
        .and_then(|kind| kind.split(';').next())
        .map(str::trim)
        .unwrap_or_default();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    let bytes = body::bytes(payload).await.map_err(|error| match error {
        BodyError::TooLarge => Problem::new(Code::TooLarge),
        BodyError::NoForm | BodyError::Incomplete => {
            Problem::new(Code::InvalidRequest).saying("the body did not arrive")
        }
    })?;
    // Told to whoever sent it, never logged: it may repeat a value.
    serde_json::from_slice(&bytes).map_err(|error| {
        let detail = match error.classify() {
            serde_json::error::Category::Data => error.to_string(),
            _ => format!("no JSON at line {} column {}", error.line(), error.column()),
        };
        Problem::new(Code::InvalidRequest).saying(detail)
    })
}
