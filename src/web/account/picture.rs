//! The picture: taken, and shown to everybody who has its address, which applications get as a claim.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Payload;
use uuid::Uuid;

use super::profile::{Refused, draw};
use super::{actor, count, done, own};
use crate::flow::account::picture;
use crate::identity::picture::{MAX_BYTES, PictureError};
use crate::model::secret::Digest;
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::upload;
use crate::web::views::{Notice, PictureProblem, Section, Status};

/// The form's file.
const FIELD: &str = "picture";

/// Takes a picture.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let upload = upload::read(&ctx.request, payload, FIELD, MAX_BYTES).await?;
    if !ctx.is_own_form(upload.text("csrf")) {
        return Err(Trouble::Status(Status::FormExpired));
    }
    let actor = actor(ctx).await?;
    count(ctx)?;
    let problem = if upload.file.is_empty() {
        PictureProblem::Missing
    } else {
        match picture::set(&ctx.state, &actor, upload.file).await? {
            Ok(()) => return Ok(done(ctx, Section::Profile, Notice::PictureSaved)),
            Err(PictureError::TooLarge) => PictureProblem::TooLarge,
            Err(PictureError::Kind) => PictureProblem::Kind,
            Err(PictureError::TooManyPixels) => PictureProblem::TooManyPixels,
            Err(PictureError::Damaged) => PictureProblem::Damaged,
        }
    };
    let status = match problem {
        PictureProblem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    draw(ctx, &actor.signed_in, status, Refused::picture(problem)).await
}

/// Takes the picture away.
pub async fn remove(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (_, actor) = own(&ctx, payload).await?;
        picture::remove(&ctx.state, &actor).await?;
        Ok(done(&ctx, Section::Profile, Notice::PictureRemoved))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Shows one. Pages of applications show it too, so other origins may embed it; nothing in it is ever run.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let part = |name| ctx.request.match_info().get(name).unwrap_or_default();
    let missing = Trouble::Status(Status::NotFound);
    let (Ok(user), Some(digest)) = (Uuid::parse_str(part("user")), Digest::from_hex(part("digest"))) else {
        return Err(missing);
    };
    let (media_type, image) = picture::find(&ctx.state, user, digest).await?.ok_or(missing)?;
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .body(image))
}
