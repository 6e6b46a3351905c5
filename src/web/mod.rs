//! actix and nothing below it: routes, cookies, CSRF, headers, pages, the one error renderer. A handler turns HTTP into the
//! input of a flow and draws the outcome.

mod account;
mod admin;
mod api;
mod body;
mod context;
mod cookies;
mod cors;
mod csrf;
mod dev;
mod error;
mod fitting;
mod headers;
mod health;
pub mod i18n;
mod limits;
mod lines;
mod metrics;
mod middleware;
mod oidc;
mod pages;
mod tally;
mod upload;
pub mod views;
mod work;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, Route};

pub use dev::playground::{Playground, register as register_playground};
pub use fitting::Fitting;
pub use metrics::routes as metrics_routes;
pub use middleware::around;
pub use oidc::discovery::Document;
pub use views::write_letter;

use context::Ctx;
use views::paths;

/// Every route of the server, in one place; those of the account in [`account::routes`]. `development` adds the pages for trying things.
pub fn routes(config: &mut ServiceConfig, development: bool) {
    config
        // Discovery and keys
        .service(resource(oidc::paths::OPENID_CONFIGURATION, "GET").route(web::get().to(oidc::discovery::document)))
        .service(resource(oidc::paths::OAUTH_SERVER, "GET").route(web::get().to(oidc::discovery::document)))
        .service(resource(oidc::paths::JWKS, "GET").route(web::get().to(oidc::discovery::jwks)))
        // The protocol
        .service(
            resource(oidc::paths::AUTHORIZE, "GET, POST")
                .route(web::get().to(oidc::authorize::get))
                .route(web::post().to(oidc::authorize::post)),
        )
        .service(cross_origin(oidc::paths::TOKEN, "POST, OPTIONS").route(web::post().to(oidc::token::post)))
        .service(
            cross_origin(oidc::paths::USERINFO, "GET, POST, OPTIONS")
                .route(web::get().to(oidc::userinfo::get))
                .route(web::post().to(oidc::userinfo::post)),
        )
        .service(cross_origin(oidc::paths::REVOKE, "POST, OPTIONS").route(web::post().to(oidc::revoke::post)))
        .service(resource(oidc::paths::INTROSPECT, "POST").route(web::post().to(oidc::introspect::post)))
        // A person on the way to an application
        .service(page(
            paths::SIGN_IN,
            web::get().to(pages::sign_in::get),
            web::post().to(pages::sign_in::post),
        ))
        .service(resource(paths::PASSKEY_OPTIONS, "POST").route(web::post().to(pages::sign_in::passkey_options)))
        .service(page(
            paths::SIGN_UP,
            web::get().to(pages::sign_up::get),
            web::post().to(pages::sign_up::post),
        ))
        .service(page(
            paths::CONSENT,
            web::get().to(pages::consent::get),
            web::post().to(pages::consent::post),
        ))
        .service(resource(paths::CONTINUE, "GET").route(web::get().to(oidc::authorize::go_on)))
        .service(page(
            paths::SIGN_OUT,
            web::get().to(pages::sign_out::get),
            web::post().to(pages::sign_out::post),
        ))
        .service(page(
            paths::VERIFY_EMAIL,
            web::get().to(pages::verify_email::get),
            web::post().to(pages::verify_email::post),
        ))
        .service(page(
            paths::FORGOT_PASSWORD,
            web::get().to(pages::forgot::get),
            web::post().to(pages::forgot::post),
        ))
        .service(page(
            paths::LINK,
            web::get().to(pages::link::get),
            web::post().to(pages::link::post),
        ))
        .service(page(
            paths::CHOOSE_ACCOUNT,
            web::get().to(pages::choose_account::get),
            web::post().to(pages::choose_account::post),
        ))
        .service(page(
            paths::LOST_FACTOR,
            web::get().to(pages::lost_factor::get),
            web::post().to(pages::lost_factor::post),
        ))
        .service(page(
            paths::LOST_FACTOR_CANCEL,
            web::get().to(pages::lost_factor::get_cancel),
            web::post().to(pages::lost_factor::post_cancel),
        ))
        .service(page(
            paths::LOST_FACTOR_REMOVE,
            web::get().to(pages::lost_factor::get_remove),
            web::post().to(pages::lost_factor::post_remove),
        ))
        .service(page(
            paths::NOT_ME,
            web::get().to(pages::not_me::get),
            web::post().to(pages::not_me::post),
        ))
        .service(page(
            paths::SETUP,
            web::get().to(pages::setup::get),
            web::post().to(pages::setup::post),
        ))
        // A person at home
        .service(resource(paths::HOME, "GET").route(web::get().to(pages::home::get)))
        .configure(account::routes)
        // Administrators
        .configure(admin::routes)
        // Pages of others
        .configure(api::routes)
        // The rest
        .service(resource("/healthz", "GET").route(web::get().to(health::alive)))
        .service(resource("/readyz", "GET").route(web::get().to(health::ready)))
        .service(resource(paths::THEME_CSS, "GET").route(web::get().to(pages::brand::theme_css)))
        .service(resource(paths::LOGO, "GET").route(web::get().to(pages::brand::logo)))
        .service(resource("/static/{name}", "GET").route(web::get().to(pages::assets::get)));
    if development {
        config
            .service(resource(paths::DEV_MAIL, "GET").route(web::get().to(dev::mail::list)))
            .service(resource("/dev/mail/{id}", "GET").route(web::get().to(dev::mail::show)))
            .service(resource(paths::DEV_LETTERS, "GET").route(web::get().to(dev::letters::list)))
            .service(resource("/dev/letters/{name}", "GET").route(web::get().to(dev::letters::show)))
            .service(resource("/dev/letters/{name}/{lang}", "GET").route(web::get().to(dev::letters::html)))
            .service(page(
                paths::PLAYGROUND,
                web::get().to(dev::playground::get),
                web::post().to(dev::playground::start),
            ))
            .service(resource(dev::playground::CALLBACK, "GET").route(web::get().to(dev::playground::callback)))
            .service(resource(paths::PLAYGROUND_REFRESH, "POST").route(web::post().to(dev::playground::refresh)))
            .service(resource(paths::PLAYGROUND_SIGN_OUT, "POST").route(web::post().to(dev::playground::sign_out)));
    }
    config.default_service(web::to(error::not_found));
}

/// A resource that says which methods it has when it is asked with another one.
fn resource(path: &str, allow: &'static str) -> Resource {
    web::resource(path).default_service(web::to(move |ctx: Ctx| async move {
        error::method_not_allowed(&ctx, allow)
    }))
}

fn page(path: &str, get: Route, post: Route) -> Resource {
    resource(path, "GET, POST").route(get).route(post)
}

/// A resource that scripts of registered applications may call from their own origin.
fn cross_origin(
    path: &str,
    allow: &'static str,
) -> Resource<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    resource(path, allow)
        .wrap(from_fn(cors::registered_origins))
        .route(web::method(actix_web::http::Method::OPTIONS).to(cors::preflight))
}
