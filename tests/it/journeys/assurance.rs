//! Applications for which two factors are not enough: one of them must be a key that cannot be phished (`phr`).

use serde_json::{Value, json};

use super::passkeys::options_on;
use super::*;
use crate::harness::app::Options;
use crate::harness::authenticator::Authenticator;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty, claims};

/// Nothing less will do for this one request (OpenID Connect Core section 5.5.1.1).
const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"values":["phr"]}}}"#;

/// An application that demands `phr` of everybody.
async fn bank(app: &TestApp) -> RelyingParty {
    let metadata = json!({
        "client_id": "bank", "client_name": "Bank", "redirect_uris": [REDIRECT_URI],
        "scope": "openid", "minimum_acr": "phr", "consent": "skip",
    });
    let secret = app.client(metadata).await;
    RelyingParty::new(app, "bank", secret.as_deref())
}

/// One that demands nothing by itself.
async fn shop(app: &TestApp) -> RelyingParty {
    let metadata = json!({
        "client_id": "shop", "client_name": "Shop", "redirect_uris": [REDIRECT_URI],
        "scope": "openid", "consent": "skip",
    });
    let secret = app.client(metadata).await;
    RelyingParty::new(app, "shop", secret.as_deref())
}

/// Sets a passkey up on the account's pages.
async fn own_passkey(app: &TestApp, browser: &mut Browser) -> Authenticator {
    let mut device = Authenticator::new(&app.address);
    let page = browser.get("/account/security/add?factor=passkey").await;
    let answer = device.create(&options_on(&page));
    let mut page = browser
        .submit(&page.form().fill("credential", &answer).fill("name", "Key"))
        .await;
    if !codes_on(&page).is_empty() {
        page = browser.submit(&page.form()).await;
    }
    assert_eq!(page.url.path(), "/account/security", "{}", page.text());
    device
}

fn asks_for_passkey(page: &Page) -> bool {
    page.has("form[data-options]") && !page.has("input[name=password]") && !page.has("input[name=code]")
}

/// Ends at the application, which reads what was reached.
async fn ends(party: &RelyingParty, browser: &mut Browser, page: &Page, device: &mut Authenticator) -> Value {
    assert!(asks_for_passkey(page), "{} {}", page.url, page.text());
    let answer = device.get(&asked(browser, page).await);
    let page = browser.submit(&page.form().fill("credential", &answer)).await;
    let tokens = party.exchange(&party.code_of(&page)).await;
    claims(tokens.text("id_token"))
}

/// What a page asks the browser: it says so, or where that is to be had, as on pages that nobody came to by a form.
async fn asked(browser: &mut Browser, page: &Page) -> Value {
    if page.has(r#"form[data-options^="{"]"#) {
        return options_on(page);
    }
    let fields = page.form().fields;
    let answer = browser
        .request(reqwest::Method::POST, "/sign-in/passkey", Some(&fields))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let given: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        given["journey"],
        fields["journey"].as_str(),
        "the journey that waits, no other"
    );
    given["options"].clone()
}

