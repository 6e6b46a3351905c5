//! The phone number.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use uuid::Uuid;

use super::{count, done, frame, fresh, own, visitor};
use crate::flow::account::SignedIn;
use crate::flow::account::phone::{self, Asked, Confirmed};
use crate::flow::texts;
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::views::{AccountPhone, FrameProblem, Notice, PhoneProblem, Section, Status, WaitingPhone};

/// What was refused; nothing at first.
#[derive(Default)]
struct Refused<'a> {
    typed: &'a str,
    problem: Option<PhoneProblem>,
    whole: Option<FrameProblem>,
    wrong_code: bool,
}

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        match visitor(&ctx, Section::Phone).await? {
            Ok(signed_in) => draw(&ctx, &signed_in, StatusCode::OK, Refused::default()).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

async fn draw(
    ctx: &Ctx,
    signed_in: &SignedIn,
    status: StatusCode,
    refused: Refused<'_>,
) -> Result<HttpResponse, Trouble> {
    let read = phone::read(&ctx.state, &signed_in.user).await?;
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = AccountPhone {
        page: ctx.page(lang, None, &csrf),
        frame: frame(ctx, signed_in, Section::Phone, refused.whole).await?,
        available: texts::is_available(&ctx.state),
        number: read.number.as_deref(),
        verified: read.verified,
        waiting: read.waiting.map(|waiting| WaitingPhone {
            id: waiting.id.to_string(),
            number: waiting.number,
            wrong: refused.wrong_code,
        }),
        typed: refused.typed,
        problem: refused.problem,
    };
    Ok(error::render(ctx, status, lang, &template))
}

/// Asks for a number.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        if !texts::is_available(&ctx.state) {
            return Err(Trouble::Status(Status::NotFound));
        }
        if let Some(again) = fresh(&ctx, &actor.signed_in, Section::Phone) {
            return Ok(again);
        }
        count(&ctx)?;
        let mut refused = Refused {
            typed: form.text("phone"),
            ..Refused::default()
        };
        match phone::ask(&ctx.state, &actor, refused.typed).await? {
            Asked::Sent => Ok(done(&ctx, Section::Phone, Notice::PhoneSent)),
            Asked::Invalid => {
                refused.problem = Some(PhoneProblem::Invalid);
                draw(&ctx, &actor.signed_in, StatusCode::BAD_REQUEST, refused).await
            }
            Asked::TooMany(seconds) => {
                refused.whole = Some(FrameProblem::TooManyCodes);
                let response = draw(&ctx, &actor.signed_in, StatusCode::TOO_MANY_REQUESTS, refused).await?;
                Ok(error::with_wait(response, seconds))
            }
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Takes the code.
pub async fn confirm(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        count(&ctx)?;
        let id = Uuid::parse_str(form.text("id")).map_err(|_| Trouble::Status(Status::BadRequest))?;
        let mut refused = Refused::default();
        let status = match phone::confirm(&ctx.state, &actor, id, form.text("code")).await? {
            Confirmed::Added => return Ok(done(&ctx, Section::Phone, Notice::PhoneAdded)),
            Confirmed::Wrong => {
                refused.wrong_code = true;
                StatusCode::BAD_REQUEST
            }
            Confirmed::Gone => {
                refused.whole = Some(FrameProblem::CodeGone);
                StatusCode::GONE
            }
        };
        draw(&ctx, &actor.signed_in, status, refused).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Removes the number.
pub async fn remove(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (_, actor) = own(&ctx, payload).await?;
        if let Some(again) = fresh(&ctx, &actor.signed_in, Section::Phone) {
            return Ok(again);
        }
        phone::remove(&ctx.state, &actor).await?;
        Ok(done(&ctx, Section::Phone, Notice::PhoneRemoved))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}
