//! The way back to an account without its password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::oidc::authorize::flow_id;
use super::forms::{FlowView, own_form};
use super::journey::{Drawing, go_on, here, show_stored, stored};
use crate::flow::journey as flow;
use crate::model::journey::{Journey, JourneyFacts, JourneyKind};

/// Shows the page. A journey to a session that is named hands on who was named there.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let mut identifier = String::new();
    if let Some(id) = ctx.query("journey") {
        let found = stored(ctx, uuid::Uuid::parse_str(&id).ok()).await?;
        if found.kind == JourneyKind::Recover {
            return show_stored(ctx, &id).await;
        }
        identifier = found.facts.identifier;
    }
    let flow = ctx.query("flow").map(|flow| flow_id(Some(&flow))).transpose()?;
    let view = FlowView::find(ctx, flow).await?;
    let mut stand = flow::stand(&ctx.state, &here(ctx, view.as_ref()), begin(ctx, view.as_ref())).await?;
    stand.journey.facts.identifier = identifier;
    Ok(Drawing::of(ctx, view.as_ref()).draw(StatusCode::OK, &stand, None))
}

fn begin(ctx: &Ctx, view: Option<&FlowView>) -> Journey {
    let facts = JourneyFacts {
        interaction: view.map(|view| view.waiting.interaction.id),
        ..JourneyFacts::default()
    };
    flow::begin(&ctx.state, JourneyKind::Recover, facts)
}

/// Takes a form.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    let journey = match form.has("journey") {
        true => stored(ctx, form.uuid("journey")).await?,
        false => {
            let view = FlowView::find(ctx, form.flow()).await?;
            begin(ctx, view.as_ref())
        }
    };
    let view = FlowView::find(ctx, journey.facts.interaction).await?;
    go_on(ctx, view.as_ref(), &form, journey).await
}
