//! Journeys, step by step, for pages that applications draw themselves: begun, looked at, gone on with. What a page of ours
//! shows is in [`shape`], what its form gives in [`input`]; the journey is the same.

mod fields;
pub mod input;
mod refused;
pub mod shape;
mod show;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Path, Payload};
use uuid::Uuid;

use super::body::json;
use super::problem::{Code, Problem, Trouble, answer};
use crate::flow::account::{self, SignedIn, factors};
use crate::flow::factors::{Factor, Refusal, Setup};
use crate::flow::invitations;
use crate::flow::journey::{self as flow, Here, Outcome, Stand};
use crate::flow::limits::{self, Limit, Verdict};
use crate::identity::journey::Step;
use crate::model::journey::{Journey, JourneyFacts, JourneyKind};
use crate::model::secret::Secret;
use crate::web::context::Ctx;
use crate::web::error::{self, with_wait};
use crate::web::limits::Class;
use crate::web::pages::forms::{FlowView, session_cookies, within, within_limits};
use crate::web::pages::refusals::status;
use crate::web::pages::{journey as pages, sign_in};
use crate::web::views::{FormProblem, paths};
use crate::web::work;
use input::{Begin, Given, Kind};
use shape::{Done, Flow};
use show::Show;

/// Begins a flow.
///
/// It is bound to the browser by a cookie that the answer sets, and waits for half an hour.
#[utoipa::path(
    post, path = "/api/flows", operation_id = "beginFlow", tag = "Flows",
    request_body = Begin,
    responses(
        (status = 201, description = "The flow, at its first step.", body = Flow),
        (status = "default", description = "Refused.", body = super::problem::ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub async fn begin(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let given: Begin = json(&ctx, payload).await?;
        within(&ctx, Class::Flow).map_err(|seconds| Problem::new(Code::RateLimited).waiting(seconds))?;
        let view = waiting(&ctx, given.interaction).await?;
        let here = pages::here(&ctx, view.as_ref());
        let journey = begun(&ctx, &here, view.as_ref(), &given).await?;
        let invited = match &given.invitation {
            Some(token) => {
                let found = invitations::look(&ctx.state, &Secret::new(token.clone())).await?;
                Some(found.ok_or(Code::SignUpClosed)?.email)
            }
            None => None,
        };
        let stand = flow::stand(&ctx.state, &here, journey).await?;
        let mut shown = Show::of(&ctx, view.as_ref()).flow(&stand);
        shown.invited = invited;
        Ok(shown.answer(&ctx, StatusCode::CREATED))
    };
    let outcome = outcome.await;
    answer(&ctx, outcome)
}

async fn begun(ctx: &Ctx, here: &Here, view: Option<&FlowView>, given: &Begin) -> Result<Journey, Trouble> {
    let return_to = match &given.return_to {
        Some(uri) if ctx.state.settings.headless.holds(uri) => Some(uri.clone()),
        Some(_) => return Err(Code::InvalidReturnTo.into()),
        None => None,
    };
    let facts = JourneyFacts {
        interaction: given.interaction,
        return_to: return_to.clone(),
        ..JourneyFacts::default()
    };
    let journey = match given.kind {
        Kind::Enrol => {
            let signed_in = signed_in(ctx).await?;
            if !signed_in.is_fresh(ctx.state.clock.now()) {
                return Err(Code::FreshSignInRequired.into());
            }
            // Stored already.
            return Ok(factors::add(&ctx.state, here, &signed_in).await?);
        }
        Kind::SignIn if given.again => {
            let user = signed_in(ctx).await?.user;
            let facts = JourneyFacts {
                identifier: user.email,
                expected: Some(user.id),
                ..facts
            };
            flow::begin(&ctx.state, JourneyKind::SignIn, facts)
        }
        Kind::SignIn => {
            let mut begun = sign_in::begin(ctx, view, given.other);
            begun.facts.return_to = return_to;
            begun
        }
        Kind::SignUp if given.invitation.is_none() && !flow::is_open(&ctx.state) => {
            return Err(Code::SignUpClosed.into());
        }
        Kind::SignUp => flow::begin(&ctx.state, JourneyKind::SignUp, facts),
        Kind::Recover => flow::begin(&ctx.state, JourneyKind::Recover, facts),
    };
    Ok(flow::keep(&ctx.state, here, journey).await?)
}

async fn signed_in(ctx: &Ctx) -> Result<SignedIn, Trouble> {
    let found = account::who(&ctx.state, ctx.session()).await?;
    Ok(found.ok_or(Code::SignInRequired)?)
}

/// The authorization request that waits, if one does.
async fn waiting(ctx: &Ctx, interaction: Option<Uuid>) -> Result<Option<FlowView>, Trouble> {
    FlowView::find(ctx, interaction).await.map_err(|trouble| match trouble {
        error::Trouble::Status(_) => Code::InteractionGone.into(),
        error::Trouble::Fault(fault) => Trouble::Fault(fault),
    })
}

/// A flow of this browser; one that adds a factor belongs to whoever is signed in as well.
async fn stored(ctx: &Ctx, id: &str) -> Result<Journey, Trouble> {
    let id = Uuid::parse_str(id).map_err(|_| Code::FlowGone)?;
    let found = flow::find(&ctx.state, &pages::here(ctx, None), id).await?;
    let journey = found.ok_or(Code::FlowGone)?;
    if journey.kind == JourneyKind::Enrol && journey.facts.expected != Some(signed_in(ctx).await?.user.id) {
        return Err(Code::FlowGone.into());
    }
    Ok(journey)
}

/// Shows where a flow stands.
#[utoipa::path(
    get, path = "/api/flows/{id}", operation_id = "showFlow", tag = "Flows",
    params(("id" = Uuid, Path, description = "The flow.")),
    responses(
        (status = 200, description = "The flow.", body = Flow),
        (status = "default", description = "Refused.", body = super::problem::ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub async fn show(ctx: Ctx, id: Path<String>) -> HttpResponse {
    let outcome = async {
        let journey = stored(&ctx, &id).await?;
        let view = waiting(&ctx, journey.facts.interaction).await?;
        let stand = flow::stand(&ctx.state, &pages::here(&ctx, view.as_ref()), journey).await?;
        Ok(Show::of(&ctx, view.as_ref()).flow(&stand).answer(&ctx, StatusCode::OK))
    };
    let outcome = outcome.await;
    answer(&ctx, outcome)
}

/// Goes on with a flow: gives what its step asks for, chooses another way, asks for another code, or begins anew.
///
/// What is wrong with an answer is in `errors`, and the step is the same as before. At `done` the answer sets the cookies of
/// the session; the page sends the browser to `redirect_to`.
#[utoipa::path(
    post, path = "/api/flows/{id}", operation_id = "continueFlow", tag = "Flows",
    params(("id" = Uuid, Path, description = "The flow.")),
    request_body = Given,
    responses(
        (status = 200, description = "The flow at its next step, or at its end.", body = Flow),
        (status = 400, description = "The flow at the same step, with what is wrong; or the body makes no sense.", content((Flow = "application/json"), (super::problem::ProblemDetails = "application/problem+json"))),
        (status = 401, description = "The same, where a password, a code or a passkey was wrong; or nobody is signed in.", content((Flow = "application/json"), (super::problem::ProblemDetails = "application/problem+json"))),
        (status = 429, description = "The same, where there were too many tries.", body = Flow),
        (status = 503, description = "The same, where the server has no room for the work; or something is away.", content((Flow = "application/json"), (super::problem::ProblemDetails = "application/problem+json"))),
        (status = "default", description = "Refused.", body = super::problem::ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub async fn go_on(ctx: Ctx, id: Path<String>, payload: Payload) -> HttpResponse {
    let outcome = async {
        let given: Given = json(&ctx, payload).await?;
        let journey = stored(&ctx, &id).await?;
        let view = waiting(&ctx, journey.facts.interaction).await?;
        walk(&ctx, view.as_ref(), journey, given).await
    };
    let outcome = outcome.await;
    answer(&ctx, outcome)
}

async fn walk(ctx: &Ctx, view: Option<&FlowView>, journey: Journey, given: Given) -> Result<HttpResponse, Trouble> {
    let (show, here) = (Show::of(ctx, view), pages::here(ctx, view));
    let (kind, id) = (journey.kind, journey.id);
    let stand = flow::stand(&ctx.state, &here, journey).await?;
    let applies = stand.step == Step::Apply;
    let identifier = given.identifier.clone().unwrap_or_default();
    let password = given.password.clone();
    let work = given.proof_of_work.clone();
    let action = given.clone().action();
    let class = match applies {
        true => Class::SignUp,
        false => pages::class(&action, kind),
    };
    if let Err(limited) = within_limits(ctx, work.as_deref(), class).await? {
        return Ok(too_many(ctx, &show, &stand, limited));
    }
    let outcome = match applies {
        true => {
            work::suspect(ctx);
            if let Verdict::Over(retry_after) =
                limits::count(&ctx.state, Limit::SignUpFrom(&ctx.origin.address)).await?
            {
                return Ok(too_many(ctx, &show, &stand, FormProblem::RateLimited { retry_after }));
            }
            flow::apply(&ctx.state, &here, stand.journey, given.application(&ctx.state.settings)).await?
        }
        false => flow::act(&ctx.state, &here, stand.journey, action).await?,
    };
    if let Outcome::Step(_, Some(flow::Problem::Answer(Refusal::Wrong | Refusal::TooMany))) = outcome {
        work::suspect(ctx);
    }
    Ok(match outcome {
        Outcome::Gone if applies => return Err(Code::SignUpClosed.into()),
        Outcome::Gone => return Err(Code::FlowGone.into()),
        Outcome::Step(stand, problem) => {
            let mut shown = show.flow(&stand);
            let (mut code, mut wait) = (StatusCode::OK, None);
            if let Some(problem) = problem {
                code = status(&problem);
                let asked = refused::Asked {
                    factor: stand.factor.map(Factor::name),
                    recipient: stand.setup == Some(Setup::Recipient),
                    known: stand.account.is_some() || stand.journey.facts.expected.is_some(),
                    identifier: &identifier,
                    password: password.as_ref().map_or("", Secret::expose),
                };
                shown.errors = refused::errors(&ctx.state.settings, show.t(), &problem, asked);
                wait = shown.errors.iter().find_map(|error| error.retry_after);
            }
            let response = shown.answer(ctx, code);
            match wait {
                Some(seconds) => with_wait(response, seconds),
                None => response,
            }
        }
        Outcome::SignedIn(finished) => {
            let location = match (finished.interaction, &finished.return_to) {
                (Some(flow), _) => format!("{}?flow={flow}", paths::CONTINUE),
                (None, Some(page)) => page.clone(),
                (None, None) => paths::ACCOUNT.to_owned(),
            };
            let mut response = show
                .done(id, kind, Done::SignedIn, &location)
                .answer(ctx, StatusCode::OK);
            for cookie in session_cookies(ctx, &finished) {
                if let Ok(value) = HeaderValue::from_str(&cookie) {
                    response.headers_mut().append(header::SET_COOKIE, value);
                }
            }
            response
        }
        Outcome::PasswordSet => show
            .done(id, kind, Done::PasswordSet, paths::SIGN_IN)
            .answer(ctx, StatusCode::OK),
        Outcome::Enrolled => show
            .done(id, kind, Done::FactorAdded, paths::ACCOUNT_SECURITY)
            .answer(ctx, StatusCode::OK),
    })
}

/// The step again, whose answer was not even looked at.
fn too_many(ctx: &Ctx, show: &Show<'_>, stand: &Stand, limited: FormProblem) -> HttpResponse {
    let mut shown = show.flow(stand);
    let (code, status, seconds) = match limited {
        FormProblem::RateLimited { retry_after } => ("rate_limited", StatusCode::TOO_MANY_REQUESTS, retry_after),
        FormProblem::Busy => ("busy", StatusCode::SERVICE_UNAVAILABLE, error::RETRY_AFTER),
    };
    shown.errors = vec![shape::FieldError {
        field: None,
        code,
        message: limited.text(show.t()),
        retry_after: Some(seconds),
    }];
    with_wait(shown.answer(ctx, status), seconds)
}
