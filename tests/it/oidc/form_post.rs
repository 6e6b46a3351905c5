//! Answers by form: OAuth 2.0 Form Post Response Mode, CONFORMANCE.md A6 and A7.

use super::scene::Scene;
use crate::harness::browser::Page;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty};

const FORM_POST: (&str, &str) = ("response_mode", "form_post");

#[track_caller]
fn assert_posts(page: &Page) -> std::collections::BTreeMap<String, String> {
    assert_eq!(page.status, 200);
    assert!(!page.headers.contains_key("location"));
    assert_eq!(page.headers["cache-control"], "no-store");
    let form = page.form();
    assert_eq!(form.action, REDIRECT_URI);
    assert!(page.has("form[method=post]") && page.has("form button[type=submit]"));
    // The browser must be allowed to send it there.
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("form-action") && policy.contains("https://app.example"),
        "{policy}"
    );
    form.fields
}

#[actix_web::test]
async fn a7_success_is_a_form_to_the_redirect_uri_and_nothing_in_the_address() {
    let mut scene = Scene::new().await.consented("openid").await;
    let page = scene.browser.get(&scene.party.request("openid", &[FORM_POST])).await;
    let fields = assert_posts(&page);
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["code", "iss", "state"]);
    assert_eq!(
        (fields["state"].as_str(), &fields["iss"]),
        ("the state", &scene.app.issuer)
    );
    assert_eq!(scene.party.exchange(&fields["code"]).await.status, 200);
}

#[actix_web::test]
async fn a7_errors_go_the_same_way() {
    let mut scene = Scene::new().await;
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("request", "x", "request_not_supported"),
        ("code_challenge", "x", "invalid_request"),
        ("prompt", "none", "consent_required"),
    ] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[FORM_POST, (name, value)]))
            .await;
        let fields = assert_posts(&page);
        assert_eq!(
            fields.keys().collect::<Vec<_>>(),
            ["error", "error_description", "iss", "state"]
        );
        assert_eq!(fields["error"], error);
    }
}

#[actix_web::test]
async fn a7_after_the_consent_page_as_well() {
    let mut scene = Scene::new().await;
    for (decision, name) in [("deny", "error"), ("allow", "code")] {
        let page = scene.browser.get(&scene.party.request("openid", &[FORM_POST])).await;
        let page = scene.browser.decide(&page, decision).await;
        assert!(assert_posts(&page).contains_key(name));
    }
}

#[actix_web::test]
async fn xs_state_is_text_in_the_page_whatever_it_is() {
    let mut scene = Scene::new().await.consented("openid").await;
    let state = r#""><script>alert(1)</script><input name="x" value="'&amp;"#;
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[FORM_POST, ("state", state)]))
        .await;
    assert_eq!(assert_posts(&page)["state"], state);
    assert!(!page.body.contains("alert(1)</script>"));
}

#[actix_web::test]
async fn query_may_be_asked_for_by_name() {
    let mut scene = Scene::new().await.consented("openid").await;
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("response_mode", "query")]))
        .await;
    RelyingParty::code_of(&scene.party, &page);
}
