//! A real browser, with everything that only a browser does: CORS, the Content-Security-Policy, scripts, what a page looks like.

use serde_json::json;

use super::program;
use super::server::Server;
use crate::harness::app::PASSWORD;
use crate::harness::port::Port;

#[test]
fn npm_oidc_client_ts_signs_in_from_a_page() {
    let server = Server::start();
    let sub = server.ada();
    let port = Port::free();
    let page = format!("http://localhost:{port}/");
    let client = server.client("spa", &page, &["--public"]);
    let what = json!({
        "issuer": server.issuer, "port": port.number(), "clientId": client["client_id"], "sub": sub,
        "email": "ada@example.com", "password": PASSWORD,
    });
    program::chromium("oidc-client-ts.mjs", what);
}

#[test]
fn a_newcomer_walks_from_the_banner_to_verified_tokens() {
    let server = Server::start();
    let link = server
        .banner
        .split_whitespace()
        .find(|word| word.contains("/setup?token="))
        .unwrap();
    let port = Port::free();
    let redirect_uri = format!("http://localhost:{port}/cb");
    let client = server.client("Notes", &redirect_uri, &["--public"]);
    let what = json!({
        "issuer": server.issuer, "setupLink": link, "password": PASSWORD, "mail": server.mail_folder(),
        "port": port.number(), "redirectUri": redirect_uri, "clientId": client["client_id"],
    });
    program::chromium("newcomer.mjs", what);
}
