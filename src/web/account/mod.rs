//! The account pages: a file for each, and what they share.

mod data;
pub mod device;
mod emails;
mod factors;
mod overview;
mod password;
mod phone;
mod picture;
mod profile;
mod security;
mod sessions;

use actix_web::HttpResponse;
use actix_web::web::{self, Payload, ServiceConfig};

use super::context::Ctx;
use super::error::{self, Trouble};
use super::pages::{OwnForm, own_form};
use super::views::{Frame, FrameProblem, Notice, Section, Status, again_href, paths};
use super::{page, resource};
use crate::flow::account::{self, Actor, SignedIn, deletion};

/// The routes of the account.
pub fn routes(config: &mut ServiceConfig) {
    let get = |path, get| resource(path, "GET").route(get);
    let post = |path, post| resource(path, "POST").route(post);
    config
        .service(get(paths::ACCOUNT, web::get().to(overview::get)))
        .service(post(paths::REVOKE_APP, web::post().to(overview::revoke_app)))
        .service(post(
            paths::SEND_VERIFICATION,
            web::post().to(overview::send_verification),
        ))
        .service(page(
            paths::ACCOUNT_PROFILE,
            web::get().to(profile::get),
            web::post().to(profile::post),
        ))
        .service(post(paths::ACCOUNT_USERNAME, web::post().to(profile::username)))
        .service(post(paths::ACCOUNT_PICTURE, web::post().to(picture::post)))
        .service(post(paths::ACCOUNT_PICTURE_REMOVE, web::post().to(picture::remove)))
        .service(get(paths::PICTURE, web::get().to(picture::get)))
        .service(page(
            paths::ACCOUNT_EMAILS,
            web::get().to(emails::get),
            web::post().to(emails::post),
        ))
        .service(page(
            paths::ACCOUNT_EMAIL_CONFIRM,
            web::get().to(emails::question),
            web::post().to(emails::confirm),
        ))
        .service(post(paths::ACCOUNT_EMAIL_PRIMARY, web::post().to(emails::make_primary)))
        .service(post(paths::ACCOUNT_EMAIL_REMOVE, web::post().to(emails::remove)))
        .service(post(paths::ACCOUNT_EMAIL_CANCEL, web::post().to(emails::cancel)))
        .service(page(
            paths::ACCOUNT_PHONE,
            web::get().to(phone::get),
            web::post().to(phone::post),
        ))
        .service(post(paths::ACCOUNT_PHONE_CONFIRM, web::post().to(phone::confirm)))
        .service(post(paths::ACCOUNT_PHONE_REMOVE, web::post().to(phone::remove)))
        .service(page(
            paths::ACCOUNT_PASSWORD,
            web::get().to(password::get),
            web::post().to(password::post),
        ))
        .service(get(paths::ACCOUNT_SECURITY, web::get().to(security::get)))
        .service(page(
            paths::ADD_FACTOR,
            web::get().to(factors::get_add),
            web::post().to(factors::post_add),
        ))
        .service(post(paths::REMOVE_FACTOR, web::post().to(factors::remove)))
        .service(post(paths::RENAME_FACTOR, web::post().to(factors::rename)))
        .service(post(paths::NEW_CODES, web::post().to(factors::renew_codes)))
        .service(post(paths::CODES_KEPT, web::post().to(factors::codes_kept)))
        .service(post(
            paths::ACCOUNT_DEVICE_FORGET,
            web::post().to(security::forget_device),
        ))
        .service(get(paths::ACCOUNT_SESSIONS, web::get().to(sessions::get)))
        .service(post(paths::END_SESSION, web::post().to(sessions::end)))
        .service(post(paths::END_OTHER_SESSIONS, web::post().to(sessions::end_others)))
        .service(post(paths::END_ALL_SESSIONS, web::post().to(sessions::end_all)))
        .service(get(paths::ACCOUNT_DATA, web::get().to(data::get)))
        .service(post(paths::ACCOUNT_DATA_DOWNLOAD, web::post().to(data::download)))
        .service(post(paths::ACCOUNT_DELETE, web::post().to(data::delete)))
        .service(post(paths::ACCOUNT_KEEP, web::post().to(data::keep)));
}

/// Who is signed in, for a page that is looked at; whoever is not signs in first and comes back.
async fn visitor(ctx: &Ctx, section: Section) -> Result<Result<SignedIn, HttpResponse>, Trouble> {
    let signed_in = account::who(&ctx.state, ctx.session()).await?;
    Ok(signed_in.ok_or_else(|| match section {
        Section::Overview => error::see_other(ctx, paths::SIGN_IN),
        _ => error::see_other(ctx, &format!("{}?return_to={}", paths::SIGN_IN, section.path())),
    }))
}

/// A form of an account page, and who sent it.
async fn own(ctx: &Ctx, payload: Payload) -> Result<(OwnForm, Actor), Trouble> {
    let form = own_form(ctx, payload).await?;
    Ok((form, actor(ctx).await?))
}

async fn actor(ctx: &Ctx) -> Result<Actor, Trouble> {
    let signed_in = account::who(&ctx.state, ctx.session()).await?;
    let signed_in = signed_in.ok_or(Trouble::Status(Status::FormExpired))?;
    let visitor = ctx.visitor();
    Ok(Actor {
        signed_in,
        device: visitor.device,
        origin: visitor.origin,
        locale: ctx.lang(None).tag().to_owned(),
    })
}

/// The one guard of what matters (ASVS 7.5.1): whoever did not prove who they are within the last ten minutes does so first,
/// and comes back to the page. `None` for whoever did. Everything that changes how an account is reached asks it.
pub fn fresh(ctx: &Ctx, signed_in: &SignedIn, section: Section) -> Option<HttpResponse> {
    let is_fresh = signed_in.is_fresh(ctx.state.clock.now());
    (!is_fresh).then(|| error::see_other(ctx, &again_href(section)))
}

/// Counts a try of the address.
fn count(ctx: &Ctx) -> Result<(), Trouble> {
    ctx.limits()
        .count(super::limits::Class::Code, ctx.address)
        .map_err(|retry_after| Trouble::Status(Status::TooManyRequests { retry_after }))
}

/// What stands around a page.
async fn frame(
    ctx: &Ctx,
    signed_in: &SignedIn,
    section: Section,
    problem: Option<FrameProblem>,
) -> Result<Frame, Trouble> {
    Ok(Frame {
        section,
        fresh: signed_in.is_fresh(ctx.state.clock.now()),
        delete_at: deletion::scheduled(&ctx.state, &signed_in.user).await?,
        // Said once: not again above a form that was refused.
        notice: ctx
            .query("done")
            .filter(|_| ctx.request.method() == actix_web::http::Method::GET)
            .and_then(|done| Notice::from_query(&done)),
        problem,
    })
}

/// Back to a page, which says what was done.
fn done(ctx: &Ctx, section: Section, notice: Notice) -> HttpResponse {
    error::see_other(ctx, &format!("{}?done={}", section.path(), notice.as_query()))
}
