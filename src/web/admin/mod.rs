//! The administrator's console: a file for each page, and what they share. A page calls operations of
//! [`crate::flow::admin`] by [`Console::operate`] and has no rule of its own: who may is theirs to say.
//!
//! What is typed is not lost: a form that is refused comes back as it was filled in, whether its fields are wrong, somebody else
//! was faster, or the sign-in is not what it was ([`console::changed`]).

mod apis;
mod audit;
mod catalogue;
mod clients;
mod console;
mod dashboard;
mod invitations;
mod keys;
mod names;
mod people;
mod sessions;
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
        .service(page(
            paths::ADMIN_USERS_IMPORT,
            web::get().to(people::get_import),
            web::post().to(people::post_import),
        ))
        .service(resource(paths::ADMIN_USERS_EXPORT, "GET").route(web::get().to(people::get_export)))
        .service(page(
            paths::ADMIN_SESSIONS,
            web::get().to(sessions::get),
            web::post().to(sessions::post),
        ))
        .configure(user::routes)
        .configure(clients::routes)
        .service(resource(paths::ADMIN_APIS, "GET").route(web::get().to(apis::get_list)))
        .service(page(
            paths::ADMIN_API_NEW,
            web::get().to(apis::get_new),
            web::post().to(apis::post_new),
        ))
        .service(page(
            paths::ADMIN_API,
            web::get().to(apis::get),
            web::post().to(apis::post),
        ))
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
        .service(resource(paths::ADMIN_KEY, "GET").route(web::get().to(keys::get_one)))
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
