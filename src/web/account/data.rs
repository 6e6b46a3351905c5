//! Taking one's data along, and leaving.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Payload;

use super::sessions::remove_cookie;
use super::{count, done, frame, fresh, own, visitor};
use crate::flow::account::deletion::{self, Requested};
use crate::flow::account::{SignedIn, data};
use crate::model::Timestamp;
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::views::{AccountData, DeleteProblem, Leaving, Notice, Section};

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        match visitor(&ctx, Section::Data).await? {
            Ok(signed_in) => draw(&ctx, &signed_in, StatusCode::OK, None).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

async fn draw(
    ctx: &Ctx,
    signed_in: &SignedIn,
    status: StatusCode,
    problem: Option<DeleteProblem>,
) -> Result<HttpResponse, Trouble> {
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = AccountData {
        page: ctx.page(lang, None, &csrf),
        frame: frame(ctx, signed_in, Section::Data, None).await?,
        email: &signed_in.user.email,
        grace_days: ctx.state.settings.accounts.deletion_grace_days.into(),
        problem,
    };
    Ok(error::render(ctx, status, lang, &template))
}

/// Gives the person everything that is stored about them as one file.
pub async fn download(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (_, actor) = own(&ctx, payload).await?;
        if let Some(again) = fresh(&ctx, &actor.signed_in, Section::Data) {
            return Ok(again);
        }
        count(&ctx)?;
        let document = data::export(&ctx.state, &actor).await?;
        let text = serde_json::to_string_pretty(&document).unwrap_or_default();
        let name = format!("account-{}.json", ctx.state.clock.now().format("%Y-%m-%d"));
        Ok(HttpResponse::Ok()
            .content_type("application/json; charset=utf-8")
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
            .body(text))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Plans the end of the account.
pub async fn delete(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        if let Some(again) = fresh(&ctx, &actor.signed_in, Section::Data) {
            return Ok(again);
        }
        let problem = match deletion::request(&ctx.state, &actor, form.text("confirm")).await? {
            Requested::Scheduled(at) => return Ok(left(&ctx, at)),
            Requested::OtherAddress => DeleteProblem::OtherAddress,
            Requested::LastAdministrator => DeleteProblem::LastAdministrator,
        };
        draw(&ctx, &actor.signed_in, StatusCode::BAD_REQUEST, Some(problem)).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

fn left(ctx: &Ctx, at: Timestamp) -> HttpResponse {
    let lang = ctx.lang(None);
    let template = Leaving {
        page: ctx.shell(lang, None),
        at,
    };
    let mut response = error::render(ctx, StatusCode::OK, lang, &template);
    remove_cookie(ctx, &mut response);
    response
}

/// Keeps the account.
pub async fn keep(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (_, actor) = own(&ctx, payload).await?;
        deletion::cancel(&ctx.state, &actor.signed_in.user, &ctx.origin).await?;
        Ok(done(&ctx, Section::Data, Notice::Kept))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}
