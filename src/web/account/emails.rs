//! The e-mail addresses.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use uuid::Uuid;

use super::{count, done, frame, fresh, own, visitor};
use crate::flow::account::emails::{self, Asked, Confirmed};
use crate::flow::account::{self, Actor, SignedIn};
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::views::{
    AccountEmails, Elsewhere, EmailConfirm, EmailElsewhere, EmailProblem, EmailRow, FrameProblem, Notice, Section,
    Status, WaitingEmail,
};

/// What was refused; nothing at first.
#[derive(Default)]
struct Refused<'a> {
    typed: &'a str,
    problem: Option<EmailProblem>,
    whole: Option<FrameProblem>,
    wrong_code: Option<Uuid>,
}

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        match visitor(&ctx, Section::Emails).await? {
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
    let listed = emails::list(&ctx.state, &signed_in.user).await?;
    let addresses = listed.own.into_iter().map(|address| EmailRow {
        key: address.email_key,
        email: address.email,
        primary: address.is_primary,
        verified: address.is_verified,
    });
    let waiting = listed.waiting.into_iter().map(|waiting| WaitingEmail {
        wrong: refused.wrong_code == Some(waiting.id),
        id: waiting.id.to_string(),
        key: waiting.email_key,
        email: waiting.email,
    });
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = AccountEmails {
        page: ctx.page(lang, None, &csrf),
        frame: frame(ctx, signed_in, Section::Emails, refused.whole).await?,
        addresses: addresses.collect(),
        waiting: waiting.collect(),
        typed: refused.typed,
        problem: refused.problem,
    };
    Ok(error::render(ctx, status, lang, &template))
}

/// Asks for another address. Whether somebody else has it does not show: not in the answer, not in what the page lists.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        if let Some(again) = fresh(&ctx, &actor.signed_in, Section::Emails) {
            return Ok(again);
        }
        count(&ctx)?;
        let typed = form.text("email");
        let problem = match emails::ask(&ctx.state, &actor, typed).await? {
            Asked::Sent => return Ok(done(&ctx, Section::Emails, Notice::EmailSent)),
            Asked::TooMany => return too_many(&ctx, &actor, typed).await,
            Asked::Invalid if typed.trim().is_empty() => EmailProblem::Missing,
            Asked::Invalid => EmailProblem::Invalid,
            Asked::NotAdmitted => EmailProblem::NotAdmitted,
            Asked::Yours => EmailProblem::Yours,
            Asked::Full => EmailProblem::Full,
        };
        let refused = Refused {
            typed,
            problem: Some(problem),
            ..Refused::default()
        };
        draw(&ctx, &actor.signed_in, StatusCode::BAD_REQUEST, refused).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

async fn too_many(ctx: &Ctx, actor: &Actor, typed: &str) -> Result<HttpResponse, Trouble> {
    let refused = Refused {
        typed,
        whole: Some(FrameProblem::TooManyCodes),
        ..Refused::default()
    };
    let response = draw(ctx, &actor.signed_in, StatusCode::TOO_MANY_REQUESTS, refused).await?;
    Ok(error::with_wait(response, 3600))
}

/// The link of the mail. Only the account that asked can use it: whoever reads the mail elsewhere types the code there.
pub async fn question(ctx: Ctx) -> HttpResponse {
    let outcome = ask(&ctx).await;
    error::page(&ctx, outcome)
}

async fn ask(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let Some(signed_in) = account::who(&ctx.state, ctx.session()).await? else {
        return Ok(elsewhere(ctx, StatusCode::OK, Elsewhere::SignedOut));
    };
    let id = ctx.query("id").and_then(|id| Uuid::parse_str(&id).ok());
    let waiting = match id {
        Some(id) => emails::waiting(&ctx.state, &signed_in.user, id).await?,
        None => None,
    };
    let Some(waiting) = waiting else {
        return Ok(elsewhere(ctx, StatusCode::GONE, Elsewhere::Gone));
    };
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = EmailConfirm {
        page: ctx.page(lang, None, &csrf),
        id: &waiting.id.to_string(),
        code: &ctx.query("code").unwrap_or_default(),
        email: &waiting.email,
        account: &signed_in.user.email,
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

fn elsewhere(ctx: &Ctx, status: StatusCode, reason: Elsewhere) -> HttpResponse {
    let lang = ctx.lang(None);
    let template = EmailElsewhere {
        page: ctx.shell(lang, None),
        reason,
    };
    error::render(ctx, status, lang, &template)
}

/// Takes the code.
pub async fn confirm(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        count(&ctx)?;
        let id = Uuid::parse_str(form.text("id")).map_err(|_| Trouble::Status(Status::BadRequest))?;
        let mut refused = Refused::default();
        let status = match emails::confirm(&ctx.state, &actor, id, form.text("code")).await? {
            Confirmed::Added => return Ok(done(&ctx, Section::Emails, Notice::EmailAdded)),
            Confirmed::Wrong => {
                refused.wrong_code = Some(id);
                StatusCode::BAD_REQUEST
            }
            Confirmed::Gone => {
                refused.whole = Some(FrameProblem::CodeGone);
                StatusCode::GONE
            }
            Confirmed::Taken => {
                refused.whole = Some(FrameProblem::AddressTaken);
                StatusCode::CONFLICT
            }
        };
        draw(&ctx, &actor.signed_in, status, refused).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Makes an address the primary one.
pub async fn make_primary(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        if let Some(again) = fresh(&ctx, &actor.signed_in, Section::Emails) {
            return Ok(again);
        }
        match emails::make_primary(&ctx.state, &actor, form.text("email")).await? {
            true => Ok(done(&ctx, Section::Emails, Notice::EmailPrimary)),
            false => Err(Trouble::Status(Status::NotFound)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Removes an address.
pub async fn remove(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        if let Some(again) = fresh(&ctx, &actor.signed_in, Section::Emails) {
            return Ok(again);
        }
        match emails::remove(&ctx.state, &actor, form.text("email")).await? {
            true => Ok(done(&ctx, Section::Emails, Notice::EmailRemoved)),
            false => Err(Trouble::Status(Status::NotFound)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Takes back what waits for a code.
pub async fn cancel(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        emails::cancel(&ctx.state, &actor.signed_in.user, form.text("email")).await?;
        Ok(done(&ctx, Section::Emails, Notice::EmailCancelled))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}
