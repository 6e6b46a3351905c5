//! The account page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use uuid::Uuid;

use super::Limits;
use super::context::Ctx;
use super::error::{self, Trouble};
use super::pages::{OwnForm, own_form};
use super::views::{Account, AppRow, Notice, SessionRow, Status, paths};
use crate::flow::account::{self, SignedIn};
use crate::flow::verify_email;

pub mod device;

/// Shows the page; whoever is not signed in signs in first.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let Some(signed_in) = account::who(&ctx.state, ctx.session()).await? else {
        return Ok(error::see_other(ctx, paths::SIGN_IN));
    };
    let SignedIn { user, session } = signed_in;
    let overview = account::overview(&ctx.state, &user).await?;
    let mut sessions: Vec<_> = overview
        .sessions
        .into_iter()
        .map(|row| SessionRow {
            current: row.id == session.id,
            id: row.id.to_string(),
            device: device::describe(&row.user_agent),
            address: row.address,
            last_used: row.last_seen_at,
        })
        .collect();
    sessions.sort_by_key(|row| !row.current);
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
        name: user.claims.get_str("name"),
        email: &user.email,
        email_verified: user.email_verified,
        role: &user.role,
        plan: &user.plan,
        sessions,
        apps: apps.collect(),
        now: ctx.state.clock.now(),
        notice: match ctx.query("done").as_deref() {
            Some("verification") => Some(Notice::VerificationSent),
            Some("session") => Some(Notice::SessionEnded),
            Some("app") => Some(Notice::AppRevoked),
            _ => None,
        },
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

/// Ends one of the person's sessions.
pub async fn end_session(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, signed_in) = own(&ctx, payload).await?;
        let session = Uuid::parse_str(form.text("session")).map_err(|_| Trouble::Status(Status::BadRequest))?;
        match account::end_session(&ctx.state, &signed_in.user, session, &ctx.origin).await? {
            true => Ok(done(&ctx, "session")),
            false => Err(Trouble::Status(Status::NotFound)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Takes an application's access back.
pub async fn revoke_app(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, signed_in) = own(&ctx, payload).await?;
        match account::revoke_app(&ctx.state, &signed_in.user, form.text("client"), &ctx.origin).await? {
            true => Ok(done(&ctx, "app")),
            false => Err(Trouble::Status(Status::NotFound)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Sends the verification mail again.
pub async fn send_verification(ctx: Ctx, payload: Payload, limits: Data<Limits>) -> HttpResponse {
    let outcome = async {
        let (_, signed_in) = own(&ctx, payload).await?;
        limits
            .count(ctx.address)
            .map_err(|retry_after| Trouble::Status(Status::TooManyRequests { retry_after }))?;
        if !signed_in.user.email_verified {
            verify_email::send_again(&ctx.state, &signed_in.user, ctx.lang(None).tag()).await?;
        }
        Ok(done(&ctx, "verification"))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// A form of the account page, and who sent it.
async fn own(ctx: &Ctx, payload: Payload) -> Result<(OwnForm, SignedIn), Trouble> {
    let form = own_form(ctx, payload).await?;
    let signed_in = account::who(&ctx.state, ctx.session()).await?;
    signed_in
        .map(|signed_in| (form, signed_in))
        .ok_or(Trouble::Status(Status::FormExpired))
}

fn done(ctx: &Ctx, what: &str) -> HttpResponse {
    error::see_other(ctx, &format!("{}?done={what}", paths::ACCOUNT))
}
