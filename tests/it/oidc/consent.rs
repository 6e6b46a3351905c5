//! Between the request and the code: no step is skipped, and what is granted is what was asked.
//! OpenID Connect Core section 3.1.2.4.

use std::collections::BTreeMap;

use passgate::flow::clients;
use passgate::model::audit::Origin;
use reqwest::Method;
use serde_json::json;

use super::scene::{ADA, Scene, assert_sent};
use crate::harness::app::PASSWORD;
use crate::harness::browser::Page;

#[track_caller]
fn assert_no_code(page: &Page) {
    assert_ne!(page.url.host_str(), Some("app.example"), "{}", page.url);
    assert!(
        page.status.is_client_error() || page.url.path() == "/sign-in",
        "{} {}",
        page.status,
        page.url
    );
}

/// CONFORMANCE.md A23.
#[actix_web::test]
async fn a23_a_person_who_says_no_is_told_of_as_access_denied() {
    let mut scene = Scene::new().await;
    let page = scene.browser.get(&scene.party.request("openid email", &[])).await;
    assert_eq!(page.url.path(), "/consent");
    let answered = scene.browser.decide(&page, "deny").await;
    assert_sent(&scene.app, &answered, "access_denied");
    // The request is used up: the other button does nothing any more.
    assert_no_code(&scene.browser.decide(&page, "allow").await);
}

#[actix_web::test]
async fn az_17_a_step_cannot_be_skipped() {
    let scene = Scene::new().await;
    let mut stranger = scene.app.browser();
    let page = stranger.get(&scene.party.request("openid email", &[])).await;
    let form = page.form();
    let flow = form.fields["flow"].clone();
    let mut consent = form.clone().fill("decision", "allow");
    consent.action = "/consent".into();
    // Consent without sign-in leads back to sign-in, with whatever flags.
    for flag in ["x", "postLogin", "mfa", "user"] {
        let page = stranger.submit(&consent.clone().fill(flag, "true")).await;
        assert_eq!(page.url.path(), "/sign-in");
    }
    for path in ["/continue", "/consent"] {
        assert_eq!(
            stranger.get(&format!("{path}?flow={flow}")).await.url.path(),
            "/sign-in"
        );
    }
    for action in ["/consent", "/sign-in", "/sign-up"] {
        assert_no_code(&stranger.request(Method::POST, action, Some(&BTreeMap::new())).await);
        let only_flow = [("flow".to_owned(), flow.clone())].into();
        assert_no_code(&stranger.request(Method::POST, action, Some(&only_flow)).await);
    }
    // An empty answer is no answer.
    let page = stranger.sign_in_on(&page, ADA, PASSWORD).await;
    assert_no_code(&stranger.submit(&page.form()).await);
    assert_no_code(&stranger.decide(&page, "perhaps").await);
    scene.party.code_of(&stranger.decide(&page, "allow").await);
}

#[actix_web::test]
async fn az_18_a_waiting_request_belongs_to_the_browser_that_made_it() {
    let mut scene = Scene::new().await;
    scene.app.user("eve@example.com").await;
    let mut eve = scene.app.browser();
    eve.sign_in("eve@example.com").await;
    let page = scene.browser.get(&scene.party.request("openid email", &[])).await;
    let flow = page.form().fields["flow"].clone();
    for path in ["/continue", "/consent", "/sign-in"] {
        let other = eve.get(&format!("{path}?flow={flow}")).await;
        assert_ne!(other.url.host_str(), Some("app.example"));
        assert!(!other.body.contains("decision"));
    }
    // Eve's own form with Ada's flow.
    let own = eve.get(&scene.party.request("openid email", &[])).await;
    assert_no_code(
        &eve.submit(&own.form().fill("flow", &flow).fill("decision", "allow"))
            .await,
    );
    scene.party.code_of(&scene.browser.decide(&page, "allow").await);
}

