//! The administrator's console: a file for each page, and what they share. A page calls operations of
//! [`crate::flow::admin`] by [`Console::operate`] and has no rule of its own: who may is theirs to say.
//!
//! A page that changes something posts to its own address, so that whoever has to prove who they are first comes back to it.

mod console;
mod dashboard;
mod invitations;
mod user;
mod users;

use actix_web::web::{self, ServiceConfig};

pub use console::is_own_address;

use super::views::paths;
use super::{page, resource};

/// The routes of the console.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource(paths::ADMIN, "GET").route(web::get().to(dashboard::get)))
        .service(resource(paths::ADMIN_USERS, "GET").route(web::get().to(users::get)))
        .service(page(
            paths::ADMIN_USER_NEW,
            web::get().to(users::get_new),
            web::post().to(users::post_new),
        ))
        .service(page(
            paths::ADMIN_INVITATIONS,
            web::get().to(invitations::get),
            web::post().to(invitations::post),
        ))
        .configure(user::routes);
}
