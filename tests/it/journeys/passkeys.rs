//! Passkeys over HTTP, with a software authenticator in the place of the browser's.

use super::*;
use crate::harness::app::Options;
use crate::harness::authenticator::Authenticator;
use crate::harness::database::on_every_engine;
use serde_json::Value;

/// What a page or an answer asks the browser's WebAuthn interface.
pub fn options_on(page: &Page) -> Value {
    let html = Html::parse_document(&page.body);
    let form = html
        .select(&Selector::parse("form[data-options]").unwrap())
        .next()
        .expect("a form");
    serde_json::from_str(form.value().attr("data-options").unwrap()).unwrap()
}

async fn add_passkey(app: &TestApp, browser: &mut Browser, device: &mut Authenticator) -> Page {
    let page = browser.get("/account/security/add?factor=passkey").await;
    let answer = device.create(&options_on(&page));
    let page = browser
        .submit(&page.form().fill("credential", &answer).fill("name", "Laptop"))
        .await;
    assert_eq!(codes_on(&page).len(), 10, "{}", page.text());
    let page = browser.submit(&page.form()).await;
    assert!(page.body.contains("Laptop"), "{}", page.text());
    assert_eq!(app.mails_to(ADA, 1).await.len(), 1, "the person is told");
    page
}

/// Asks for what `passkey.js` asks for.
async fn discover(browser: &mut Browser) -> (Page, Value) {
    let page = browser.get("/sign-in").await;
    let answer = browser
        .request(reqwest::Method::POST, "/sign-in/passkey", Some(&page.form().fields))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    (page, serde_json::from_str(&answer.body).unwrap())
}

/// Signs up with a passkey, and says "not now" when it is to be made.
async fn not_now(app: &TestApp, browser: &mut Browser) -> Page {
    let page = browser.get("/sign-up").await;
    let form = page.form().fill("identifier", ADA).fill("method", "passkey");
    let page = browser.submit(&form).await;
    let code = code_to(app, ADA, 1).await;
    let page = browser.submit(&page.form().fill("code", &code)).await;
    assert!(page.has("form[data-passkey=create]"), "{}", page.text());
    browser.submit(&page.form().fill("other", "yes")).await
}

