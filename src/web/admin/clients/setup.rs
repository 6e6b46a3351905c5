//! How an application is connected.

use actix_web::HttpResponse;

use super::{frame, the_client};
use crate::crypto::random;
use crate::web::admin::console::shown;
use crate::web::context::Ctx;
use crate::web::views::{AdminClientSetup, ClientPart, ClientSetup, Framework};

/// Shows the settings, and the lines for what it is made with.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let client = the_client(console).await?;
        let setup = ClientSetup::of(&client, console.ctx.state.issuer(), None, random::secret("").expose());
        let chosen = console.ctx.query("framework").and_then(|slug| Framework::find(&slug));
        // Else the one whose library takes answers where this application does.
        let framework = chosen.unwrap_or_else(|| match setup.redirect_uri.is_empty() {
            true => Framework::Service,
            false => Framework::ALL
                .iter()
                .copied()
                .find(|known| {
                    known.is_public() != setup.confidential
                        && known.path() == setup.redirect_path
                        && !known.acts_for_itself()
                })
                .unwrap_or(Framework::Other),
        });
        console.draw(&AdminClientSetup {
            page: console.page(),
            frame: frame(console, &client, ClientPart::Setup),
            setup,
            framework,
        })
    })
    .await
}
