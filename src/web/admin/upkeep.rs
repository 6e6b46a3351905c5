//! Mail and text messages that have not left.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::console::{Answer, Console, changed, refusal, shown};
use crate::flow::admin::Nothing;
use crate::flow::admin::outbox::{self, Listing, Tested, Which};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminOutbox, AdminSection, Refusal, Status, paths};

/// Shows what has not left.
pub async fn get_outbox(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, None, Refusal::default()).await).await
}

/// `test` is an address with what came of a mail to it.
async fn draw(console: &Console, test: Option<(String, Option<Tested>)>, refused: Refusal) -> Answer {
    let failed = console.ctx.query("failed").is_some_and(|value| value == "yes");
    let found = console.operate::<outbox::List>(Listing { failed }).await?;
    let texts = console.operate::<outbox::ListTexts>(Listing { failed }).await?;
    let status = refused.status();
    let (address, tested) = test.unwrap_or_default();
    let template = AdminOutbox {
        page: console.page(),
        frame: console.frame(AdminSection::Outbox).refused(refused),
        mails: found.items.into_iter().take(MOST).collect(),
        texts: texts.items.into_iter().take(MOST).collect(),
        failed,
        address,
        tested,
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Mails on the page, and as many texts.
const MOST: usize = 50;

/// Tries mail anew, or sends one to see whether any leaves.
pub async fn post_outbox(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let outcome = match form.text("do") {
            "retry" => {
                let mail_id = form.uuid("mail_id").ok_or(Trouble::Status(Status::BadRequest))?;
                console.operate::<outbox::Retry>(Which { mail_id }).await.map(drop)
            }
            "retry-all" => console.operate::<outbox::RetryFailed>(Nothing {}).await.map(drop),
            "test" => return send_test(console, form.text("address")).await,
            _ => return Err(Trouble::Status(Status::BadRequest)),
        };
        match outcome {
            Ok(()) => console.done(paths::ADMIN_OUTBOX, "admin_outbox.notice_retried"),
            Err(refused) => draw(console, None, refusal(refused)?).await,
        }
    })
    .await
}

/// In the language of the page.
async fn send_test(console: &Console, address: &str) -> Answer {
    let test = outbox::Test {
        address: address.to_owned(),
        language: Some(console.words().lang().tag().to_owned()),
    };
    let address = address.to_owned();
    match console.operate::<outbox::SendTest>(test).await {
        Ok(tested) => draw(console, Some((address, Some(tested))), Refusal::default()).await,
        Err(refused) => draw(console, Some((address, None)), refusal(refused)?).await,
    }
}
