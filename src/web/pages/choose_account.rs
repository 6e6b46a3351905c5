//! The accounts of this browser: one is chosen, another one added, one removed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Payload;
use uuid::Uuid;

use super::super::context::Ctx;
use super::super::cookies;
use super::super::error::{self, Trouble};
use super::super::oidc::authorize::flow_id;
use super::super::views::{AccountChoice, ChooseAccount, Status, Way, paths};
use super::forms::{FlowView, allow_application, lang, own_form, session_cookie};
use crate::crypto::digest;
use crate::flow::authorize;
use crate::flow::chooser::{self, Choice};

/// Shows them.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

/// The secrets of this browser's sessions, the one in use first.
fn secrets(ctx: &Ctx) -> Vec<&str> {
    ctx.session_secret().into_iter().chain(ctx.other_sessions()).collect()
}

async fn accounts(ctx: &Ctx) -> Result<Vec<Choice>, Trouble> {
    let digests = secrets(ctx).into_iter().map(digest::of_text).collect();
    Ok(chooser::accounts(&ctx.state, digests).await?)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let flow = ctx.query("flow").map(|flow| flow_id(Some(&flow))).transpose()?;
    let view = FlowView::find(ctx, flow).await?;
    let choices = accounts(ctx).await?;
    if choices.is_empty() {
        return Ok(error::see_other(ctx, &onward(paths::SIGN_IN, flow, true)));
    }
    let rows: Vec<_> = choices
        .iter()
        .map(|choice| AccountChoice {
            id: choice.session.id.to_string(),
            name: choice.user.claims.get_str("name").unwrap_or_default().to_owned(),
            email: choice.user.email.clone(),
            signed_in: true,
        })
        .collect();
    let (lang, csrf) = (lang(ctx, view.as_ref()), ctx.csrf());
    let flow = flow.map(|flow| flow.to_string());
    let template = ChooseAccount {
        page: ctx.page(lang, view.as_ref().map(FlowView::brand), &csrf),
        way: Way {
            action: paths::CHOOSE_ACCOUNT,
            journey: None,
            flow: flow.as_deref(),
        },
        room: rows.len() < ctx.state.settings.sign_in.accounts_per_browser,
        accounts: &rows,
    };
    let mut response = error::render(ctx, StatusCode::OK, lang, &template);
    allow_application(&mut response, view.as_ref());
    Ok(response)
}

fn onward(path: &str, flow: Option<Uuid>, other: bool) -> String {
    let other = if other { "other=yes" } else { "" };
    match flow {
        Some(flow) => format!("{path}?flow={flow}&{other}"),
        None => format!("{path}?{other}"),
    }
    .trim_end_matches(['?', '&'])
    .to_owned()
}

/// Takes the answer.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    let flow = form.flow();
    if form.has("other") {
        return Ok(error::see_other(ctx, &onward(paths::SIGN_IN, flow, true)));
    }
    // Only an account whose cookie this browser holds is chosen or removed, whatever id the form names (SE-10).
    let (field, removes) = match form.has("remove") {
        true => ("remove", true),
        false => ("account", false),
    };
    let wanted = form.uuid(field).ok_or(Trouble::Status(Status::BadRequest))?;
    let choices = accounts(ctx).await?;
    let (chosen, others): (Vec<_>, Vec<_>) = choices.iter().partition(|choice| choice.session.id == wanted);
    let chosen = *chosen.first().ok_or(Trouble::Status(Status::Forbidden))?;
    if removes {
        chooser::sign_out(&ctx.state, chosen, &ctx.origin).await?;
        let mut response = error::see_other(ctx, &onward(paths::CHOOSE_ACCOUNT, flow, false));
        set_sessions(ctx, &mut response, &others);
        return Ok(response);
    }
    let kept: Vec<_> = std::iter::once(chosen).chain(others).collect();
    let location = match flow {
        Some(flow) => {
            if !authorize::choose(&ctx.state, flow, &ctx.browser()).await? {
                return Err(Trouble::Status(Status::FormExpired));
            }
            onward(paths::CONTINUE, Some(flow), false)
        }
        None => paths::ACCOUNT.to_owned(),
    };
    let mut response = error::see_other(ctx, &location);
    set_sessions(ctx, &mut response, &kept);
    Ok(response)
}

/// Keeps these sessions, the first one in use. What was to go with the browser's closing still goes with it.
fn set_sessions(ctx: &Ctx, response: &mut HttpResponse, kept: &[&Choice]) {
    let settings = &ctx.state.settings;
    let (https, age) = (settings.is_https(), settings.sessions.absolute().num_seconds());
    let held = secrets(ctx);
    let of = |choice: &Choice| held.get(choice.at).copied().unwrap_or_default();
    let (session, others) = match kept.split_first() {
        Some((first, rest)) => (session_cookie(ctx, of(first), &first.session), rest),
        None => (cookies::SESSION.remove(https), kept),
    };
    let secrets: Vec<_> = others.iter().map(|other| of(other)).collect();
    let others = match (others.is_empty(), others.iter().all(|other| other.session.remembered)) {
        (true, _) => cookies::ACCOUNTS.remove(https),
        (false, true) => cookies::ACCOUNTS.set(&secrets.join("."), https, age),
        (false, false) => cookies::ACCOUNTS.set_until_closed(&secrets.join("."), https),
    };
    for cookie in [session, others] {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}
