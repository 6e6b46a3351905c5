//! The list of applications.

use actix_web::HttpResponse;

use crate::flow::admin::Operation as _;
use crate::flow::admin::clients::{self, Listing};
use crate::web::admin::console::shown;
use crate::web::context::Ctx;
use crate::web::views::{AdminClients, AdminSection, paths};

/// Shows it.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let listing = Listing {
            limit: None,
            after: console.ctx.query("after"),
        };
        let found = console.operate::<clients::List>(listing).await?;
        console.draw(&AdminClients {
            page: console.page(),
            frame: console.frame(AdminSection::Clients).action(
                clients::Create::PERMISSION,
                "admin_clients.new",
                paths::ADMIN_CLIENT_NEW,
            ),
            paging: console.paging(found.next.as_deref()),
            clients: found.items,
            now: console.now(),
        })
    })
    .await
}
