//! The administrator's console: a file for each page, and what they share. A page calls operations of
//! [`crate::flow::admin`] by [`Console::operate`] and has no rule of its own: who may is theirs to say.
//!
//! A page that changes something posts to its own address, so that whoever has to prove who they are first comes back to it.

mod audit;
mod catalogue;
mod clients;
mod console;
mod dashboard;
mod invitations;
mod keys;
mod settings;
mod upkeep;
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
        .configure(user::routes)
        .configure(clients::routes)
        .service(resource(paths::ADMIN_ROLES, "GET").route(web::get().to(catalogue::get_roles)))
        .service(page(
            paths::ADMIN_ROLE_NEW,
            web::get().to(catalogue::get_new_role),
            web::post().to(catalogue::post_new_role),
        ))
        .service(page(
            paths::ADMIN_ROLE,
            web::get().to(catalogue::get_role),
            web::post().to(catalogue::post_role),
        ))
        .service(resource(paths::ADMIN_PLANS, "GET").route(web::get().to(catalogue::get_plans)))
        .service(page(
            paths::ADMIN_PLAN_NEW,
            web::get().to(catalogue::get_new_plan),
            web::post().to(catalogue::post_new_plan),
        ))
        .service(page(
            paths::ADMIN_PLAN,
            web::get().to(catalogue::get_plan),
            web::post().to(catalogue::post_plan),
        ))
        .service(page(
            paths::ADMIN_KEYS,
            web::get().to(keys::get),
            web::post().to(keys::post),
        ))
        .service(page(
            paths::ADMIN_KEY_NEW,
            web::get().to(keys::get_new),
            web::post().to(keys::post_new),
        ))
        .service(resource(paths::ADMIN_AUDIT, "GET").route(web::get().to(audit::get)))
        .service(resource(paths::ADMIN_AUDIT_VERIFY, "GET").route(web::get().to(audit::get_verify)))
        .service(resource(paths::ADMIN_AUDIT_EXPORT, "GET").route(web::get().to(audit::get_export)))
        .service(page(
            paths::ADMIN_OUTBOX,
            web::get().to(upkeep::get_outbox),
            web::post().to(upkeep::post_outbox),
        ))
        .service(resource(paths::ADMIN_SETTINGS, "GET").route(web::get().to(settings::get_all)))
        .service(page(
            paths::ADMIN_SETTING,
            web::get().to(settings::get),
            web::post().to(settings::post),
        ));
}
