//! For those who watch: whether the process lives, and whether it can do its work.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::context::Ctx;
use crate::flow;

/// The process lives.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// The database answers.
pub async fn ready(ctx: Ctx) -> HttpResponse {
    match flow::keys::list(&ctx.state).await {
        Ok(_) => alive().await,
        Err(_) => HttpResponse::ServiceUnavailable()
            .insert_header((header::RETRY_AFTER, 2))
            .body("the database does not answer\n"),
    }
}
