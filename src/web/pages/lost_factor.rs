//! When every second factor is out of reach.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use uuid::Uuid;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::limits::Class;
use super::super::views::{
    LostFactor, LostFactorCancel, LostFactorCancelled, LostFactorGone, LostFactorRemove, LostFactorRemoved, LostState,
    Method, Status, Way, paths,
};
use super::forms::{FlowView, OwnForm, lang, own_form, within};
use super::journey::{address_of, go_on, here, stored};
use crate::flow::journey as flow;
use crate::flow::lost_factor::{self, Wait};
use crate::model::journey::Journey;
use crate::model::secret::Secret;

/// Shows what can be done, to somebody who has proved the first factor.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        let id = ctx.query("journey").and_then(|id| Uuid::parse_str(&id).ok());
        let journey = stored(&ctx, id).await?;
        show(&ctx, journey).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx, journey: Journey) -> Result<HttpResponse, Trouble> {
    let view = FlowView::find(ctx, journey.facts.interaction).await?;
    let here = here(ctx, view.as_ref());
    let Some(wait) = lost_factor::look(&ctx.state, &here, &journey).await? else {
        return Ok(error::see_other(ctx, &address_of(&journey)));
    };
    let stand = flow::stand(&ctx.state, &here, journey).await?;
    let others: Vec<_> = stand
        .options
        .iter()
        .rev()
        .filter_map(|name| Method::parse(name))
        .collect();
    let (lang, csrf) = (lang(ctx, view.as_ref()), ctx.csrf());
    let id = stand.journey.id.to_string();
    let template = LostFactor {
        page: ctx.page(lang, view.as_ref().map(FlowView::brand), &csrf),
        way: Way {
            action: paths::LOST_FACTOR,
            journey: Some(&id),
            flow: None,
        },
        others: &others,
        state: match wait {
            Wait::NotOffered => LostState::NotOffered,
            Wait::Offered { days } => LostState::Offered { days: days.into() },
            Wait::Begun { until } => LostState::Begun { until },
        },
        now: ctx.state.clock.now(),
        problem: None,
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

/// Takes the answer.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let form = own_form(&ctx, payload).await?;
        take(&ctx, &form).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, form: &OwnForm) -> Result<HttpResponse, Trouble> {
    let journey = stored(ctx, form.uuid("journey")).await?;
    let view = FlowView::find(ctx, journey.facts.interaction).await?;
    if form.has("method") || form.has("other") {
        return go_on(ctx, view.as_ref(), form, journey).await;
    }
    limited(ctx)?;
    let here = here(ctx, view.as_ref());
    match form.text("lost") {
        "begin" => drop(lost_factor::begin(&ctx.state, &here, &journey).await?),
        "cancel" => drop(lost_factor::withdraw(&ctx.state, &here, &journey).await?),
        _ => return Err(Trouble::Status(Status::BadRequest)),
    }
    Ok(error::see_other(
        ctx,
        &format!("{}?journey={}", paths::LOST_FACTOR, journey.id),
    ))
}

fn limited(ctx: &Ctx) -> Result<(), Trouble> {
    within(ctx, Class::Recovery).map_err(|retry_after| Trouble::Status(Status::TooManyRequests { retry_after }))
}

/// Asks whoever reads one of the account's mailboxes whether the wait is theirs.
pub async fn get_cancel(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        let token = ctx.query("token").unwrap_or_default();
        let Some(until) = lost_factor::look_at_notice(&ctx.state, &Secret::new(token.clone())).await? else {
            return Ok(gone(&ctx, false));
        };
        let (lang, csrf) = (ctx.lang(None), ctx.csrf());
        let template = LostFactorCancel {
            page: ctx.page(lang, None, &csrf),
            way: Way {
                action: paths::LOST_FACTOR_CANCEL,
                ..Way::default()
            },
            token: &token,
            until,
        };
        Ok(error::render(&ctx, StatusCode::OK, lang, &template))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Stops the wait.
pub async fn post_cancel(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let form = own_form(&ctx, payload).await?;
        limited(&ctx)?;
        match lost_factor::object(&ctx.state, &form.secret("token"), ctx.origin.clone()).await? {
            true => {
                let lang = ctx.lang(None);
                let template = LostFactorCancelled {
                    page: ctx.shell(lang, None),
                };
                Ok(error::render(&ctx, StatusCode::OK, lang, &template))
            }
            false => Ok(gone(&ctx, false)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

fn gone(ctx: &Ctx, of_administrator: bool) -> HttpResponse {
    let lang = ctx.lang(None);
    let template = LostFactorGone {
        page: ctx.shell(lang, None),
        of_administrator,
    };
    error::render(ctx, StatusCode::GONE, lang, &template)
}

/// Asks whoever has an administrator's link.
pub async fn get_remove(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        let token = ctx.query("token").unwrap_or_default();
        let Some(user) = lost_factor::look_at_link(&ctx.state, &Secret::new(token.clone())).await? else {
            return Ok(gone(&ctx, true));
        };
        let (lang, csrf) = (ctx.lang(None), ctx.csrf());
        let template = LostFactorRemove {
            page: ctx.page(lang, None, &csrf),
            way: Way {
                action: paths::LOST_FACTOR_REMOVE,
                ..Way::default()
            },
            token: &token,
            account: &user.email,
        };
        Ok(error::render(&ctx, StatusCode::OK, lang, &template))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Removes the second factors that an administrator's link is about.
pub async fn post_remove(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let form = own_form(&ctx, payload).await?;
        limited(&ctx)?;
        let (token, lang) = (form.secret("token"), ctx.lang(None));
        match lost_factor::remove_by_link(&ctx.state, &token, ctx.origin.clone(), lang.tag()).await? {
            true => {
                let template = LostFactorRemoved {
                    page: ctx.shell(lang, None),
                };
                Ok(error::render(&ctx, StatusCode::OK, lang, &template))
            }
            false => Ok(gone(&ctx, true)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}
