//! One person: a file for each part of their page.

mod access;
mod addresses;
mod danger;
mod history;
mod metadata;
mod profile;
mod security;

use actix_web::web::{self, ServiceConfig};

use super::console::Console;
use crate::flow::admin::users::{self, User, Which};
use crate::web::error::Trouble;
use crate::web::views::{AdminFrame, AdminSection, Refusal, UserTab, called, paths};
use crate::web::{page, resource};

/// The routes of a person.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(page(
            paths::ADMIN_USER,
            web::get().to(profile::get),
            web::post().to(profile::post),
        ))
        .service(page(
            paths::ADMIN_USER_ADDRESSES,
            web::get().to(addresses::get),
            web::post().to(addresses::post),
        ))
        .service(page(
            paths::ADMIN_USER_SECURITY,
            web::get().to(security::get),
            web::post().to(security::post),
        ))
        .service(page(
            paths::ADMIN_USER_SESSIONS,
            web::get().to(access::get_sessions),
            web::post().to(access::post_sessions),
        ))
        .service(page(
            paths::ADMIN_USER_GRANTS,
            web::get().to(access::get_grants),
            web::post().to(access::post_grants),
        ))
        .service(page(
            paths::ADMIN_USER_METADATA,
            web::get().to(metadata::get),
            web::post().to(metadata::post),
        ))
        .service(resource(paths::ADMIN_USER_HISTORY, "GET").route(web::get().to(history::get)))
        .service(page(
            paths::ADMIN_USER_DANGER,
            web::get().to(danger::get),
            web::post().to(danger::post),
        ))
        .service(page(
            paths::ADMIN_USER_DELETE,
            web::get().to(danger::question),
            web::post().to(danger::delete),
        ));
}

/// The person of the address.
fn id(console: &Console) -> String {
    console.part("user_id").to_owned()
}

/// The person of the address, as operations are told.
fn which(console: &Console) -> Which {
    Which::named(id(console))
}

/// The person of the address, and what stands around their page.
async fn person(console: &Console, tab: UserTab, refused: Refusal) -> Result<(User, AdminFrame), Trouble> {
    let user = console.operate::<users::Show>(which(console)).await?;
    let frame = console.frame(AdminSection::Users);
    let tabs = tab.links(&user, &frame);
    let frame = frame
        .titled(called(&user))
        .crumb("admin.nav_users", paths::ADMIN_USERS)
        .tabs(tabs)
        .refused(refused);
    Ok((user, frame))
}
