//! The JSON interface for applications that draw their own pages: the journeys of our pages step by step, and who is signed
//! in. `docs/headless.md` explains it to whoever builds such pages; [`openapi`] describes it to programs.
//!
//! It works with the cookies of the browser, so it answers only pages of our own origin and of the declared ones
//! ([`guard`]), and only bodies of JSON, which no form of a stranger's page can send.

mod body;
mod flows;
mod guard;
mod metadata;
mod openapi;
mod problem;
mod session;
mod v1;

use actix_web::Resource;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use super::context::Ctx;
use problem::{Code, Problem};

/// Begins a journey.
pub const FLOWS: &str = "/api/flows";
/// A journey.
pub const FLOW: &str = "/api/flows/{id}";
/// Who is signed in.
pub const SESSION: &str = "/api/session";
/// What is kept about who is signed in.
pub const METADATA: &str = "/api/account/metadata";
/// The description of all this.
pub const OPENAPI: &str = "/api/openapi.json";

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(guarded(FLOWS, "POST, OPTIONS").route(web::post().to(flows::begin)))
        .service(
            guarded(FLOW, "GET, POST, OPTIONS")
                .route(web::get().to(flows::show))
                .route(web::post().to(flows::go_on)),
        )
        .service(
            guarded(SESSION, "GET, DELETE, OPTIONS")
                .route(web::get().to(session::show))
                .route(web::delete().to(session::end)),
        )
        .service(
            guarded(METADATA, "GET, PUT, OPTIONS")
                .route(web::get().to(metadata::show))
                .route(web::put().to(metadata::write)),
        )
        .service(super::resource(OPENAPI, "GET").route(web::get().to(openapi::document)))
        .configure(v1::routes);
}

/// A resource that pages of the declared origins may call with the cookies of the browser.
fn guarded(
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
    web::resource(path)
        .default_service(web::to(move |ctx: Ctx| async move {
            Problem::new(Code::MethodNotAllowed).allowing(allow).answer(&ctx)
        }))
        .wrap(from_fn(guard::declared_origins))
        .route(web::method(Method::OPTIONS).to(guard::preflight))
}
