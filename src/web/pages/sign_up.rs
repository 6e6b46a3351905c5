//! The sign-up page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};

use super::super::Limits;
use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::oidc::authorize::flow_id;
use super::super::views::{FormProblem, SignUp, SignUpProblems, Status};
use super::forms::{FlowView, OwnForm, allow_application, lang, own_form, problems, within_limits};
use super::journey::Drawing;
use crate::flow::Fault;
use crate::flow::journey::{self, Application, Demand, Outcome, Problem};
use crate::model::journey::{JourneyFacts, JourneyKind};

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    if !journey::is_open(&ctx.state) {
        return Err(Trouble::Status(Status::NotFound));
    }
    let flow = ctx.query("flow").map(|flow| flow_id(Some(&flow))).transpose()?;
    let view = FlowView::find(ctx, flow).await?;
    let hint = view
        .as_ref()
        .and_then(|view| view.waiting.request.login_hint.clone())
        .unwrap_or_default();
    Ok(draw(
        ctx,
        StatusCode::OK,
        view.as_ref(),
        ("", &hint),
        SignUpProblems::default(),
    ))
}

fn draw(
    ctx: &Ctx,
    status: StatusCode,
    view: Option<&FlowView>,
    (name, identifier): (&str, &str),
    problems: SignUpProblems,
) -> HttpResponse {
    let lang = lang(ctx, view);
    let csrf = ctx.csrf();
    let flow = view.map(|view| view.waiting.interaction.id.to_string());
    let whole = problems.form;
    let template = SignUp {
        page: ctx.page(lang, view.map(FlowView::brand), &csrf),
        flow: flow.as_deref(),
        name,
        identifier,
        min_length: ctx.state.settings.password_min_length() as u64,
        problems,
    };
    let mut response = error::render(ctx, status, lang, &template);
    allow_application(&mut response, view);
    error::with_wait_of(response, whole)
}

/// Takes the form.
pub async fn post(ctx: Ctx, payload: Payload, limits: Data<Limits>) -> HttpResponse {
    let outcome = take(&ctx, payload, &limits).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload, limits: &Limits) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    let view = FlowView::find(ctx, form.flow()).await?;
    let refuse = |form: &OwnForm, status, problems| {
        Ok(draw(
            ctx,
            status,
            view.as_ref(),
            (form.text("name"), form.text("identifier")),
            problems,
        ))
    };
    let whole = |problem| SignUpProblems {
        form: Some(problem),
        ..SignUpProblems::default()
    };
    if let Err(limited) = within_limits(ctx, limits) {
        return refuse(&form, StatusCode::TOO_MANY_REQUESTS, whole(limited));
    }
    let here = ctx.here(lang(ctx, view.as_ref()), Demand::default());
    let facts = JourneyFacts {
        interaction: view.as_ref().map(|view| view.waiting.interaction.id),
        ..JourneyFacts::default()
    };
    let begun = journey::begin(&ctx.state, JourneyKind::SignUp, facts);
    let application = Application {
        account: form.new_account(),
        terms: form.text("terms").to_owned(),
        without_password: form.text("method") == "email",
    };
    match journey::apply(&ctx.state, &here, begun, application).await {
        Ok(Outcome::Gone) => Err(Trouble::Status(Status::NotFound)),
        Ok(Outcome::Step(_, Some(Problem::Application(found)))) => {
            let settings = &ctx.state.settings;
            let found = problems(found, form.text("identifier"), form.text("password"), settings);
            refuse(&form, StatusCode::BAD_REQUEST, found)
        }
        Ok(outcome) => Drawing::of(ctx, view.as_ref()).outcome(outcome),
        Err(Fault::Busy) => refuse(&form, StatusCode::SERVICE_UNAVAILABLE, whole(FormProblem::Busy)),
        Err(fault) => Err(fault.into()),
    }
}
