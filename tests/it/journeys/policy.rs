//! Second factors that must be, and applications that ask for more.

use super::*;
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{RelyingParty, claims};
use serde_json::json;

on_every_engine! {
async fn who_must_have_a_second_factor_sets_one_up_before_there_is_a_session(database) {
    let app = Options::new(Some(&database.url)).with("PASSGATE_SECOND_FACTOR__POLICY", "required").spawn();
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    assert!(page.has("button[name=method][value=totp]"), "{}", page.text());
    assert_eq!(browser.clone().get("/account").await.url.path(), "/sign-in");
    let page = browser.submit(&page.form().fill("method", "totp")).await;
    let phone = Phone::scan(&page);
    let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
    assert_eq!(codes_on(&page).len(), 10, "{}", page.text());
    assert_eq!(browser.clone().get("/account").await.url.path(), "/sign-in", "not before the codes are kept");
    assert_eq!(browser.submit(&page.form()).await.url.path(), "/account");
}

/// RFC 9470: an application asks for more than the session has shown; the ID token says truthfully what was reached.
async fn rfc9470_a_session_is_stepped_up_for_an_application_that_asks(database) {
    let app = TestApp::on(&database.url);
    let secret = app.web_client().await;
    app.user(ADA).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut browser).await;
    app.advance(60);
    let party = RelyingParty::new(&app, "web", Some(&secret));
    // A session with one factor, in another browser that the person trusted.
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let form = page.form().fill("code", &phone.code(&app)).fill("trust", "yes");
    browser.submit(&form).await;
    let out = browser.get("/sign-out").await.form().fill("logout", "yes");
    browser.submit(&out).await;
    assert_eq!(with_password(&mut browser, ADA).await.url.path(), "/account");
    app.advance(60);
    let page = browser.get(&party.request("openid", &[("acr_values", "2")])).await;
    assert!(page.has("input[name=code]") && !page.has("input[name=password]"), "{}", page.text());
    let mut page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
    if page.url.path() == "/consent" {
        page = browser.decide(&page, "allow").await;
    }
    let code = page.parameter("code").expect("a code");
    let tokens = party.exchange(&code).await;
    let claims = claims(tokens.text("id_token"));
    assert_eq!(claims["acr"], "2");
    let amr: Vec<_> = claims["amr"].as_array().unwrap().iter().filter_map(|value| value.as_str()).collect();
    assert_eq!(amr, ["pwd", "otp", "mfa"]);
    // What cannot be reached in silence is said, not pretended.
    let page = browser.get(&party.request("openid", &[("acr_values", "2"), ("prompt", "none")])).await;
    assert!(page.parameter("code").is_some());
}

async fn a_client_that_demands_two_factors_has_people_set_one_up(database) {
    let app = TestApp::on(&database.url);
    let secret = app
        .client(json!({
            "client_id": "bank", "client_name": "Bank", "redirect_uris": [crate::harness::relying_party::REDIRECT_URI],
            "scope": "openid", "minimum_acr": "2", "consent": "skip",
        }))
        .await;
    app.user(ADA).await;
    let party = RelyingParty::new(&app, "bank", secret.as_deref());
    let mut browser = app.browser();
    let page = browser.get(&party.request("openid", &[])).await;
    let page = browser.sign_in_on(&page, ADA, PASSWORD).await;
    assert!(page.has("button[name=method][value=totp]"), "{}", page.text());
    let page = browser.submit(&page.form().fill("method", "totp")).await;
    let phone = Phone::scan(&page);
    let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
    let page = browser.submit(&page.form()).await;
    assert!(page.parameter("code").is_some(), "{}", page.url);
}
}
