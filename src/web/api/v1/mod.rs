//! The REST interface of administrators, below `/api/v1`. Every operation of `flow::admin` has its route here by itself, and
//! its place in the description ([`openapi`]).

mod bulk;
mod caller;
mod handler;
mod input;
mod openapi;
mod problem;
mod viewer;

use std::collections::BTreeMap;

use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, Route};

use crate::flow::admin::bulk::Bulk;
use crate::flow::admin::{self, Code, Method, Operation, Visitor};
use crate::web::context::Ctx;
use problem::Problem;

/// What every path begins with.
pub const BASE: &str = "/api/v1";
/// The description, for people.
pub const DOCS: &str = "/api/v1/docs";
/// The description.
pub const OPENAPI: &str = "/api/v1/openapi.json";

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(super::super::resource(OPENAPI, "GET").route(web::get().to(openapi::document)));
    config
        .service(super::super::resource(DOCS, "GET").route(web::get().to(viewer::page)))
        .service(of_lines(admin::bulk::IMPORT, web::post().to(bulk::import)))
        .service(of_lines(admin::bulk::EXPORT, web::get().to(bulk::export)))
        .service(of_lines(admin::audit::EXPORT, web::get().to(bulk::export_events)));
    let mut paths = Paths::default();
    admin::each(&mut paths);
    for (Path(path), routes) in paths.0 {
        let allow = routes
            .iter()
            .map(|(method, _)| method.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let mut resource = at(path, allow);
        for (_, route) in routes {
            resource = resource.route(route);
        }
        config.service(resource);
    }
    config.service(web::scope(BASE).default_service(web::to(async |ctx: Ctx| {
        Problem::new(Code::NotFound, "there is nothing at this address").answer(&ctx)
    })));
}

/// A path, which refuses other methods than these.
fn at(path: &str, allow: String) -> Resource {
    web::resource(format!("{BASE}{path}")).default_service(web::to(move |ctx: Ctx| {
        let allow = allow.clone();
        async move { Problem::method(allow).answer(&ctx) }
    }))
}

fn of_lines(bulk: Bulk, route: Route) -> Resource {
    at(bulk.path, bulk.method.as_str().to_owned()).route(route)
}

/// A path; what is written out goes before what is in braces, as `/users/import` before `/users/{user}`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Path(&'static str);

impl Ord for Path {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |path: &'static str| {
            path.split('/')
                .map(|part| (part.starts_with('{'), part))
                .collect::<Vec<_>>()
        };
        key(self.0).cmp(&key(other.0))
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Default)]
struct Paths(BTreeMap<Path, Vec<(Method, Route)>>);

impl Visitor for Paths {
    fn visit<O: Operation>(&mut self) {
        let method = O::ROUTE.method;
        let route = match method {
            Method::Get => web::get(),
            Method::Post => web::post(),
            Method::Put => web::put(),
            Method::Patch => web::patch(),
            Method::Delete => web::delete(),
        };
        let routes = self.0.entry(Path(O::ROUTE.path)).or_default();
        routes.push((method, route.to(handler::of::<O>())));
    }
}
