//! Import and export as lines of JSON, as they come and as they go: nothing is held as a whole.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

use super::problem::Problem;
use super::{caller, input};
use crate::flow::admin::audit::{self, Taking};
use crate::flow::admin::bulk::{self, NDJSON, Summary};
use crate::flow::admin::{Administrator, Code};
use crate::model::audit::Origin;
use crate::state::State;
use crate::web::context::Ctx;
use crate::web::lines;

/// The longest line.
const MOST_BYTES: usize = 64 * 1024;
/// How long the next piece of a body may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Imports: each line is answered by a line, the last line counts them.
pub async fn import(ctx: Ctx, payload: Payload) -> HttpResponse {
    let admitted = async {
        let administrator = caller::find(&ctx).await?;
        administrator.admit(bulk::IMPORT.permission)?;
        let essence = ctx.header(header::CONTENT_TYPE).and_then(|kind| kind.split(';').next());
        let essence = essence.map(str::trim).unwrap_or_default().to_ascii_lowercase();
        match [NDJSON, "application/ndjson", "application/jsonl"].contains(&essence.as_str()) {
            true => Ok(administrator),
            false => Err(Problem::new(
                Code::UnsupportedMediaType,
                "the body must be application/x-ndjson",
            )),
        }
    };
    let administrator = match admitted.await {
        Ok(administrator) => administrator,
        Err(problem) => return problem.answer(&ctx),
    };
    let work = Import {
        state: Arc::clone(&ctx.state),
        administrator,
        origin: ctx.origin.clone(),
        payload: Some(payload),
        waiting: BytesMut::new(),
        line: 0,
        summary: Summary::default(),
    };
    lines::answer(stream::unfold(Some(work), |work| async move {
        let mut work = work?;
        let (answer, goes_on) = work.next().await;
        Some((answer, goes_on.then_some(work)))
    }))
}

struct Import {
    state: Arc<State>,
    administrator: Administrator,
    origin: Origin,
    payload: Option<Payload>,
    waiting: BytesMut,
    line: u64,
    summary: Summary,
}

impl Import {
    /// The next line of the answer, and whether there is another one.
    async fn next(&mut self) -> (Bytes, bool) {
        loop {
            let line = match self.read().await {
                Ok(Some(line)) => line,
                Ok(None) => return (lines::line(&json!({ "summary": self.summary })), false),
                Err(why) => return self.broken(why),
            };
            self.line += 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let done = bulk::import_line(&self.state, &self.administrator, &self.origin, self.line, &line).await;
            return match done {
                Ok(done) => {
                    self.summary.count(&done);
                    (lines::line(&done), true)
                }
                Err(fault) => {
                    tracing::warn!(%fault, request_id = self.origin.request_id, "an import broke off");
                    self.broken("something is busy or away: send the rest again")
                }
            };
        }
    }

    fn broken(&self, why: &str) -> (Bytes, bool) {
        let end = json!({ "error": why, "line": self.line + 1, "summary": self.summary });
        (lines::line(&end), false)
    }

    async fn read(&mut self) -> Result<Option<BytesMut>, &'static str> {
        loop {
            if let Some(at) = self.waiting.iter().position(|byte| *byte == b'\n') {
                let mut line = self.waiting.split_to(at + 1);
                line.truncate(at);
                return Ok(Some(line));
            }
            if self.waiting.len() > MOST_BYTES {
                return Err("a line is 64 KiB at most");
            }
            let Some(payload) = &mut self.payload else {
                return Ok((!self.waiting.is_empty()).then(|| self.waiting.split()));
            };
            match tokio::time::timeout(PATIENCE, payload.next()).await {
                Ok(Some(Ok(chunk))) => self.waiting.extend_from_slice(&chunk),
                Ok(None) => self.payload = None,
                Ok(Some(Err(_))) | Err(_) => return Err("the body did not arrive whole"),
            }
        }
    }
}

/// Exports everybody, oldest accounts first. Passwords and factors stay here.
pub async fn export(ctx: Ctx) -> HttpResponse {
    let begun = async {
        let administrator = caller::find(&ctx).await?;
        let begun = bulk::begin_export(&ctx.state, &administrator, &ctx.origin).await;
        Ok::<_, Problem>(begun?)
    };
    let position = match begun.await {
        Ok(position) => position,
        Err(problem) => return problem.answer(&ctx),
    };
    lines::people(&ctx.state, position)
}

/// Exports the audit trail, oldest events first.
pub async fn export_events(ctx: Ctx) -> HttpResponse {
    let begun = async {
        let administrator = caller::find(&ctx).await?;
        let asked = input::of_query(Vec::new(), ctx.request.query_string())?;
        let asked = serde_urlencoded::from_str::<Taking>(&asked)
            .map_err(|error| Problem::new(Code::InvalidRequest, error.to_string()))?;
        let (filter, after) = (asked.filter()?, asked.after_seq);
        let begun = audit::begin_export(&ctx.state, &administrator, &ctx.origin, filter, after).await;
        Ok::<_, Problem>(begun?)
    };
    let export = match begun.await {
        Ok(export) => export,
        Err(problem) => return problem.answer(&ctx),
    };
    lines::events(&ctx.state, export)
}
