//! Where a person is signed in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Payload;
use uuid::Uuid;

use super::{device, done, frame, own, visitor};
use crate::flow::account;
use crate::flow::account::sessions::{Which, end_many};
use crate::model::session::Session;
use crate::web::context::Ctx;
use crate::web::cookies;
use crate::web::error::{self, Trouble};
use crate::web::views::{AccountSessions, Notice, Section, SessionRow, SignedOut, Status};

/// Shows them.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let signed_in = match visitor(ctx, Section::Sessions).await? {
        Ok(signed_in) => signed_in,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let overview = account::overview(&ctx.state, &signed_in.user).await?;
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = AccountSessions {
        page: ctx.page(lang, None, &csrf),
        frame: frame(ctx, &signed_in, Section::Sessions, None).await?,
        sessions: rows(overview.sessions, &signed_in.session),
        now: ctx.state.clock.now(),
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

/// Sessions in words, the present one first.
pub(super) fn rows(sessions: Vec<Session>, present: &Session) -> Vec<SessionRow> {
    let rows = sessions.into_iter().map(|row| SessionRow {
        current: row.id == present.id,
        id: row.id.to_string(),
        device: device::describe(&row.user_agent),
        address: row.address,
        last_used: row.last_seen_at,
        since: row.created_at,
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| !row.current);
    rows
}

/// Ends one of the person's sessions.
pub async fn end(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        let session = Uuid::parse_str(form.text("session")).map_err(|_| Trouble::Status(Status::BadRequest))?;
        let section = match form.text("back") {
            "sessions" => Section::Sessions,
            _ => Section::Overview,
        };
        match account::end_session(&ctx.state, &actor.signed_in.user, session, &ctx.origin).await? {
            true => Ok(done(&ctx, section, Notice::SessionEnded)),
            false => Err(Trouble::Status(Status::NotFound)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Ends every session but this one.
pub async fn end_others(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (_, actor) = own(&ctx, payload).await?;
        end_many(&ctx.state, &actor, Which::Others).await?;
        Ok(done(&ctx, Section::Sessions, Notice::SessionsEnded))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Ends every session.
pub async fn end_all(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (_, actor) = own(&ctx, payload).await?;
        end_many(&ctx.state, &actor, Which::All).await?;
        let lang = ctx.lang(None);
        let template = SignedOut {
            page: ctx.shell(lang, None),
            back: None,
        };
        let mut response = error::render(&ctx, StatusCode::OK, lang, &template);
        remove_cookie(&ctx, &mut response);
        Ok(response)
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// The session that the browser has is over.
pub(super) fn remove_cookie(ctx: &Ctx, response: &mut HttpResponse) {
    let cookie = cookies::SESSION.remove(ctx.state.settings.is_https());
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
