//! The overview.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::sessions::rows;
use super::{count, done, frame, own, visitor};
use crate::flow::account;
use crate::flow::verify_email;
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::views::{Account, AppRow, Notice, Section, Status};

/// Shows it; whoever is not signed in signs in first.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let signed_in = match visitor(ctx, Section::Overview).await? {
        Ok(signed_in) => signed_in,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let user = &signed_in.user;
    let overview = account::overview(&ctx.state, user).await?;
    let apps = overview.apps.into_iter().map(|app| AppRow {
        client_id: app.client_id,
        name: app.client_name,
        scope: app.scope,
        since: app.granted_at,
    });
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = Account {
        page: ctx.page(lang, None, &csrf),
        frame: frame(ctx, &signed_in, Section::Overview, None).await?,
        name: user.claims.get_str("name"),
        picture: user.claims.get_str("picture"),
        email: &user.email,
        email_verified: user.email_verified,
        role: &user.role,
        plan: &user.plan,
        sessions: rows(overview.sessions, &signed_in.session),
        apps: apps.collect(),
        now: ctx.state.clock.now(),
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

/// Takes an application's access back.
pub async fn revoke_app(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        let user = &actor.signed_in.user;
        match account::revoke_app(&ctx.state, user, form.text("client"), &ctx.origin).await? {
            true => Ok(done(&ctx, Section::Overview, Notice::AppRevoked)),
            false => Err(Trouble::Status(Status::NotFound)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Sends the verification mail again.
pub async fn send_verification(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (_, actor) = own(&ctx, payload).await?;
        count(&ctx)?;
        let user = &actor.signed_in.user;
        if !user.email_verified {
            verify_email::send_again(&ctx.state, user, &actor.locale).await?;
        }
        Ok(done(&ctx, Section::Overview, Notice::VerificationSent))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}
