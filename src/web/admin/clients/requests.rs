//! Why did this fail: recent requests of an application.

use actix_web::HttpResponse;

use super::{frame, the_client};
use crate::flow::admin::clients::{self, Request, RequestListing, UnknownRequestListing};
use crate::web::admin::console::{Answer, Console, shown};
use crate::web::context::Ctx;
use crate::web::views::{AdminClientRequests, AdminFrame, AdminSection, ClientPart, paths};

/// Requests on the page: the newest of those that are kept.
const MOST: usize = 40;

/// Shows them. With `refresh=yes` the page asks for itself again, without a script.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let client = the_client(console).await?;
        let listing = RequestListing {
            client_id: client.client_id.clone(),
            failed: asked(console, "failed"),
        };
        let found = console.operate::<clients::ListRequests>(listing).await?;
        draw(console, frame(console, &client, ClientPart::Requests), found.items)
    })
    .await
}

/// Shows those that named no application that exists.
pub async fn get_unknown(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let listing = UnknownRequestListing {
            failed: asked(console, "failed"),
        };
        let found = console.operate::<clients::ListUnknownRequests>(listing).await?;
        let frame = console
            .frame(AdminSection::Clients)
            .titled(console.words().get("admin_clients.unknown"))
            .crumb("admin.nav_clients", paths::ADMIN_CLIENTS);
        draw(console, frame, found.items)
    })
    .await
}

fn asked(console: &Console, name: &str) -> bool {
    console.ctx.query(name).is_some_and(|value| value == "yes")
}

fn draw(console: &Console, frame: AdminFrame, mut requests: Vec<Request>) -> Answer {
    requests.truncate(MOST);
    console.draw(&AdminClientRequests {
        page: console.page(),
        frame,
        requests,
        failed: asked(console, "failed"),
        refresh: asked(console, "refresh"),
        here: console.path().to_owned(),
        now: console.now(),
    })
}
