//! Answers of lines of JSON, as they come: nothing is held as a whole.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use serde_json::json;

use crate::flow::admin::bulk::{self, Position};
use crate::state::State;

/// What they are called.
pub const NDJSON: &str = "application/x-ndjson";

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
