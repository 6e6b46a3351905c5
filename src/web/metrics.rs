//! `/metrics` on a listener of its own: nobody who reaches the pages reaches it.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Data, ServiceConfig};

use crate::flow::health;
use crate::metrics::MEDIA_TYPE;
pub use crate::metrics::method_label as method;
use crate::state::State;

/// The routes of that listener.
pub fn routes(config: &mut ServiceConfig) {
    config.route("/metrics", web::get().to(show));
}

async fn show(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(MEDIA_TYPE)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(health::metrics(&state).await)
}

/// The class of a path, by which requests are counted: a fixed set, whatever strangers ask for.
pub fn class(path: &str) -> &'static str {
    let below = |root: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    match path {
        "/oauth2/authorize" => "authorize",
        "/oauth2/token" => "token",
        "/oauth2/userinfo" => "userinfo",
        "/oauth2/introspect" => "introspect",
        "/oauth2/revoke" => "revoke",
        "/.well-known/jwks.json" => "jwks",
        "/healthz" | "/readyz" => "health",
        "/sign-in" => "sign_in",
        "/sign-up" => "sign_up",
        "/consent" => "consent",
        _ if below("/.well-known") => "discovery",
        _ if below("/oauth2") => "protocol",
        _ if below("/account") => "account",
        _ if below("/admin") => "admin",
        _ if below("/api/v1") => "api_v1",
        _ if below("/api") => "api",
        _ if below("/static") => "static",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn every_path_has_one_of_few_classes() {
        assert_eq!(class("/oauth2/token"), "token");
        assert_eq!(class("/oauth2/token/"), "protocol");
        assert_eq!(class("/accounts"), "other");
        assert_eq!(class("/account/security"), "account");
        assert_eq!(class("/api/v1/users/1"), "api_v1");
        assert_eq!(class("/%ff/anything"), "other");
    }
}
