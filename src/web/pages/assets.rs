//! Static files, under names that change with their content.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::super::context::Ctx;
use super::super::error;
use super::super::views::assets;

/// A file, for ever.
pub async fn get(ctx: Ctx) -> HttpResponse {
    match assets::find(ctx.request.path()) {
        None => error::not_found(ctx).await,
        Some(asset) => HttpResponse::Ok()
            .content_type(asset.content_type)
            .insert_header((header::ETAG, asset.etag.as_str()))
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(asset.bytes),
    }
}
