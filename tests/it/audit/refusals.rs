//! Each check that fails shows in the trace of its request, with its section and what to change.

use passgate::flow::requests;
use passgate::flow::users::Change;
use passgate::model::request_trace::{CheckRow, RequestTrace};
use serde_json::json;

use crate::harness::app::TestApp;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{RelyingParty, VERIFIER};
use crate::oidc::scene::Scene;

/// The newest trace of a client, of all clients that do not exist where `None`.
async fn newest(app: &TestApp, client: Option<&str>) -> RequestTrace {
    requests::flush(&app.state).await.unwrap();
    // Requests of one moment have no order: the clock moves between them, and what failed is asked for first.
    app.advance(1);
    let mut found = requests::run(&app.state, client, false).await.unwrap();
    let latest = found[0].at;
    found.retain(|trace| trace.at == latest);
    found.sort_by_key(|trace| !trace.failed);
    found.remove(0)
}

/// The one that failed. Those before it passed.
#[track_caller]
fn failed(trace: &RequestTrace) -> &CheckRow {
    let (last, before) = trace
        .checks
        .split_last()
        .unwrap_or_else(|| panic!("nothing was judged: {trace:?}"));
    assert!(!last.passed, "{trace:?}");
    assert!(before.iter().all(|check| check.passed), "{trace:?}");
    assert!(
        last.section.contains("section") || last.section.contains("RFC"),
        "{last:?}"
    );
    assert!(last.suggestion.as_ref().is_some_and(|text| text.len() > 10), "{last:?}");
    last
}

#[track_caller]
fn assert_failed(trace: &RequestTrace, endpoint: &str, check: &str, error: &str) {
    assert_eq!(
        (trace.endpoint.as_str(), trace.error.as_str()),
        (endpoint, error),
        "{trace:?}"
    );
    assert_eq!(failed(trace).check, check, "{trace:?}");
    assert!(
        trace.failed && trace.outcome == "error" && !trace.request_id.is_empty(),
        "{trace:?}"
    );
    assert_eq!(trace.address, "127.0.0.1");
}

