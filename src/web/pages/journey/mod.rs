//! Draws where a journey stands, whichever page it began on, and reads what its forms give.

mod drawing;
mod drawn;
mod given;
mod interludes;
mod proofs;
mod setup;

pub use drawing::Drawing;
pub use given::{class, purpose};
pub use interludes::terms;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use uuid::Uuid;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::views::{FormProblem, Status, paths};
use super::super::work;
use super::forms::{FlowView, OwnForm, lang, within_limits};
use crate::flow::Fault;
use crate::flow::factors::Refusal;
use crate::flow::journey::{self as flow, Action, Here, Outcome, Problem, find};
use crate::identity::journey::Step;
use crate::model::journey::{Journey, JourneyKind};
use given::action;

/// Who is on a journey, on the way to what waits.
pub fn here(ctx: &Ctx, view: Option<&FlowView>) -> Here {
    let demand = view.map(|view| view.waiting.demand()).unwrap_or_default();
    ctx.here(lang(ctx, view), demand)
}

/// The page on which journeys of a kind go on.
fn path_of(kind: JourneyKind) -> &'static str {
    match kind {
        JourneyKind::SignIn => paths::SIGN_IN,
        JourneyKind::SignUp => paths::SIGN_UP,
        JourneyKind::Recover => paths::FORGOT_PASSWORD,
        JourneyKind::Enrol => paths::ADD_FACTOR,
    }
}

/// In the address of a page: another code was sent, as its person asked.
const SENT: &str = "sent";

/// The address of a stored journey's page.
pub fn address_of(journey: &Journey) -> String {
    format!("{}?journey={}", path_of(journey.kind), journey.id)
}

/// The journey that a page or form names.
pub async fn stored(ctx: &Ctx, id: Option<Uuid>) -> Result<Journey, Trouble> {
    let gone = || Trouble::Status(Status::FormExpired);
    find(&ctx.state, &here(ctx, None), id.ok_or_else(gone)?)
        .await?
        .ok_or_else(gone)
}

/// The page of a stored journey.
pub async fn show_stored(ctx: &Ctx, id: &str) -> Result<HttpResponse, Trouble> {
    let found = stored(ctx, Uuid::parse_str(id).ok()).await?;
    let view = FlowView::find(ctx, found.facts.interaction).await?;
    let here = here(ctx, view.as_ref());
    let stand = flow::stand(&ctx.state, &here, found).await?;
    if stand.step == Step::Apply {
        return Ok(error::see_other(ctx, paths::SIGN_UP));
    }
    Ok(Drawing::of(ctx, view.as_ref()).draw(StatusCode::OK, &stand, None))
}

/// Takes a form of a journey's page.
pub async fn go_on(
    ctx: &Ctx,
    view: Option<&FlowView>,
    form: &OwnForm,
    journey: Journey,
) -> Result<HttpResponse, Trouble> {
    let (drawing, here) = (Drawing::of(ctx, view).answering(form), here(ctx, view));
    let mut kept = journey.clone();
    if kept.facts.expected.is_none() && !form.identifier().is_empty() {
        form.identifier().clone_into(&mut kept.facts.identifier);
    }
    let action = action(form);
    let class = class(&action, journey.kind);
    if let Err(limited) = within_limits(ctx, form.work(), class).await? {
        let stand = flow::stand(&ctx.state, &here, kept).await?;
        return Ok(drawing.refuse(StatusCode::TOO_MANY_REQUESTS, &stand, limited));
    }
    let again = matches!(action, Action::Again);
    match flow::act(&ctx.state, &here, journey, action).await {
        Ok(Outcome::Step(stand, None)) if again => Ok(error::see_other(
            ctx,
            &format!("{}&{SENT}=again", address_of(&stand.journey)),
        )),
        Ok(outcome) => {
            if let Outcome::Step(_, Some(Problem::Answer(Refusal::Wrong | Refusal::TooMany))) = outcome {
                work::suspect(ctx);
            }
            drawing.outcome(outcome)
        }
        Err(Fault::Busy) => {
            let stand = flow::stand(&ctx.state, &here, kept).await?;
            Ok(drawing.refuse(StatusCode::SERVICE_UNAVAILABLE, &stand, FormProblem::Busy))
        }
        Err(fault) => Err(fault.into()),
    }
}
