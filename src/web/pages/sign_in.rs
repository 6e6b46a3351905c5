//! The sign-in pages: who, then how, then whatever is missing.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use uuid::Uuid;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::limits::Class;
use super::super::oidc::authorize::flow_id;
use super::super::views::{FormProblem, Section, Status, paths};
use super::super::work;
use super::forms::{FlowView, OwnForm, lang, own_form, within_limits};
use super::journey::{self, Drawing};
use crate::flow::factors::Refusal;
use crate::flow::journey::{Action, Here, Outcome, Problem, find};
use crate::flow::{Fault, account, journey as flow};
use crate::model::journey::{Journey, JourneyFacts, JourneyKind};
use crate::model::user::User;
use crate::protocol::next_step::NextStep;

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    if let Some(id) = ctx.query("journey") {
        return show_stored(ctx, &id).await;
    }
    let flow = ctx.query("flow").map(|flow| flow_id(Some(&flow))).transpose()?;
    let view = FlowView::find(ctx, flow).await?;
    let signed_in = match &view {
        None => account::who(&ctx.state, ctx.session()).await?,
        Some(_) => None,
    };
    match (&view, signed_in) {
        (None, Some(signed_in)) if ctx.query("again").is_some() => {
            return ask_again(ctx, &signed_in.user).await;
        }
        (None, Some(_)) if ctx.query("other").is_none() => {
            return Ok(error::see_other(ctx, paths::ACCOUNT));
        }
        // Signed in meanwhile, in another window: straight on. `other` asks for another account in any case.
        (Some(view), _) if !matches!(view.waiting.next, NextStep::SignIn { .. }) && ctx.query("other").is_none() => {
            return Ok(error::see_other(
                ctx,
                &format!("{}?flow={}", paths::CONTINUE, view.waiting.interaction.id),
            ));
        }
        _ => {}
    }
    let here = here(ctx, view.as_ref());
    let mut begun = begin(ctx, view.as_ref(), ctx.query("other").is_some());
    if view.is_none() && begun.facts.return_to.is_none() {
        begun.facts.return_to = return_to(ctx);
        if begun.facts.return_to.is_some() {
            // The page that asked is remembered with the journey, not in the form.
            begun = flow::keep(&ctx.state, &here, begun).await?;
        }
    }
    let mut stand = flow::stand(&ctx.state, &here, begun).await?;
    if stand.journey.facts.identifier.is_empty()
        && let Some(hint) = view.as_ref().and_then(|view| view.waiting.request.login_hint.clone())
    {
        stand.journey.facts.identifier = hint;
    }
    Ok(Drawing::of(ctx, view.as_ref()).draw(StatusCode::OK, &stand, None))
}

/// The page of ours that asked for the sign-in: one of the account's, nothing else.
fn return_to(ctx: &Ctx) -> Option<String> {
    let wanted = ctx.query("return_to")?;
    Section::ALL
        .into_iter()
        .map(|section| section.path())
        .find(|page| *page == wanted)
        .map(str::to_owned)
}

/// Somebody who is signed in proves it once more, as themselves, and comes back to the page that asked.
async fn ask_again(ctx: &Ctx, user: &User) -> Result<HttpResponse, Trouble> {
    let facts = JourneyFacts {
        identifier: user.email.clone(),
        expected: Some(user.id),
        return_to: return_to(ctx),
        ..JourneyFacts::default()
    };
    let begun = flow::begin(&ctx.state, JourneyKind::SignIn, facts);
    let kept = flow::keep(&ctx.state, &here(ctx, None), begun).await?;
    Ok(error::see_other(
        ctx,
        &format!("{}?journey={}", paths::SIGN_IN, kept.id),
    ))
}

async fn show_stored(ctx: &Ctx, id: &str) -> Result<HttpResponse, Trouble> {
    let gone = || Trouble::Status(Status::FormExpired);
    let id = Uuid::parse_str(id).map_err(|_| gone())?;
    let found = find(&ctx.state, &here(ctx, None), id).await?.ok_or_else(gone)?;
    let view = FlowView::find(ctx, found.facts.interaction).await?;
    let here = here(ctx, view.as_ref());
    let stand = flow::stand(&ctx.state, &here, found).await?;
    Ok(Drawing::of(ctx, view.as_ref()).draw(StatusCode::OK, &stand, None))
}

fn here(ctx: &Ctx, view: Option<&FlowView>) -> Here {
    let demand = view.map(|view| view.waiting.demand()).unwrap_or_default();
    ctx.here(lang(ctx, view), demand)
}

/// A journey that begins here: of anybody, or of the person who is asked once more.
fn begin(ctx: &Ctx, view: Option<&FlowView>, other: bool) -> Journey {
    let again = view.filter(|_| !other).and_then(|view| again(&view.waiting));
    let facts = JourneyFacts {
        interaction: view.map(|view| view.waiting.interaction.id),
        ..again.unwrap_or_default()
    };
    flow::begin(&ctx.state, JourneyKind::SignIn, facts)
}

/// The person who is asked once more: for everything, or for another factor beside what the session has shown.
fn again(waiting: &crate::flow::authorize::Waiting) -> Option<JourneyFacts> {
    let NextStep::SignIn {
        again: true, step_up, ..
    } = waiting.next
    else {
        return None;
    };
    let live = waiting.live.as_ref()?;
    let mut facts = JourneyFacts {
        identifier: live.user.email.clone(),
        expected: Some(live.user.id),
        ..JourneyFacts::default()
    };
    if step_up {
        facts.user_id = Some(live.user.id);
        facts.proofs = flow::proofs_of(&live.session);
    }
    Some(facts)
}

/// Takes a form.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    let stored = match form.uuid("journey") {
        Some(id) => Some(
            find(&ctx.state, &here(ctx, None), id)
                .await?
                .ok_or(Trouble::Status(Status::FormExpired))?,
        ),
        None => None,
    };
    let flow = stored.as_ref().map_or(form.flow(), |stored| stored.facts.interaction);
    let view = FlowView::find(ctx, flow).await?;
    let view = view.as_ref();
    let here = here(ctx, view);
    let drawing = Drawing::of(ctx, view);
    let begun = stored.unwrap_or_else(|| begin(ctx, view, form.has("other") || form.has("identifier")));
    let mut kept = begun.clone();
    if kept.facts.expected.is_none() && form.has("identifier") {
        form.text("identifier").clone_into(&mut kept.facts.identifier);
    }
    let action = action(&form);
    let class = match action {
        Action::Method(_) => Class::Code,
        Action::Submit(_) | Action::StartOver => Class::SignIn,
    };
    if let Err(limited) = within_limits(ctx, &form, class).await? {
        let stand = flow::stand(&ctx.state, &here, kept).await?;
        return Ok(drawing.refuse(StatusCode::TOO_MANY_REQUESTS, &stand, limited));
    }
    match flow::act(&ctx.state, &here, begun, action).await {
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

/// What a form of a journey's page asks for.
pub(super) fn action(form: &OwnForm) -> Action {
    match () {
        () if form.has("other") => Action::StartOver,
        () if form.has("method") && !journey::answers(form) => Action::Method(form.text("method").to_owned()),
        () => Action::Submit(journey::submission(form)),
    }
}
