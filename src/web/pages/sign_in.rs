//! The sign-in page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};

use super::super::Limits;
use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::oidc::authorize::flow_id;
use super::super::views::{FormProblem, SignIn, SignInProblem, paths};
use super::forms::{FlowView, allow_application, lang, own_form, signed_in, within_limits};
use crate::flow::Fault;
use crate::flow::account;
use crate::flow::sign_in::{self, Input, Outcome};
use crate::protocol::next_step::NextStep;
use crate::settings::SignUp;

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let flow = ctx.query("flow").map(|flow| flow_id(Some(&flow))).transpose()?;
    let view = FlowView::find(ctx, flow).await?;
    match &view {
        None if account::who(&ctx.state, ctx.session()).await?.is_some() => {
            return Ok(error::see_other(ctx, paths::ACCOUNT));
        }
        // Signed in meanwhile, in another window: straight on. `other` asks for another account in any case.
        Some(view) if !matches!(view.waiting.next, NextStep::SignIn { .. }) && ctx.query("other").is_none() => {
            return Ok(error::see_other(
                ctx,
                &format!("{}?flow={}", paths::CONTINUE, view.waiting.interaction.id),
            ));
        }
        _ => {}
    }
    let hint = view
        .as_ref()
        .and_then(|view| view.waiting.request.login_hint.clone())
        .unwrap_or_default();
    let again = again_as(view.as_ref()).filter(|_| ctx.query("other").is_none());
    Ok(draw(ctx, StatusCode::OK, view.as_ref(), &hint, again, None))
}

/// The person who is asked to prove it once more.
fn again_as(view: Option<&FlowView>) -> Option<&str> {
    let waiting = &view?.waiting;
    let again = matches!(waiting.next, NextStep::SignIn { again: true, .. });
    waiting
        .live
        .as_ref()
        .filter(|_| again)
        .map(|live| live.user.email.as_str())
}

fn draw(
    ctx: &Ctx,
    status: StatusCode,
    view: Option<&FlowView>,
    identifier: &str,
    again_as: Option<&str>,
    problem: Option<SignInProblem>,
) -> HttpResponse {
    let lang = lang(ctx, view);
    let csrf = ctx.csrf();
    let flow = view.map(|view| view.waiting.interaction.id.to_string());
    let template = SignIn {
        page: ctx.page(lang, view.map(FlowView::brand), &csrf),
        flow: flow.as_deref(),
        identifier,
        again_as,
        problem,
        sign_up_open: ctx.state.settings.accounts.sign_up == SignUp::Open,
    };
    let mut response = error::render(ctx, status, lang, &template);
    allow_application(&mut response, view);
    match problem {
        Some(SignInProblem::Locked { retry_after }) => error::with_wait(response, retry_after),
        Some(SignInProblem::Form(problem)) => error::with_wait_of(response, Some(problem)),
        _ => response,
    }
}

/// Takes the form.
pub async fn post(ctx: Ctx, payload: Payload, limits: Data<Limits>) -> HttpResponse {
    let outcome = take(&ctx, payload, &limits).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload, limits: &Limits) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    let view = FlowView::find(ctx, form.flow()).await?;
    let view = view.as_ref();
    if form.has("other") {
        return Ok(draw(ctx, StatusCode::OK, view, "", None, None));
    }
    // Whoever is asked once more is asked as themselves, whatever the form says; unless another account is wanted, which
    // the form then names.
    let again = again_as(view).filter(|_| !form.has("identifier"));
    let identifier = again.unwrap_or_else(|| form.text("identifier")).to_owned();
    let refuse = |status, problem| Ok(draw(ctx, status, view, &identifier, again, Some(problem)));
    if identifier.trim().is_empty() {
        return refuse(StatusCode::BAD_REQUEST, SignInProblem::MissingIdentifier);
    }
    if !form.has("password") {
        return refuse(StatusCode::BAD_REQUEST, SignInProblem::MissingPassword);
    }
    if let Err(limited) = within_limits(ctx, limits) {
        return refuse(StatusCode::TOO_MANY_REQUESTS, SignInProblem::Form(limited));
    }
    let input = Input {
        identifier: identifier.clone(),
        password: form.secret("password"),
        visitor: ctx.visitor(),
    };
    match sign_in::run(&ctx.state, input).await {
        Ok(Outcome::SignedIn(session)) => Ok(signed_in(ctx, &session, form.flow(), paths::ACCOUNT)),
        Ok(Outcome::Wrong) => refuse(StatusCode::UNAUTHORIZED, SignInProblem::WrongCredentials),
        Ok(Outcome::Wait(retry_after)) => refuse(StatusCode::TOO_MANY_REQUESTS, SignInProblem::Locked { retry_after }),
        Err(Fault::Busy) => refuse(StatusCode::SERVICE_UNAVAILABLE, SignInProblem::Form(FormProblem::Busy)),
        Err(fault) => Err(fault.into()),
    }
}
