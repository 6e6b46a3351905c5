//! Captured mail.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::views::{DevMail, DevMailList, MailRow, Status};
use crate::flow::letters;

/// Every captured mail, newest first.
pub async fn list(ctx: Ctx) -> HttpResponse {
    let mails = letters::capture(&ctx.state).list();
    let lang = ctx.lang(None);
    let template = DevMailList {
        page: ctx.shell(lang, None),
        mails: mails
            .into_iter()
            .map(|mail| MailRow {
                id: mail.id,
                to: mail.to,
                subject: mail.subject,
                sent: mail.sent_at,
            })
            .collect(),
        now: ctx.state.clock.now(),
    };
    error::render(&ctx, StatusCode::OK, lang, &template)
}

/// One captured mail.
pub async fn show(ctx: Ctx) -> HttpResponse {
    let id = ctx.request.match_info().query("id").to_owned();
    let Some(mail) = letters::capture(&ctx.state).find(&id) else {
        return error::page(&ctx, Err(Trouble::Status(Status::NotFound)));
    };
    let lang = ctx.lang(None);
    let template = DevMail {
        page: ctx.shell(lang, None),
        from: &mail.from,
        to: &mail.to,
        subject: &mail.subject,
        sent: mail.sent_at,
        body: &mail.text,
        public_url: ctx.state.issuer(),
    };
    error::render(&ctx, StatusCode::OK, lang, &template)
}
