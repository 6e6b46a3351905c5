//! What is kept about a person beside the claims.

use actix_web::HttpResponse;
use actix_web::web::Payload;
use serde_json::{Map, Value};

use super::{id, person, which};
use crate::flow::admin::Operation as _;
use crate::flow::admin::users::{self, Metadata, MetadataChanges};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::views::{AdminUserMetadata, Refusal, UserTab};

const SECTIONS: [&str; 3] = ["public", "private", "unsafe"];

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, None, Refusal::default()).await).await
}

/// Draws the page, with what was typed in place of how it is.
async fn draw(console: &Console, typed: Option<(String, [String; 3])>, refused: Refusal) -> Answer {
    let status = refused.status();
    let (_, frame) = person(console, UserTab::Metadata, refused).await?;
    let (revision, [public, private, unsafe_text]) = match typed {
        Some(typed) => typed,
        None => as_it_is(&console.operate::<users::ShowMetadata>(which(console)).await?),
    };
    let template = AdminUserMetadata {
        page: console.page(),
        frame,
        revision,
        sections: [("public", public), ("private", private), ("unsafe", unsafe_text)],
    };
    console.draw_as(status, &template)
}

fn as_it_is(metadata: &Metadata) -> (String, [String; 3]) {
    let text = |members: &Map<String, Value>| serde_json::to_string_pretty(members).unwrap_or_default();
    let revision = users::ShowMetadata::revision(metadata).unwrap_or_default();
    let texts = [&metadata.public, &metadata.private, &metadata.r#unsafe].map(text);
    (revision, texts)
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    match text.trim() {
        "" => Ok(Map::new()),
        text => serde_json::from_str(text).map_err(|error| error.to_string()),
    }
}

/// Puts what was typed in the place of what is there.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let texts = SECTIONS.map(|section| form.text(section).to_owned());
        let revision = form.text("revision").to_owned();
        let mut read = Vec::new();
        for (section, text) in SECTIONS.iter().zip(&texts) {
            match object(text) {
                Ok(members) => read.push(members),
                Err(detail) => {
                    let refused = Refusal::at(section, &detail);
                    return draw(console, Some((revision, texts)), refused).await;
                }
            }
        }
        let mut read = read.into_iter();
        let changes = MetadataChanges {
            user_id: id(console),
            public: read.next(),
            private: read.next(),
            r#unsafe: read.next(),
            replace: true,
        };
        match console.operate_at::<users::UpdateMetadata>(&revision, changes).await {
            Ok(_) => console.done(console.path(), "admin.notice_saved"),
            Err(refused) => {
                let (now, theirs) = as_it_is(&console.operate::<users::ShowMetadata>(which(console)).await?);
                let labels = SECTIONS.map(AdminUserMetadata::label_key);
                let beside = labels.into_iter().zip(texts.clone()).zip(theirs);
                let beside = beside.map(|((label, typed), now)| (label, typed, now));
                draw(console, Some((now, texts)), refusal(refused)?.beside(beside)).await
            }
        }
    })
    .await
}
