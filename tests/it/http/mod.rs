//! HTTP as strangers and broken networks send it.

mod broken_off;
mod flood;
mod framing;
mod garbage;
mod headers;
mod hosts;
mod nodes;
mod panics;
mod slow;
mod start;

/// Every address of the server with the methods that it takes.
const ROUTES: [(&str, &str); 35] = [
    ("/.well-known/openid-configuration", "GET"),
    ("/.well-known/oauth-authorization-server", "GET"),
    ("/.well-known/jwks.json", "GET"),
    ("/oauth2/authorize", "GET, POST"),
    ("/oauth2/token", "POST, OPTIONS"),
    ("/oauth2/userinfo", "GET, POST, OPTIONS"),
    ("/oauth2/revoke", "POST, OPTIONS"),
    ("/oauth2/introspect", "POST"),
    ("/sign-in", "GET, POST"),
    ("/sign-up", "GET, POST"),
    ("/consent", "GET, POST"),
    ("/continue", "GET"),
    ("/sign-out", "GET, POST"),
    ("/verify-email", "GET, POST"),
    ("/not-me", "GET, POST"),
    ("/setup", "GET, POST"),
    ("/", "GET"),
    ("/account", "GET"),
    ("/account/sessions/end", "POST"),
    ("/account/apps/revoke", "POST"),
    ("/account/verify-email", "POST"),
    ("/healthz", "GET"),
    ("/readyz", "GET"),
    ("/static/app.css", "GET"),
    ("/dev/mail", "GET"),
    ("/dev/mail/00000000-0000-0000-0000-000000000000", "GET"),
    ("/dev/letters", "GET"),
    ("/dev/letters/test", "GET"),
    ("/dev/letters/test/en", "GET"),
    ("/playground", "GET, POST"),
    ("/playground/callback", "GET"),
    ("/playground/refresh", "POST"),
    ("/playground/sign-out", "POST"),
    ("/nowhere", ""),
    ("/oauth2/nowhere", ""),
];

/// Addresses in [`ROUTES`] at which nothing is mounted.
const NOWHERE: usize = 2;

#[test]
fn every_route_is_in_the_list() {
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/mod.rs")).unwrap();
    let mounted = source.matches(".service(").count();
    assert_eq!(
        mounted,
        ROUTES.len() - NOWHERE,
        "a new route is also tested here: add it to ROUTES"
    );
}
