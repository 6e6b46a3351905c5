//! What a person did, and what was done to them.

use actix_web::HttpResponse;

use super::{id, person};
use crate::flow::admin::users::{self, EventListing};
use crate::web::account::device;
use crate::web::admin::console::shown;
use crate::web::admin::names::names;
use crate::web::admin::users::ROWS;
use crate::web::context::Ctx;
use crate::web::views::{AdminUserHistory, EventRow, Refusal, UserTab};

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let (user, frame) = person(console, UserTab::History, Refusal::default()).await?;
        let input = EventListing {
            user_id: id(console),
            limit: Some(ROWS),
            after: console.ctx.query("after"),
        };
        let found = console.operate::<users::ListEvents>(input).await?;
        let subject = user.id.to_string();
        let events = found.items.into_iter().map(|event| {
            let by_other = event.actor != subject;
            let row = EventRow {
                kind: event.kind,
                at: event.at,
                device: device::describe(&event.user_agent),
                address: event.address,
                by_other,
            };
            (row, if by_other { event.actor } else { String::new() })
        });
        let events: Vec<_> = events.collect();
        console.draw(&AdminUserHistory {
            page: console.page(),
            frame,
            names: names(console, events.iter().map(|(_, actor)| actor.as_str())).await,
            events,
            paging: console.paging(found.next.as_deref()),
            now: console.now(),
        })
    })
    .await
}
