//! For those who watch: whether the process lives, and whether it can do its work.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::context::Ctx;
use crate::flow::health::{self, NotReady};

/// The process lives.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// The database answers, and the process is not about to stop.
pub async fn ready(ctx: Ctx) -> HttpResponse {
    let why = match health::ready(&ctx.state).await {
        Ok(()) => return alive().await,
        Err(NotReady::Draining) => "about to stop\n",
        Err(NotReady::NoDatabase) => "the database does not answer\n",
    };
    HttpResponse::ServiceUnavailable()
        .insert_header((header::RETRY_AFTER, 2))
        .content_type("text/plain; charset=utf-8")
        .body(why)
}
