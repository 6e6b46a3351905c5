//! The password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Payload;

use super::{done, frame, fresh, own, visitor};
use crate::flow::Fault;
use crate::flow::account::SignedIn;
use crate::flow::account::password::{self, Outcome};
use crate::model::secret::Secret;
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::pages::forms::session_cookie;
use crate::web::pages::password_problem;
use crate::web::views::{AccountPassword, CurrentProblem, FormProblem, FrameProblem, Notice, PasswordProblem, Section};

/// What was refused; nothing at first.
#[derive(Default)]
struct Refused {
    whole: Option<FormProblem>,
    current: Option<CurrentProblem>,
    new: Option<PasswordProblem>,
}

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        match visitor(&ctx, Section::Password).await? {
            Ok(signed_in) => draw(&ctx, &signed_in, StatusCode::OK, Refused::default()).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

async fn draw(ctx: &Ctx, signed_in: &SignedIn, status: StatusCode, refused: Refused) -> Result<HttpResponse, Trouble> {
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let whole = refused.whole.map(FrameProblem::Form);
    let template = AccountPassword {
        page: ctx.page(lang, None, &csrf),
        frame: frame(ctx, signed_in, Section::Password, whole).await?,
        account: &signed_in.user.email,
        changed: password::changed_at(&ctx.state, &signed_in.user).await?,
        min_length: ctx.state.settings.password_min_length() as u64,
        current_problem: refused.current,
        new_problem: refused.new,
        now: ctx.state.clock.now(),
    };
    let response = error::render(ctx, status, lang, &template);
    Ok(match refused.current {
        Some(CurrentProblem::Locked { retry_after }) => error::with_wait(response, retry_after),
        _ => error::with_wait_of(response, refused.whole),
    })
}

/// Changes it.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let (form, actor) = own(ctx, payload).await?;
    if let Some(again) = fresh(ctx, &actor.signed_in, Section::Password) {
        return Ok(again);
    }
    let mut refused = Refused::default();
    let status = if let Err(retry_after) = ctx.limits().count(crate::web::limits::Class::SignIn, ctx.address) {
        refused.whole = Some(FormProblem::RateLimited { retry_after });
        StatusCode::TOO_MANY_REQUESTS
    } else {
        match password::change(&ctx.state, &actor, form.secret("current"), &form.secret("password")).await {
            Ok(Outcome::Changed(secret)) => return Ok(changed(ctx, &actor.signed_in, &secret)),
            Ok(Outcome::Wrong) => {
                refused.current = Some(CurrentProblem::Wrong);
                StatusCode::UNAUTHORIZED
            }
            Ok(Outcome::Wait(retry_after)) => {
                refused.current = Some(CurrentProblem::Locked { retry_after });
                StatusCode::TOO_MANY_REQUESTS
            }
            Ok(Outcome::Refused(problem)) => {
                let typed = form.text("password");
                refused.new = Some(password_problem(problem, typed, &ctx.state.settings));
                StatusCode::BAD_REQUEST
            }
            Err(Fault::Busy) => {
                refused.whole = Some(FormProblem::Busy);
                StatusCode::SERVICE_UNAVAILABLE
            }
            Err(fault) => return Err(fault.into()),
        }
    };
    draw(ctx, &actor.signed_in, status, refused).await
}

/// The session goes on under another secret.
fn changed(ctx: &Ctx, signed_in: &SignedIn, secret: &Secret) -> HttpResponse {
    let mut response = done(ctx, Section::Password, Notice::PasswordChanged);
    let cookie = session_cookie(ctx, secret.expose(), &signed_in.session);
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