on_every_engine! {

async fn every_check_of_the_authorization_request(database) {
    let mut scene = Scene::at(&database).await;
    type Case = (&'static [(&'static str, &'static str)], &'static str, &'static str);
    let cases: [Case; 14] = [
        (&[("redirect_uri", "https://app.example/cb/")], "redirect_uri", "invalid_request"),
        (&[("redirect_uri", "")], "redirect_uri", "invalid_request"),
        (&[("response_mode", "fragment")], "response_mode", "invalid_request"),
        (&[("request_uri", "https://app.example/r")], "unsupported_parameters", "request_uri_not_supported"),
        (&[("registration", "{}")], "unsupported_parameters", "registration_not_supported"),
        (&[("response_type", "token")], "response_type", "unsupported_response_type"),
        (&[("scope", "nothing")], "scope", "invalid_scope"),
        (&[("code_challenge_method", "plain")], "code_challenge", "invalid_request"),
        (&[("code_challenge", "short")], "code_challenge", "invalid_request"),
        (&[("prompt", "none login")], "prompt", "invalid_request"),
        (&[("max_age", "soon")], "max_age", "invalid_request"),
        (&[("claims", "[]")], "claims", "invalid_request"),
        (&[("request", "x.y.z")], "request_object", "request_not_supported"),
        (&[("prompt", "none")], "consent", "consent_required"),
    ];
    for (extra, check, error) in cases {
        scene.browser.get(&scene.party.request("openid", extra)).await;
        assert_failed(&newest(&scene.app, Some("web")).await, "authorize", check, error);
    }
    let long = "n".repeat(3000);
    scene.browser.get(&scene.party.request("openid", &[("nonce", &long)])).await;
    assert_failed(&newest(&scene.app, Some("web")).await, "authorize", "nonce", "invalid_request");
    let twice = format!("{}&state=again", scene.party.request("openid", &[]));
    scene.browser.get(&twice).await;
    let trace = newest(&scene.app, Some("web")).await;
    assert_failed(&trace, "authorize", "repeated_parameters", "invalid_request");
    assert!(failed(&trace).found.as_ref().unwrap().contains("state"));
    let essential = json!({ "id_token": { "acr": { "essential": true, "value": "phr" } } }).to_string();
    scene.browser.get(&scene.party.request("openid", &[("claims", &essential), ("prompt", "none")])).await;
    assert_failed(&newest(&scene.app, Some("web")).await, "authorize", "acr", "unmet_authentication_requirements");
    scene.app.browser().get(&scene.party.request("openid", &[("prompt", "none")])).await;
    assert_failed(&newest(&scene.app, Some("web")).await, "authorize", "session", "login_required");
    let spa = scene.spa().await;
    scene.browser.get(&spa.request("openid", &[("code_challenge", ""), ("code_challenge_method", "")])).await;
    assert_failed(&newest(&scene.app, Some("spa")).await, "authorize", "code_challenge", "invalid_request");
    // Somebody says no.
    let page = scene.browser.get(&scene.party.request("openid profile", &[])).await;
    assert_eq!(newest(&scene.app, Some("web")).await.outcome, "consent");
    scene.browser.decide(&page, "deny").await;
    assert_failed(&newest(&scene.app, Some("web")).await, "authorize", "consent", "access_denied");
}

async fn a_redirect_uri_is_told_by_its_difference(database) {
    let mut scene = Scene::at(&database).await;
    let sent = "https://app.example/cb/?ticket=pgx_secret";
    scene.browser.get(&scene.party.request("openid", &[("redirect_uri", sent)])).await;
    let trace = newest(&scene.app, Some("web")).await;
    let check = failed(&trace);
    assert!(check.found.as_ref().unwrap().contains("in the trailing slash"), "{check:?}");
    assert_eq!(check.registered, ["https://app.example/cb"]);
    assert_eq!(check.sent.as_deref(), Some("https://app.example/cb/?ticket=..."));
    assert!(!format!("{trace:?}").contains("pgx_secret"));
}

async fn every_check_of_the_token_request(database) {
    let mut scene = Scene::at(&database).await.consented("openid offline_access").await;
    let web = |trace: RequestTrace, check: &str, error: &str| assert_failed(&trace, "token", check, error);
    let party = scene.party.clone();
    let wrong = RelyingParty::new(&scene.app, "web", Some("wrong"));
    wrong.token(&[("grant_type", "client_credentials")]).await;
    let trace = newest(&scene.app, Some("web")).await;
    web(trace.clone(), "client_authentication", "invalid_client");
    assert_eq!(failed(&trace).sent.as_deref(), Some("client_secret_basic"));
    RelyingParty::new(&scene.app, "web", None).token(&[("grant_type", "client_credentials")]).await;
    let trace = newest(&scene.app, Some("web")).await;
    web(trace.clone(), "client_authentication", "invalid_client");
    assert!(failed(&trace).found.as_ref().unwrap().contains("none came"));
    party.token(&[("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", "x")]).await;
    web(newest(&scene.app, Some("web")).await, "client_credentials", "invalid_request");
    party.token(&[("grant_type", "password")]).await;
    web(newest(&scene.app, Some("web")).await, "grant_request", "unsupported_grant_type");
    party.token(&[("grant_type", "authorization_code")]).await;
    web(newest(&scene.app, Some("web")).await, "grant_request", "invalid_request");
    party.token(&[("grant_type", "client_credentials"), ("scope", "other")]).await;
    web(newest(&scene.app, Some("web")).await, "scope", "invalid_scope");
    let spa = scene.spa().await;
    spa.token(&[("grant_type", "client_credentials")]).await;
    web(newest(&scene.app, Some("spa")).await, "grant_allowed", "unauthorized_client");

    // Codes: each is burned by its own mistake.
    party.exchange("pgc_nonsense").await;
    let trace = newest(&scene.app, Some("web")).await;
    web(trace.clone(), "code", "invalid_grant");
    assert!(failed(&trace).found.as_ref().unwrap().contains("unknown or has expired"));
    let code = scene.code("openid offline_access").await;
    scene.evil().await.exchange(&code).await;
    web(newest(&scene.app, Some("evil")).await, "code_client", "invalid_grant");
    let code = scene.code("openid offline_access").await;
    let other = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    party.token(&[&other[..], &[("redirect_uri", "https://app.example/other?x=secret")]].concat()).await;
    let trace = newest(&scene.app, Some("web")).await;
    web(trace.clone(), "code_redirect_uri", "invalid_grant");
    assert_eq!(failed(&trace).sent.as_deref(), Some("https://app.example/other?x=..."));
    let code = scene.code("openid offline_access").await;
    party.token(&[("grant_type", "authorization_code"), ("code", &code), ("code_verifier", &"v".repeat(43))]).await;
    web(newest(&scene.app, Some("web")).await, "code_verifier", "invalid_grant");
    let code = scene.code("openid offline_access").await;
    scene.app.advance(1);
    let tokens = party.exchange(&code).await;
    assert_eq!(newest(&scene.app, Some("web")).await.outcome, "tokens");
    party.exchange(&code).await;
    let trace = newest(&scene.app, Some("web")).await;
    web(trace.clone(), "code", "invalid_grant");
    assert!(failed(&trace).found.as_ref().unwrap().contains("before"));

    // Refresh tokens.
    party.refresh(tokens.text("refresh_token")).await;
    let trace = newest(&scene.app, Some("web")).await;
    web(trace.clone(), "refresh_token", "invalid_grant");
    assert!(failed(&trace).found.as_ref().unwrap().contains("revoked"), "the code came twice: {trace:?}");
    party.refresh("pgr_nonsense").await;
    web(newest(&scene.app, Some("web")).await, "refresh_token", "invalid_grant");
    let tokens = scene.tokens("openid offline_access").await;
    let first = tokens.text("refresh_token");
    party.token(&[("grant_type", "refresh_token"), ("refresh_token", first), ("scope", "openid address")]).await;
    web(newest(&scene.app, Some("web")).await, "scope", "invalid_scope");
    let second = party.refresh(first).await;
    party.refresh(second.text("refresh_token")).await;
    scene.app.advance(100);
    party.refresh(first).await;
    web(newest(&scene.app, Some("web")).await, "refresh_token_reuse", "invalid_grant");

    // The person.
    let code = scene.code("openid offline_access").await;
    scene.change(Change::Disable).await;
    party.exchange(&code).await;
    let trace = newest(&scene.app, Some("web")).await;
    web(trace.clone(), "person", "invalid_grant");
    assert!(failed(&trace).found.as_ref().unwrap().contains("switched off"));
}

async fn what_a_token_is_asked_for_elsewhere(database) {
    let mut scene = Scene::at(&database).await;
    let party = scene.party.clone();
    let tokens = scene.tokens("openid").await;
    let (access, id_token) = (tokens.text("access_token"), tokens.text("id_token"));
    party.userinfo(id_token).await;
    let trace = newest(&scene.app, Some("web")).await;
    assert_failed(&trace, "userinfo", "access_token", "invalid_token");
    assert!(failed(&trace).found.as_ref().unwrap().contains("ID token"));
    party.userinfo("garbage").await;
    assert_failed(&newest(&scene.app, None).await, "userinfo", "access_token", "invalid_token");
    let own = party.token(&[("grant_type", "client_credentials")]).await;
    party.userinfo(own.text("access_token")).await;
    assert_failed(&newest(&scene.app, Some("web")).await, "userinfo", "openid_scope", "insufficient_scope");
    party.post("/oauth2/introspect", &[]).await;
    assert_failed(&newest(&scene.app, Some("web")).await, "introspection", "token", "invalid_request");
    // An answer that says inactive is no error: what it rests on is told all the same.
    let evil = scene.evil().await;
    assert_eq!(evil.introspect(access).await.json["active"], false);
    let trace = newest(&scene.app, Some("evil")).await;
    assert_eq!((trace.failed, trace.outcome.as_str()), (false, "inactive"));
    assert_eq!(failed(&trace).check, "introspection_permission");
    evil.revoke(access).await;
    assert_failed(&newest(&scene.app, Some("evil")).await, "revocation", "token_client", "invalid_grant");
    party.revoke(access).await;
    assert_eq!(newest(&scene.app, Some("web")).await.outcome, "revoked");
    party.userinfo(access).await;
    let trace = newest(&scene.app, Some("web")).await;
    assert_failed(&trace, "userinfo", "grant", "invalid_token");
    assert!(failed(&trace).found.as_ref().unwrap().contains("revoked"));
    let tokens = scene.tokens("openid").await;
    newest(&scene.app, Some("web")).await;
    scene.app.advance(400);
    party.userinfo(tokens.text("access_token")).await;
    let trace = newest(&scene.app, Some("web")).await;
    assert_failed(&trace, "userinfo", "access_token", "invalid_token");
    assert!(failed(&trace).found.as_ref().unwrap().contains("expired"));
    // Secrets in an address are refused before anybody looks further.
    party.post("/oauth2/token?client_secret=x", &[("grant_type", "client_credentials")]).await;
    assert_failed(&newest(&scene.app, Some("web")).await, "token", "form", "invalid_request");
}

async fn scopes_that_are_left_out_are_told_although_the_request_goes_on(database) {
    let mut scene = Scene::at(&database).await;
    scene.browser.get(&scene.party.request("openid admin", &[])).await;
    let trace = newest(&scene.app, Some("web")).await;
    assert_eq!((trace.failed, trace.outcome.as_str()), (false, "consent"));
    let scope = trace.checks.iter().find(|check| check.check == "scope").unwrap();
    assert!(scope.passed && scope.found.as_ref().unwrap().contains("admin"), "{scope:?}");
}

}