#[actix_web::test]
async fn az_19_the_form_cannot_widen_the_scope() {
    let mut scene = Scene::new().await;
    let page = scene.browser.get(&scene.party.request("openid", &[])).await;
    let form = page
        .form()
        .fill("decision", "allow")
        .fill("scope", "openid email api.read admin");
    let page = scene.browser.submit(&form).await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    assert_eq!(tokens.text("scope"), "openid");
}

#[actix_web::test]
async fn az_23_credentials_are_answered_with_303() {
    let mut scene = Scene::new().await;
    let mut browser = scene.app.browser();
    let page = browser.get(&scene.party.request("openid", &[])).await;
    let form = page.form().fill("identifier", ADA).fill("password", PASSWORD);
    let answer = browser.request(Method::POST, "/sign-in", Some(&form.fields)).await;
    assert_eq!(answer.status, 303);
    let page = scene.browser.get(&scene.party.request("openid", &[])).await;
    let form = page.form().fill("decision", "allow");
    assert_eq!(
        scene
            .browser
            .request(Method::POST, "/consent", Some(&form.fields))
            .await
            .status,
        303
    );
}

#[actix_web::test]
async fn az_27_a_client_that_went_away_meanwhile_gets_no_code() {
    let mut scene = Scene::new().await;
    let page = scene.browser.get(&scene.party.request("openid", &[])).await;
    clients::delete(&scene.app.state, "web", &Origin::command_line())
        .await
        .unwrap();
    assert_no_code(&scene.browser.decide(&page, "allow").await);
}

#[actix_web::test]
async fn az_31_opening_the_links_of_a_request_grants_nothing() {
    let mut scene = Scene::new().await;
    let page = scene.browser.get(&scene.party.request("openid", &[])).await;
    let flow = page.form().fields["flow"].clone();
    for link in [
        format!("/consent?flow={flow}&decision=allow"),
        format!("/continue?flow={flow}&decision=allow"),
    ] {
        assert_eq!(scene.browser.get(&link).await.url.path(), "/consent");
    }
}

#[actix_web::test]
async fn consent_is_remembered_for_what_was_allowed_and_asked_for_more() {
    let mut scene = Scene::new().await.consented("openid email").await;
    for (scope, prompt, asked) in [
        ("openid email", "", false),
        ("openid", "", false),
        ("openid email profile", "", true),
        ("openid email", "consent", true),
    ] {
        let page = scene
            .browser
            .get(&scene.party.request(scope, &[("prompt", prompt)]))
            .await;
        assert_eq!(page.url.path() == "/consent", asked, "{scope} {prompt}");
    }
    scene.revoke_app("web").await;
    assert_eq!(
        scene.browser.get(&scene.party.request("openid", &[])).await.url.path(),
        "/consent"
    );
}

#[actix_web::test]
async fn az_21_the_consent_page_says_who_asks_for_what_and_where_it_leads() {
    let mut scene = Scene::new().await;
    let party = scene
        .party(json!({
            "client_id": "branded", "client_name": "Branded <App>", "redirect_uris": ["https://app.example/cb"],
            "logo_uri": "https://app.example/logo.png", "policy_uri": "https://app.example/policy",
            "tos_uri": "https://app.example/terms",
        }))
        .await;
    let page = scene.browser.get(&party.request("openid email", &[])).await;
    assert!(page.text().contains("Branded <App>") && page.text().contains("app.example"));
    assert!(page.text().contains(ADA));
    // oidcc-registration-policy-uri and oidcc-registration-tos-uri look for these.
    assert!(page.has("a[href='https://app.example/policy']") && page.has("a[href='https://app.example/terms']"));
}

/// CONFORMANCE.md section 2: a request that waits for half an hour is gone, not remembered for ever.
#[actix_web::test]
async fn a_request_does_not_wait_for_ever() {
    let mut scene = Scene::new().await;
    let page = scene.browser.get(&scene.party.request("openid", &[])).await;
    scene.app.advance(31 * 60);
    assert_no_code(&scene.browser.decide(&page, "allow").await);
}
