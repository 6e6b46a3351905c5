//! XS-01, XS-02: texts that strangers choose are shown as texts.

use serde_json::json;

use super::{HOSTILE, assert_harmless};
use crate::harness::app::TestApp;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty};

#[actix_web::test]
async fn xs_01_what_an_application_calls_itself_and_sends_is_text() {
    let app = TestApp::spawn();
    let secret = app
        .client(json!({
            "client_id": "web", "client_name": HOSTILE, "redirect_uris": [REDIRECT_URI],
            "policy_uri": "https://app.example/\"><svg onload=alert(1)>", "tos_uri": "https://app.example/'><script>x",
        }))
        .await;
    let party = RelyingParty::new(&app, "web", secret.as_deref());
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    let extra = [
        ("login_hint", HOSTILE),
        ("ui_locales", HOSTILE),
        ("state", HOSTILE),
        ("nonce", HOSTILE),
    ];
    let page = browser.get(&party.request("openid", &extra)).await;
    assert_eq!(page.url.path(), "/sign-in");
    assert_harmless(&page);
    assert!(page.text().contains(HOSTILE), "the name, as it is: {}", page.text());
    assert_eq!(page.form().fields["identifier"], HOSTILE, "the hint, as it is");
    let page = browser.sign_in_on(&page, HOSTILE, HOSTILE).await;
    assert_eq!(page.status, 401);
    assert_harmless(&page);
    let page = browser
        .sign_in_on(&page, "ada@example.com", crate::harness::app::PASSWORD)
        .await;
    assert_eq!(page.url.path(), "/consent", "{}", page.text());
    assert_harmless(&page);
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.parameter("state").as_deref(), Some(HOSTILE));
    let account = browser.get("/account").await;
    assert_harmless(&account);
    assert!(account.text().contains(HOSTILE));
}

#[actix_web::test]
async fn xs_01_what_a_browser_calls_itself_is_text() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let mut hostile = app.browser();
    hostile
        .headers
        .push(("user-agent".into(), format!("Firefox/1 {HOSTILE} Windows")));
    hostile.headers.push(("x-forwarded-for".into(), HOSTILE.into()));
    hostile.sign_in("ada@example.com").await;
    let page = hostile.get("/account").await;
    assert_harmless(&page);
    assert!(
        page.text().contains("127.0.0.1"),
        "no proxy is trusted: {}",
        page.text()
    );
}

#[actix_web::test]
async fn xs_01_error_pages_show_no_markup_of_strangers() {
    let app = TestApp::spawn();
    let party = RelyingParty::new(&app, HOSTILE, None);
    let mut browser = app.browser();
    let page = browser
        .get(&party.request(HOSTILE, &[("redirect_uri", HOSTILE), ("response_type", HOSTILE)]))
        .await;
    assert_eq!(page.status, 400);
    assert_harmless(&page);
    let encoded: String = url::form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    for path in [
        "/",
        "/sign-in?flow=",
        "/consent?flow=",
        "/nowhere?",
        "/account?done=",
        "/setup?token=",
        "/verify-email?token=",
        "/playground/callback?error=x&error_description=",
    ] {
        assert_harmless(&browser.get(&format!("{path}{encoded}")).await);
    }
}

#[actix_web::test]
async fn xs_02_form_post_carries_hostile_values_as_values() {
    let app = TestApp::spawn();
    let secret = app
        .client(json!({ "client_id": "web", "client_name": HOSTILE, "redirect_uris": [REDIRECT_URI] }))
        .await;
    let party = RelyingParty::new(&app, "web", secret.as_deref());
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let hostile = format!("{HOSTILE}\"'\u{202e}");
    let page = browser
        .get(&party.request("openid", &[("response_mode", "form_post"), ("state", &hostile)]))
        .await;
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.status, 200);
    assert_harmless(&page);
    let form = page.form();
    assert_eq!(form.action, REDIRECT_URI);
    assert_eq!(form.fields["state"], hostile);
    assert_eq!(party.exchange(&form.fields["code"]).await.status, 200);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://app.example;"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[test]
fn xs_04_links_of_applications_are_https_links() {
    for member in ["client_uri", "logo_uri", "policy_uri", "tos_uri"] {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "http://app.example/",
            "//app.example",
            "JavaScript:x",
        ] {
            let metadata = json!({ "redirect_uris": [REDIRECT_URI], member: bad });
            let registration = passgate::protocol::registration::Registration::read(metadata).unwrap();
            assert!(registration.judge().is_err(), "{member}: {bad}");
        }
    }
}
