//! The consent page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::oidc::authorize::{draw as draw_outcome, flow_id};
use super::super::views::{Consent, ScopeLine, Status, paths};
use super::forms::{FlowView, allow_application, lang, own_form};
use crate::flow::{apis, authorize};
use crate::protocol::next_step::{Decision, NextStep};

/// Shows the page, when consent is what the request waits for.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let flow = flow_id(ctx.query("flow").as_deref())?;
    let view = FlowView::find(ctx, Some(flow)).await?;
    let Some(view) = view else {
        return Err(Trouble::Status(Status::FormExpired));
    };
    let (NextStep::Consent, Some(live)) = (&view.waiting.next, &view.waiting.live) else {
        return Ok(error::see_other(ctx, &format!("{}?flow={flow}", paths::CONTINUE)));
    };
    let lang = lang(ctx, Some(&view));
    let csrf = ctx.csrf();
    let flow = flow.to_string();
    let described = apis::descriptions(&ctx.state, &view.waiting.request.scope).await?;
    let template = Consent {
        page: ctx.page(lang, Some(view.brand()), &csrf),
        flow: &flow,
        client: view.brand(),
        account: &live.user.email,
        scopes: view
            .waiting
            .request
            .scope
            .iter()
            .map(|name| ScopeLine {
                name,
                description: described.get(name).map(String::as_str),
            })
            .collect(),
    };
    let mut response = error::render(ctx, StatusCode::OK, lang, &template);
    allow_application(&mut response, Some(&view));
    Ok(response)
}

/// Takes the answer. What is granted is the scope of the waiting request, whatever the form says.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    let flow = form.flow().ok_or(Trouble::Status(Status::FormExpired))?;
    if form.has("switch") {
        return Ok(error::see_other(
            ctx,
            &format!("{}?flow={flow}&other=yes", paths::SIGN_IN),
        ));
    }
    let decision = match form.text("decision") {
        "allow" => Decision::Allow,
        "deny" => Decision::Deny,
        _ => return Err(Trouble::Status(Status::BadRequest)),
    };
    let outcome = authorize::resume(&ctx.state, flow, &ctx.browser(), Some(decision)).await?;
    draw_outcome(ctx, outcome)
}