fn amr(claims: &Value) -> Vec<&str> {
    claims["amr"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

on_every_engine! {
async fn after_two_factors_that_can_be_phished_a_passkey_is_asked_for(database) {
    let app = TestApp::on(&database.url);
    let party = bank(&app).await;
    app.user(ADA).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut browser).await;
    let mut device = own_passkey(&app, &mut browser).await;
    app.advance(60);
    let mut browser = app.browser();
    let page = browser.get(&party.request("openid", &[])).await;
    let page = browser.sign_in_on(&page, ADA, PASSWORD).await;
    let page = browser.submit(&page.form().fill("method", "totp")).await;
    assert!(page.has("input[name=code]"), "{}", page.text());
    let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
    assert_eq!(browser.clone().get("/account").await.url.path(), "/sign-in", "no session half way");
    let claims = ends(&party, &mut browser, &page, &mut device).await;
    assert_eq!(claims["acr"], "phr");
    assert_eq!(amr(&claims), ["pwd", "otp", "hwk", "user", "mfa"]);
}

async fn rfc9470_a_session_is_raised_by_a_passkey_alone(database) {
    let app = TestApp::on(&database.url);
    let party = shop(&app).await;
    app.user(ADA).await;
    // One factor; the passkey was added afterwards.
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let mut device = own_passkey(&app, &mut browser).await;
    app.advance(60);
    let mut other = browser.clone();
    let page = other.get(&party.request("openid", &[("claims", ESSENTIAL)])).await;
    let demanded = ends(&party, &mut other, &page, &mut device).await;
    assert_eq!(demanded["acr"], "phr");
    assert_eq!(amr(&demanded), ["pwd", "hwk", "user", "mfa"]);
    // It is said in silence what it is, and needs no more.
    app.advance(60);
    let silent = other.get(&party.request("openid", &[("claims", ESSENTIAL), ("prompt", "none")])).await;
    assert!(silent.parameter("code").is_some(), "{}", silent.url);
}

/// A wish (`acr_values`) raises a session of two factors too, once, and is left out where it would mean to set something up.
async fn rfc9470_a_session_of_two_factors_is_raised_by_a_wish_where_there_is_a_passkey(database) {
    let app = TestApp::on(&database.url);
    let party = shop(&app).await;
    app.user(ADA).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut browser).await;
    app.advance(60);
    let mut two = app.browser();
    let page = with_password(&mut two, ADA).await;
    two.submit(&page.form().fill("code", &phone.code(&app))).await;
    let wish = party.request("openid", &[("acr_values", "phr")]);
    let page = two.get(&wish).await;
    let tokens = party.exchange(&party.code_of(&page)).await;
    assert_eq!(claims(tokens.text("id_token"))["acr"], "2", "there is none to ask for");
    let mut device = own_passkey(&app, &mut browser).await;
    app.advance(60);
    let page = two.get(&wish).await;
    let raised = ends(&party, &mut two, &page, &mut device).await;
    assert_eq!((raised["acr"].as_str(), amr(&raised).len()), (Some("phr"), 5));
}

async fn who_has_no_passkey_sets_one_up_where_no_less_will_do(database) {
    let app = TestApp::on(&database.url);
    let party = bank(&app).await;
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = browser.get(&party.request("openid", &[])).await;
    let page = browser.sign_in_on(&page, ADA, PASSWORD).await;
    assert!(page.has("button[name=method][value=passkey]"), "{}", page.text());
    assert!(!page.has("button[name=method][value=totp]"), "less than what is demanded");
    let page = browser.submit(&page.form().fill("method", "passkey")).await;
    let answer = Authenticator::new(&app.address).create(&options_on(&page));
    let page = browser.submit(&page.form().fill("credential", &answer)).await;
    assert_eq!(codes_on(&page).len(), 10, "{}", page.text());
    let page = browser.submit(&page.form()).await;
    let tokens = party.exchange(&party.code_of(&page)).await;
    assert_eq!(claims(tokens.text("id_token"))["acr"], "phr");
}

/// Whoever has a second factor proves it before another one is set up (MF-08).
async fn mf_08_the_factor_that_is_there_comes_before_one_that_is_set_up(database) {
    let app = TestApp::on(&database.url);
    let party = bank(&app).await;
    app.user(ADA).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut browser).await;
    app.advance(60);
    let mut browser = app.browser();
    let page = browser.get(&party.request("openid", &[])).await;
    let page = browser.sign_in_on(&page, ADA, PASSWORD).await;
    assert!(page.has("input[name=code]") && !page.has("button[value=passkey]"), "{}", page.text());
    let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
    assert!(page.has("button[name=method][value=passkey]"), "{}", page.text());
    let page = browser.submit(&page.form().fill("method", "passkey")).await;
    let answer = Authenticator::new(&app.address).create(&options_on(&page));
    let page = browser.submit(&page.form().fill("credential", &answer)).await;
    let tokens = party.exchange(&party.code_of(&page)).await;
    assert_eq!(claims(tokens.text("id_token"))["acr"], "phr");
}

async fn az_30_where_passkeys_are_no_second_factor_the_application_is_told(database) {
    let app = Options::new(Some(&database.url))
        .with("PASSGATE_SECOND_FACTOR__METHODS", "totp,recovery_code")
        .spawn();
    let party = bank(&app).await;
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = browser.get(&party.request("openid", &[])).await;
    let page = browser.sign_in_on(&page, ADA, PASSWORD).await;
    let told = |page: &Page| page.parameter("error");
    assert_eq!(told(&page).as_deref(), Some("unmet_authentication_requirements"), "{}", page.url);
    // With the session that is there now as well.
    let page = browser.get(&party.request("openid", &[])).await;
    assert_eq!(told(&page).as_deref(), Some("unmet_authentication_requirements"), "{}", page.url);
}
}
