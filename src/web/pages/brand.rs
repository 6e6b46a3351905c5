//! What branding serves: a style sheet of tokens and a logo. Their addresses change with their content; without the part that
//! changes they are asked for again after a while, as by mail that was sent long ago.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::super::context::Ctx;
use super::super::error;

/// The style sheet.
pub async fn theme_css(ctx: Ctx) -> HttpResponse {
    let Some((css, hash)) = ctx.look().css() else {
        return error::not_found(ctx).await;
    };
    let content = (css.to_owned(), hash.to_owned());
    serve(&ctx, "text/css; charset=utf-8", content.0.into_bytes(), &content.1)
}

/// The logo. An SVG file may hold scripts: opened by itself it may do nothing.
pub async fn logo(ctx: Ctx) -> HttpResponse {
    let Some(logo) = ctx.look().logo().cloned() else {
        return error::not_found(ctx).await;
    };
    let mut response = serve(&ctx, logo.content_type, logo.bytes, &logo.hash);
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        header::HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    );
    response
}

fn serve(ctx: &Ctx, content_type: &str, bytes: Vec<u8>, hash: &str) -> HttpResponse {
    let kept = match ctx.query("v").as_deref() == Some(hash) {
        true => "public, max-age=31536000, immutable",
        false => "public, max-age=300",
    };
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::ETAG, format!("\"{hash}\"")))
        .insert_header((header::CACHE_CONTROL, kept))
        .body(bytes)
}
