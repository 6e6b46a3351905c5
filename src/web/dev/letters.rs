//! Every letter with made-up data, to be looked at.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::i18n::Lang;
use super::super::views::{DevLetter, DevLetters, LetterInLanguage, LetterRow, Status, letter_samples};
use crate::model::letter::Message;

/// A letter has its styles inside. It runs nothing, loads nothing and can send nothing.
const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
    frame-ancestors 'none'; base-uri 'none'; sandbox allow-popups";

fn samples(ctx: &Ctx) -> Vec<(&'static str, Message)> {
    letter_samples(ctx.state.issuer(), ctx.state.clock.now())
}

fn find(ctx: &Ctx) -> Option<(&'static str, Message)> {
    let wanted = ctx.request.match_info().query("name");
    samples(ctx).into_iter().find(|(name, _)| *name == wanted)
}

/// All of them, with their subjects.
pub async fn list(ctx: Ctx) -> HttpResponse {
    let lang = ctx.lang(None);
    let letters = samples(&ctx).into_iter().map(|(name, message)| LetterRow {
        name,
        subject: ctx.state.write_letter(&message, lang.tag()).subject,
    });
    let template = DevLetters {
        page: ctx.shell(lang, None),
        letters: letters.collect(),
    };
    error::render(&ctx, StatusCode::OK, lang, &template)
}

/// One in each language.
pub async fn show(ctx: Ctx) -> HttpResponse {
    let Some((name, message)) = find(&ctx) else {
        return error::page(&ctx, Err(Trouble::Status(Status::NotFound)));
    };
    let lang = ctx.lang(None);
    let written = Lang::ALL.into_iter().map(|lang| {
        let letter = ctx.state.write_letter(&message, lang.tag());
        LetterInLanguage {
            lang,
            subject: letter.subject,
            text: letter.text,
        }
    });
    let template = DevLetter {
        page: ctx.shell(lang, None),
        name,
        written: written.collect(),
    };
    error::render(&ctx, StatusCode::OK, lang, &template)
}

/// Its HTML in one language, as a mail program has it.
pub async fn html(ctx: Ctx) -> HttpResponse {
    let wanted = ctx.request.match_info().query("lang");
    let lang = Lang::ALL.into_iter().find(|lang| lang.tag() == wanted);
    match (find(&ctx), lang) {
        (Some((_, message)), Some(lang)) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
            .body(ctx.state.write_letter(&message, lang.tag()).html),
        _ => error::page(&ctx, Err(Trouble::Status(Status::NotFound))),
    }
}
