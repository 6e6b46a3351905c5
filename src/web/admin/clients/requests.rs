//! Why did this fail: recent requests of an application.

use actix_web::HttpResponse;

use super::{frame, the_client};
use crate::flow::admin::clients::{self, RequestListing};
use crate::web::admin::console::shown;
use crate::web::context::Ctx;
use crate::web::views::{AdminClientRequests, ClientPart};

/// Requests on the page: the newest of those that are kept.
const MOST: usize = 40;

/// Shows them. With `refresh=yes` the page asks for itself again, without a script.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let client = the_client(console).await?;
        let yes = |name: &str| console.ctx.query(name).is_some_and(|value| value == "yes");
        let listing = RequestListing {
            client_id: client.client_id.clone(),
            failed: yes("failed"),
        };
        let mut requests = console.operate::<clients::ListRequests>(listing).await?.items;
        requests.truncate(MOST);
        console.draw(&AdminClientRequests {
            page: console.page(),
            frame: frame(console, &client, ClientPart::Requests),
            requests,
            failed: yes("failed"),
            refresh: yes("refresh"),
            here: console.path().to_owned(),
            now: console.now(),
        })
    })
    .await
}
