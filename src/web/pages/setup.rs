//! The first administrator's page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::limits::Class;
use super::super::views::{FormProblem, Setup, SetupGone, SignUpProblems, paths};
use super::forms::{own_form, problems, signed_in, within_limits};
use crate::flow::Fault;
use crate::flow::setup::{self, Input, Outcome};
use crate::model::secret::Secret;

/// Shows the page of a link.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let token = ctx.query("token").unwrap_or_default();
    match setup::look(&ctx.state, &Secret::new(token.clone())).await? {
        true => Ok(draw(ctx, StatusCode::OK, &token, ("", ""), SignUpProblems::default())),
        false => Ok(gone(ctx)),
    }
}

fn draw(
    ctx: &Ctx,
    status: StatusCode,
    token: &str,
    (name, identifier): (&str, &str),
    problems: SignUpProblems,
) -> HttpResponse {
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let whole = problems.form;
    let template = Setup {
        page: ctx.page(lang, None, &csrf),
        token,
        name,
        identifier,
        min_length: ctx.state.settings.password_min_length() as u64,
        problems,
    };
    error::with_wait_of(error::render(ctx, status, lang, &template), whole)
}

fn gone(ctx: &Ctx) -> HttpResponse {
    let lang = ctx.lang(None);
    error::render(
        ctx,
        StatusCode::GONE,
        lang,
        &SetupGone {
            page: ctx.shell(lang, None),
        },
    )
}

/// Takes the form.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    let refuse = |status, problems| {
        Ok(draw(
            ctx,
            status,
            form.text("token"),
            (form.text("name"), form.text("identifier")),
            problems,
        ))
    };
    let whole = |problem| SignUpProblems {
        form: Some(problem),
        ..SignUpProblems::default()
    };
    if let Err(limited) = within_limits(ctx, form.work(), Class::SignIn).await? {
        return refuse(StatusCode::TOO_MANY_REQUESTS, whole(limited));
    }
    let input = Input {
        token: form.secret("token"),
        account: form.new_account(),
        visitor: ctx.visitor(),
    };
    let home = if ctx.state.settings.is_development() {
        paths::HOME
    } else {
        paths::ACCOUNT
    };
    match setup::run(&ctx.state, input).await {
        Ok(Outcome::Done(session)) => Ok(signed_in(ctx, &session, home)),
        Ok(Outcome::Gone) => Ok(gone(ctx)),
        Ok(Outcome::Problems(found)) => {
            let settings = &ctx.state.settings;
            let found = problems(found, form.text("identifier"), form.text("password"), settings);
            refuse(StatusCode::BAD_REQUEST, found)
        }
        Err(Fault::Busy) => refuse(StatusCode::SERVICE_UNAVAILABLE, whole(FormProblem::Busy)),
        Err(fault) => Err(fault.into()),
    }
}
