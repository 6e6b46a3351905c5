//! Applications: their list, a new one, and a file for each part of the page of one.

mod check;
mod claims;
mod danger;
mod form;
mod import;
mod list;
mod new;
mod requests;
mod secrets;
mod settings;
mod setup;

pub use form::lines;

use actix_web::web::{self, ServiceConfig};

use super::console::Console;
use crate::flow::admin::clients::{self, Client, Which};
use crate::web::error::Trouble;
use crate::web::views::{AdminFrame, AdminSection, ClientPart, client_tabs, paths};
use crate::web::{page, resource};

/// The routes of applications.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource(paths::ADMIN_CLIENTS, "GET").route(web::get().to(list::get)))
        .service(page(
            paths::ADMIN_CLIENT_NEW,
            web::get().to(new::get),
            web::post().to(new::post),
        ))
        .service(page(
            paths::ADMIN_CLIENTS_IMPORT,
            web::get().to(import::get),
            web::post().to(import::post),
        ))
        .service(resource(paths::ADMIN_UNKNOWN_REQUESTS, "GET").route(web::get().to(requests::get_unknown)))
        .service(page(
            paths::ADMIN_CLIENT,
            web::get().to(settings::get),
            web::post().to(settings::post),
        ))
        .service(page(
            paths::ADMIN_CLIENT_SECRETS,
            web::get().to(secrets::get),
            web::post().to(secrets::post),
        ))
        .service(page(
            paths::ADMIN_CLIENT_CLAIMS,
            web::get().to(claims::get),
            web::post().to(claims::post),
        ))
        .service(resource(paths::ADMIN_CLIENT_REQUESTS, "GET").route(web::get().to(requests::get)))
        .service(resource(paths::ADMIN_CLIENT_CHECK, "GET").route(web::get().to(check::get)))
        .service(resource(paths::ADMIN_CLIENT_SETUP, "GET").route(web::get().to(setup::get)))
        .service(page(
            paths::ADMIN_CLIENT_DANGER,
            web::get().to(danger::get),
            web::post().to(danger::post),
        ));
}

/// The application of the path, as it is now.
async fn the_client(console: &Console) -> Result<Client, Trouble> {
    let which = Which {
        client_id: console.part("client_id").to_owned(),
    };
    Ok(console.operate::<clients::Show>(which).await?)
}

/// Which application it is.
fn which(client: &Client) -> Which {
    Which {
        client_id: client.client_id.clone(),
    }
}

/// What stands around a part of the page of an application.
fn frame(console: &Console, client: &Client, part: ClientPart) -> AdminFrame {
    let name = client.settings.client_name.clone();
    let frame = console
        .frame(AdminSection::Clients)
        .titled(name.unwrap_or_else(|| client.client_id.clone()))
        .crumb("admin.nav_clients", paths::ADMIN_CLIENTS)
        .tabs(client_tabs(&client.client_id, part));
    AdminFrame {
        // One part may be the answer to a form of another.
        here: part.href(&client.client_id),
        ..frame
    }
}
