//! What would keep people from signing in to an application.

use actix_web::HttpResponse;

use super::{frame, the_client, which};
use crate::flow::admin::clients;
use crate::web::admin::console::shown;
use crate::web::context::Ctx;
use crate::web::views::{AdminClientCheck, ClientPart};

/// Shows it.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let client = the_client(console).await?;
        let checked = console.operate::<clients::CheckClient>(which(&client)).await?;
        console.draw(&AdminClientCheck {
            page: console.page(),
            frame: frame(console, &client, ClientPart::Check),
            checked,
            requests: format!("{}?failed=yes", ClientPart::Requests.href(&client.client_id)),
            now: console.now(),
        })
    })
    .await
}
