//! The link of a mail that also holds a code.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::super::account::device;
use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::limits::Class;
use super::super::views::{AskedFrom, LinkElsewhere, LinkGone, LinkHere, LinkPurpose, Status, Way, paths};
use super::forms::{FlowView, lang, own_form, within};
use super::journey::{Drawing, here};
use crate::flow::journey::{self as flow, Outcome};
use crate::model::journey::JourneyKind;
use crate::model::secret::Secret;

/// Asks: mail scanners follow links too.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

fn purpose(kind: JourneyKind) -> LinkPurpose {
    match kind {
        JourneyKind::SignIn | JourneyKind::Enrol => LinkPurpose::SignIn,
        JourneyKind::SignUp => LinkPurpose::SignUp,
        JourneyKind::Recover => LinkPurpose::Recover,
    }
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let token = ctx.query("token").unwrap_or_default();
    let Some(found) = flow::look(&ctx.state, &here(ctx, None), &Secret::new(token.clone())).await? else {
        return Ok(gone(ctx));
    };
    let (lang, csrf) = (lang(ctx, None), ctx.csrf());
    let way = Way {
        action: paths::LINK,
        ..Way::default()
    };
    let purpose = purpose(found.link.kind);
    Ok(match found.own {
        true => error::render(
            ctx,
            StatusCode::OK,
            lang,
            &LinkHere {
                page: ctx.page(lang, None, &csrf),
                way,
                token: &token,
                purpose,
                email: &found.link.email,
            },
        ),
        false => error::render(
            ctx,
            StatusCode::OK,
            lang,
            &LinkElsewhere {
                page: ctx.page(lang, None, &csrf),
                way,
                token: &token,
                purpose,
                email: &found.link.email,
                asked: AskedFrom {
                    device: &device::describe(&found.link.user_agent),
                    address: &found.link.address,
                    at: found.link.at,
                },
                now: ctx.state.clock.now(),
            },
        ),
    })
}

fn gone(ctx: &Ctx) -> HttpResponse {
    let lang = ctx.lang(None);
    let template = LinkGone {
        page: ctx.shell(lang, None),
        purpose: None,
    };
    error::render(ctx, StatusCode::GONE, lang, &template)
}

/// Follows the link.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    within(ctx, Class::Code).map_err(|retry_after| Trouble::Status(Status::TooManyRequests { retry_after }))?;
    let outcome = flow::follow(&ctx.state, &here(ctx, None), &form.secret("token")).await?;
    if matches!(outcome, Outcome::Gone) {
        return Ok(gone(ctx));
    }
    let interaction = match &outcome {
        Outcome::Step(stand, _) => stand.journey.facts.interaction,
        _ => None,
    };
    let view = FlowView::find(ctx, interaction).await?;
    Drawing::of(ctx, view.as_ref()).outcome(outcome)
}
