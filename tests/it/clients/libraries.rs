//! Libraries of Node and Python: what the applications and the services of other teams are built with.

use serde_json::{Value, json};

use super::program;
use super::server::Server;
use crate::harness::app::PASSWORD;
use crate::harness::relying_party::REDIRECT_URI;

/// What every program needs to sign Ada in with a client.
fn situation(server: &Server, client: &Value) -> Value {
    json!({
        "issuer": server.issuer, "redirectUri": REDIRECT_URI,
        "clientId": client["client_id"], "clientSecret": client["client_secret"],
        "email": "ada@example.com", "password": PASSWORD,
    })
}

/// npm `openid-client` does everything that a client of this kind can do.
fn openid_client(auth: &str) {
    let server = Server::start();
    let sub = server.ada();
    let grants: &[&str] = match auth {
        "none" => &["authorization_code", "refresh_token"],
        _ => &["authorization_code", "refresh_token", "client_credentials"],
    };
    let more = [&["--auth-method", auth, "--grant"], grants].concat();
    let client = server.client("app", REDIRECT_URI, &more);
    let mut what = situation(&server, &client);
    what["auth"] = auth.into();
    what["sub"] = sub.into();
    program::node("openid-client.mjs", &what);
}

#[test]
fn npm_openid_client_confidential_client_with_basic() {
    openid_client("client_secret_basic");
}

#[test]
fn npm_openid_client_confidential_client_with_post() {
    openid_client("client_secret_post");
}

#[test]
fn npm_openid_client_public_client() {
    openid_client("none");
}

#[test]
fn npm_jose_verifies_access_tokens_across_a_key_rotation() {
    let server = Server::start();
    let sub = server.ada();
    let client = server.client("app", REDIRECT_URI, &["--audience", "https://api.example"]);
    let mut what = situation(&server, &client);
    what["sub"] = sub.into();
    what["audience"] = "https://api.example".into();
    what["passgate"] = json!({ "program": env!("CARGO_BIN_EXE_passgate"), "variables": server.variables() });
    program::node("jose.mjs", &what);
}

#[actix_web::test]
async fn pypi_pyjwt_verifies_access_tokens() {
    for alg in ["RS256", "ES256", "EdDSA"] {
        let server = Server::start();
        let sub = server.ada();
        let more = ["--public", "--signing-alg", alg, "--audience", "https://api.example"];
        let _public = server.client("app", REDIRECT_URI, &more);
        let party = server.party("app");
        let mut browser = server.browser();
        browser.sign_in("ada@example.com").await;
        let code = party.code(&mut browser, "openid").await;
        let tokens = party.exchange(&code).await;
        let what = json!({
            "issuer": server.issuer, "audience": "https://api.example", "alg": alg, "sub": sub,
            "accessToken": tokens.text("access_token"),
        });
        program::python("verify.py", &what);
    }
}

/// PyPI `schemathesis` makes calls out of our own OpenAPI document, well formed and malformed ones, and holds the answers against it.
#[test]
fn pypi_schemathesis_finds_no_server_error_and_no_undocumented_answer() {
    let server = Server::with(&[
        ("PASSGATE_PASSWORDS__MEMORY_KIB", "64"),
        ("PASSGATE_PASSWORDS__ITERATIONS", "1"),
    ]);
    let key = server.command(&["api-key", "create", "--name", "all", "--permission", "*"], "");
    let what = json!({ "issuer": server.issuer, "key": key["key"], "examples": 15 });
    program::python("describe.py", &what);
}
