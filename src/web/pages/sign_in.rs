//! The sign-in pages: who, then how, then whatever is missing.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::super::admin;
use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::limits::Class;
use super::super::oidc::authorize::flow_id;
use super::super::views::{Section, Status, paths};
use super::forms::{FlowView, own_form, within};
use super::journey::{self, Drawing, address_of, go_on, here, show_stored, stored};
use crate::flow::admin::lacks_second_factor;
use crate::flow::factors::Prompt;
use crate::flow::journey::{Action, Outcome};
use crate::flow::{account, authorize, journey as flow};
use crate::identity::assurance;
use crate::model::journey::{Journey, JourneyFacts, JourneyKind};
use crate::protocol::next_step::NextStep;
use crate::settings::AdministratorFactor;

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
    if let Some(elsewhere) = own_page(ctx, &ctx.state.settings.headless.sign_in_uri, flow) {
        return Ok(elsewhere);
    }
    let view = FlowView::find(ctx, flow).await?;
    let signed_in = match &view {
        None => account::who(&ctx.state, ctx.session()).await?,
        Some(_) => None,
    };
    match (&view, signed_in) {
        (None, Some(signed_in)) if ctx.query("again").is_some() => {
            return ask_again(ctx, &signed_in).await;
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
    if view.is_none() {
        begun.facts.return_to = return_to(ctx);
        if let Some(wanted) = wanted_by(ctx, begun.facts.return_to.as_deref()) {
            begun.facts.wanted_acr = wanted;
        }
    }
    // What the forms do not carry is remembered with the journey: the page that asked, the person who is asked once more.
    if begun.facts.return_to.is_some() || begun.facts.expected.is_some() {
        let kept = flow::keep(&ctx.state, &here, begun).await?;
        return Ok(error::see_other(ctx, &address_of(&kept)));
    }
    let mut stand = flow::stand(&ctx.state, &here, begun).await?;
    if let Some(hint) = view.as_ref().and_then(|view| view.waiting.request.login_hint.clone()) {
        stand.journey.facts.identifier = hint;
    }
    Ok(Drawing::of(ctx, view.as_ref()).draw(StatusCode::OK, &stand, None))
}

/// The way to an application's own page, where one is declared: with the request that waits there, and what was asked of
/// ours. A request that has been answered meanwhile goes on from there as well.
pub fn own_page(ctx: &Ctx, uri: &str, flow: Option<Uuid>) -> Option<HttpResponse> {
    let (flow, mut own) = (flow?, Url::parse(uri).ok()?);
    own.query_pairs_mut().append_pair("interaction", &flow.to_string());
    for name in ["other", "lang"] {
        if let Some(value) = ctx.query(name) {
            own.query_pairs_mut().append_pair(name, &value);
        }
    }
    Some(error::see_other(ctx, own.as_str()))
}

/// The page of ours that asked for the sign-in: one of the account's or of the console, nothing else.
fn return_to(ctx: &Ctx) -> Option<String> {
    let wanted = ctx.query("return_to")?;
    if admin::is_own_address(&wanted) {
        return Some(wanted);
    }
    Section::ALL
        .into_iter()
        .map(|section| section.path())
        .find(|page| *page == wanted)
        .map(str::to_owned)
}

/// The assurance that the page of ours that asked wants, if any: the console, of administrators.
fn wanted_by(ctx: &Ctx, page: Option<&str>) -> Option<Vec<String>> {
    let administrators = ctx.state.settings.second_factor.administrators;
    let wants = administrators != AdministratorFactor::Off && page.is_some_and(admin::is_own_address);
    wants.then(|| vec![assurance::TWO_FACTORS.to_owned()])
}

/// Somebody who is signed in proves it once more, as themselves, and comes back to the page that asked. Whoever has just done
/// so, and is missing a second factor only, is asked for that.
async fn ask_again(ctx: &Ctx, signed_in: &account::SignedIn) -> Result<HttpResponse, Trouble> {
    let user = &signed_in.user;
    let mut facts = JourneyFacts {
        identifier: user.email.clone(),
        expected: Some(user.id),
        return_to: return_to(ctx),
        ..JourneyFacts::default()
    };
    if let Some(wanted) = wanted_by(ctx, facts.return_to.as_deref()) {
        let amr = &signed_in.session.amr;
        let lacks = lacks_second_factor(&ctx.state, user, Some(assurance::acr(amr)), amr).await?;
        if lacks && signed_in.is_fresh(ctx.state.clock.now()) {
            facts.user_id = Some(user.id);
            facts.proofs = flow::proofs_of(&signed_in.session);
        }
        facts.essential = ctx.state.settings.second_factor.administrators == AdministratorFactor::Required;
        facts.wanted_acr = wanted;
    }
    let begun = flow::begin(&ctx.state, JourneyKind::SignIn, facts);
    let kept = flow::keep(&ctx.state, &here(ctx, None), begun).await?;
    Ok(error::see_other(ctx, &address_of(&kept)))
}

/// A journey that begins here: of anybody, or of the person who is asked once more.
pub fn begin(ctx: &Ctx, view: Option<&FlowView>, other: bool) -> Journey {
    let again = view.filter(|_| !other).and_then(|view| again(&view.waiting));
    let facts = JourneyFacts {
        interaction: view.map(|view| view.waiting.interaction.id),
        ..again.unwrap_or_default()
    };
    flow::begin(&ctx.state, JourneyKind::SignIn, facts)
}

/// The person who is asked once more: for everything, or for another factor beside what the session has shown.
fn again(waiting: &authorize::Waiting) -> Option<JourneyFacts> {
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
    if form.has("journey") {
        let journey = stored(ctx, form.uuid("journey")).await?;
        let view = FlowView::find(ctx, journey.facts.interaction).await?;
        return go_on(ctx, view.as_ref(), &form, journey).await;
    }
    let view = FlowView::find(ctx, form.flow()).await?;
    let begun = begin(ctx, view.as_ref(), true);
    go_on(ctx, view.as_ref(), &form, begun).await
}

/// What the browser's passkeys are asked, as JSON for `passkey.js`: a journey is stored that waits for the answer.
pub async fn passkey_options(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let form = own_form(&ctx, payload).await?;
        within(&ctx, Class::Code).map_err(|retry_after| Trouble::Status(Status::TooManyRequests { retry_after }))?;
        let journey = match form.has("journey") {
            true => flow::beside(&ctx.state, stored(&ctx, form.uuid("journey")).await?),
            false => {
                let view = FlowView::find(&ctx, form.flow()).await?;
                begin(&ctx, view.as_ref(), true)
            }
        };
        let view = FlowView::find(&ctx, journey.facts.interaction).await?;
        let action = Action::Method {
            name: "passkey".to_owned(),
            identifier: String::new(),
        };
        let outcome = flow::act(&ctx.state, &journey::here(&ctx, view.as_ref()), journey, action).await?;
        match outcome {
            Outcome::Step(stand, None) => match &stand.prompt {
                Prompt::Credential(options) => Ok(HttpResponse::Ok().json(json!({
                    "options": options,
                    "journey": stand.journey.id,
                }))),
                Prompt::Nothing | Prompt::Sent(_) => Err(Trouble::Status(Status::BadRequest)),
            },
            _ => Err(Trouble::Status(Status::BadRequest)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}