on_every_engine! {
async fn a_passkey_signs_in_without_a_name_and_without_a_second_question(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let mut device = Authenticator::new(&app.address);
    add_passkey(&app, &mut ada, &mut device).await;
    let mut browser = app.browser();
    let (page, asked) = discover(&mut browser).await;
    let answer = device.get(&asked["options"]);
    let form = page
        .form()
        .fill("journey", asked["journey"].as_str().unwrap())
        .fill("credential", &answer)
        .fill("method", "passkey");
    let done = browser.submit(&form).await;
    assert_eq!(done.url.path(), "/account", "{}", done.text());
    // MF-12: the answer works once.
    let mut other = browser.clone();
    let again = other.submit(&form).await;
    assert_ne!(again.status, 200, "{}", again.text());
}

/// A page that remembers where it leads asks for passkeys by itself while a password manager fills in its form.
async fn what_a_page_asks_of_the_browser_does_not_refuse_what_its_person_sends(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let mut device = Authenticator::new(&app.address);
    add_passkey(&app, &mut ada, &mut device).await;
    for _ in 0..5 {
        let mut browser = app.browser();
        let page = browser.get("/sign-in?return_to=/account/security").await;
        let mut script = browser.clone();
        let form = page.form().fill("identifier", ADA);
        let fields = page.form().fields;
        let asks = script.request(reqwest::Method::POST, "/sign-in/passkey", Some(&fields));
        let (asked, named) = tokio::join!(asks, browser.submit(&form));
        let asked: Value = serde_json::from_str(&asked.body).unwrap();
        assert_ne!(asked["journey"], fields["journey"].as_str(), "one of its own");
        assert!(named.has("input[name=password]"), "{}", named.text());
        assert_eq!(named.form().fields["username"], ADA, "{}", named.text());
        let form = page
            .form()
            .fill("journey", asked["journey"].as_str().unwrap())
            .fill("credential", &device.get(&asked["options"]))
            .fill("method", "passkey");
        let done = browser.submit(&form).await;
        assert_eq!(done.url.path(), "/account/security", "{}", done.text());
    }
}

async fn a_passkey_is_renamed(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let page = add_passkey(&app, &mut ada, &mut Authenticator::new(&app.address)).await;
    let of = |page: &Page| page.forms().into_iter().find(|form| form.action == "/account/security/factors/rename");
    let page = ada.submit(&of(&page).unwrap().fill("name", "蓝色钥匙")).await;
    assert_eq!(page.parameter("done").as_deref(), Some("factor-renamed"), "{}", page.text());
    assert_eq!(of(&page).unwrap().fields["name"], "蓝色钥匙");
    let named = database.db.read((), |tx, ()| Box::pin(async move {
        passgate::sql!(tx, scalar String, "SELECT name FROM passkeys")
    }));
    assert_eq!(named.await.unwrap(), "蓝色钥匙");
}

/// The last way in stays: without a password, and without mail as a way in, that is the last passkey.
async fn ev_12_the_last_way_in_is_not_removed(database) {
    let app = crate::harness::app::Options::new(Some(&database.url))
        .with("PASSGATE_SIGN_IN__METHODS", "password,passkey")
        .spawn();
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let page = add_passkey(&app, &mut ada, &mut Authenticator::new(&app.address)).await;
    let emptied = database.db.write((), |tx, ()| {
        Box::pin(async move { passgate::sql!(tx, execute, "DELETE FROM password_credentials") })
    });
    emptied.await.unwrap();
    let of = |page: &Page| page.forms().into_iter().find(|form| form.action == "/account/security/factors/remove");
    let page = ada.submit(&of(&page).unwrap()).await;
    assert_eq!(page.parameter("done").as_deref(), Some("last-way-in"), "{}", page.text());
    assert!(of(&page).is_some(), "it is still there");
}

async fn mf_12_answers_that_do_not_hold_sign_nobody_in(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let mut device = Authenticator::new(&app.address);
    add_passkey(&app, &mut ada, &mut device).await;
    let mut elsewhere = Authenticator::new("https://evil.test");
    elsewhere.held = std::mem::take(&mut device.held);
    let mut browser = app.browser();
    let (page, asked) = discover(&mut browser).await;
    let journey = asked["journey"].as_str().unwrap().to_owned();
    for answer in [elsewhere.get(&asked["options"]), "{}".to_owned(), "not json".to_owned(), "[".repeat(5000)] {
        let form = page.form().fill("journey", &journey).fill("credential", &answer).fill("method", "passkey");
        let refused = browser.submit(&form).await;
        assert!(refused.status.is_client_error(), "{}", refused.text());
        assert_eq!(browser.clone().get("/account").await.url.path(), "/sign-in");
    }
    // The challenge of one browser is nothing in another.
    device.held = elsewhere.held;
    let mut other = app.browser();
    let (page, _) = discover(&mut other).await;
    let form = page
        .form()
        .fill("journey", &journey)
        .fill("credential", &device.get(&asked["options"]))
        .fill("method", "passkey");
    assert_eq!(other.submit(&form).await.status, 403);
}

async fn a_passkey_is_a_second_factor_beside_the_password(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let mut device = Authenticator::new(&app.address);
    add_passkey(&app, &mut ada, &mut device).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let answer = device.get(&options_on(&page));
    let done = browser.submit(&page.form().fill("credential", &answer)).await;
    assert_eq!(done.url.path(), "/account", "{}", done.text());
}

async fn an_account_is_made_with_a_passkey_once_its_mail_arrives(database) {
    let app = TestApp::on(&database.url);
    let mut device = Authenticator::new(&app.address);
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    let form = page.form().fill("identifier", ADA).fill("method", "passkey");
    let page = browser.submit(&form).await;
    let code = code_to(&app, ADA, 1).await;
    let page = browser.submit(&page.form().fill("code", &code)).await;
    assert_eq!(browser.clone().get("/account").await.url.path(), "/sign-in", "the passkey comes first");
    let answer = device.create(&options_on(&page));
    let page = browser.submit(&page.form().fill("credential", &answer)).await;
    assert_eq!(codes_on(&page).len(), 10, "{}", page.text());
    assert_eq!(browser.submit(&page.form()).await.url.path(), "/account");
    // It is the way in, by itself.
    let mut other = app.browser();
    let (page, asked) = discover(&mut other).await;
    let form = page
        .form()
        .fill("journey", asked["journey"].as_str().unwrap())
        .fill("credential", &device.get(&asked["options"]))
        .fill("method", "passkey");
    assert_eq!(other.submit(&form).await.url.path(), "/account");
}

async fn who_wanted_a_passkey_may_leave_it_for_another_day(database) {
    let app = TestApp::on(&database.url);
    let page = not_now(&app, &mut app.browser()).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
}

async fn what_a_site_demands_of_everybody_is_not_left_for_another_day(database) {
    let app = Options::new(Some(&database.url)).with("PASSGATE_SECOND_FACTOR__POLICY", "required").spawn();
    let mut browser = app.browser();
    let page = not_now(&app, &mut browser).await;
    assert!(page.has("button[name=method][value=totp]"), "{}", page.text());
    assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
}

/// A key without PIN or finger signs nobody in by itself, and is a second step beside a password.
async fn a_simple_security_key_is_a_second_factor_and_no_first_one(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let mut key = Authenticator::new(&app.address);
    key.verifies = false;
    add_passkey(&app, &mut ada, &mut key).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let answer = key.get(&options_on(&page));
    let done = browser.submit(&page.form().fill("credential", &answer)).await;
    assert_eq!(done.url.path(), "/account", "{}", done.text());
    let mut alone = app.browser();
    let (page, asked) = discover(&mut alone).await;
    let form = page
        .form()
        .fill("journey", asked["journey"].as_str().unwrap())
        .fill("credential", &key.get(&asked["options"]))
        .fill("method", "passkey");
    let refused = alone.submit(&form).await;
    assert!(refused.status.is_client_error(), "{}", refused.text());
}
}
