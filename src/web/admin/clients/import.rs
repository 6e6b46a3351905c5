//! Applications whose metadata somebody has already, many at once.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use crate::flow::admin::clients::{self, Created, NewClients};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminClientsImport, AdminSection, Refusal, Status, paths};

/// Asks for their metadata.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| match console.may::<clients::Import>() {
        true => draw(console, "", Vec::new(), Refusal::default()),
        false => Err(Trouble::Status(Status::Forbidden)),
    })
    .await
}

fn draw(console: &Console, text: &str, imported: Vec<Created>, refused: Refusal) -> Answer {
    let status = refused.status();
    let frame = console
        .frame(AdminSection::Clients)
        .titled(console.words().get("admin_clients.import"))
        .crumb("admin.nav_clients", paths::ADMIN_CLIENTS)
        .refused(refused);
    let template = AdminClientsImport {
        page: console.page(),
        frame,
        text,
        imported,
    };
    console.draw_as(status, &template)
}

/// Registers them, and shows their secrets. What was typed stays where one of them is refused.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let text = form.text("clients");
        let clients = match serde_json::from_str(text) {
            Ok(clients) => clients,
            Err(error) => return draw(console, text, Vec::new(), Refusal::at("clients", &error.to_string())),
        };
        match console.operate::<clients::Import>(NewClients { clients }).await {
            Ok(imported) => draw(console, "", imported.clients, Refusal::default()),
            Err(refused) => draw(console, text, Vec::new(), refusal(refused)?),
        }
    })
    .await
}
