//! Answers of lines of JSON, as they come: nothing is held as a whole.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use serde_json::json;

use crate::flow::admin::bulk::{self, NDJSON, Position};
use crate::flow::audit::export::Export;
use crate::state::State;

/// Gives lines out.
pub fn answer(lines: impl Stream<Item = Bytes> + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(NDJSON)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(lines.map(Ok::<_, actix_web::Error>))
}

/// A line.
pub fn line(value: &impl Serialize) -> Bytes {
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line.into()
}

/// Everybody from a place on, a person a line. One that broke off says so in its last line.
pub fn people(state: &Arc<State>, position: Position) -> HttpResponse {
    let state = Arc::clone(state);
    answer(stream::unfold(Some(position), move |position: Option<Position>| {
        let state = Arc::clone(&state);
        async move {
            match bulk::export(&state, position?).await {
                Ok(Some((people, next))) => {
                    let lines: Vec<_> = people.iter().map(line).collect();
                    Some((lines.concat().into(), Some(next)))
                }
                Ok(None) => None,
                Err(fault) => {
                    tracing::warn!(%fault, "an export broke off");
                    Some((line(&json!({ "error": "the export broke off" })), None))
                }
            }
        }
    }))
}

/// Events of the audit trail. An export that broke off has no last line, and its connection ends badly.
pub fn events(state: &Arc<State>, export: Export) -> HttpResponse {
    let lines = stream::unfold(Some((export, Arc::clone(state))), async |unfinished| {
        let (mut export, state) = unfinished?;
        match export.next(&state).await {
            Ok(Some(text)) => Some((Ok(Bytes::from(text)), Some((export, state)))),
            Ok(None) => None,
            Err(fault) => Some((Err(actix_web::error::ErrorInternalServerError(fault.to_string())), None)),
        }
    });
    HttpResponse::Ok()
        .content_type(NDJSON)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(Box::pin(lines))
}

/// An answer that browsers keep as a file: `disposition` is the whole header (RFC 6266).
pub fn attached(mut answer: HttpResponse, disposition: &'static str) -> HttpResponse {
    let disposition = HeaderValue::from_static(disposition);
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    answer
}
