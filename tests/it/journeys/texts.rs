//! Codes by text message: chosen on the account's pages, asked for after the password.

use super::*;
use crate::harness::app::Options;
use crate::harness::database::{TestDatabase, on_every_engine};
use crate::harness::relying_party::{RelyingParty, claims};

const NUMBER: &str = "+442079460018";
const METHODS: &str = "totp,passkey,sms,recovery_code";

fn options(database: &TestDatabase) -> Options {
    Options::new(Some(&database.url)).with("PASSGATE_SECOND_FACTOR__METHODS", METHODS)
}

/// Whoever has a session, and has chosen texts; gives the recovery codes that were shown.
async fn with_texts(app: &TestApp) -> (Browser, Vec<String>) {
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let page = ada.get("/account/security/add?factor=sms").await;
    let page = ada.submit(&page.form().fill("phone", "0044 (20) 7946-0018")).await;
    assert!(page.text().contains(NUMBER), "{}", page.text());
    let code = app.texted_code(NUMBER, 1).await;
    let page = ada.submit(&page.form().fill("code", &code)).await;
    let codes = codes_on(&page);
    assert_eq!(codes.len(), 10, "{}", page.text());
    let page = ada.submit(&page.form()).await;
    assert_eq!(page.url.path(), "/account/security");
    assert!(page.text().contains(NUMBER), "{}", page.text());
    // Each text has a moment of its own.
    app.advance(1);
    (ada, codes)
}

/// A code that is another one.
fn other(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// Sends a form of an account page as it stands there.
async fn send(browser: &mut Browser, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.get(page).await;
    let mut form = page
        .forms()
        .into_iter()
        .find(|form| form.action == action)
        .unwrap_or_else(|| panic!("no {action} in {}", page.text()));
    for (name, value) in fields {
        form = form.fill(name, value);
    }
    browser.submit(&form).await
}

on_every_engine! {
async fn a_number_is_chosen_and_its_codes_sign_in(database) {
    let app = options(&database).spawn();
    let secret = app.web_client().await;
    let (_, _) = with_texts(&app).await;
    let told = app.mails_to(ADA, 1).await;
    assert!(told[0].text.contains("text message"), "{told:?}");
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();
    let page = browser.get(&party.request("openid", &[])).await;
    let page = browser.sign_in_on(&page, ADA, PASSWORD).await;
    assert!(page.has("input[name=code]"), "{}", page.text());
    assert!(!page.text().contains(NUMBER) && page.text().contains("+44••••••••18"), "{}", page.text());
    assert_eq!(browser.clone().get("/account").await.url.path(), "/sign-in", "no session before the code");
    let text = app.texts_to(NUMBER, 2).await.pop().unwrap();
    // Browsers offer it to this host's pages alone.
    let (said, bound) = text.split_once("\n\n").unwrap();
    let code = said.rsplit(' ').next().unwrap();
    assert_eq!(bound, format!("@localhost #{code}"));
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    let mut page = browser.submit(&page.form().fill("code", &spaced)).await;
    if page.url.path() == "/consent" {
        page = browser.decide(&page, "allow").await;
    }
    let tokens = party.exchange(&page.parameter("code").expect("a code")).await;
    let claims = claims(tokens.text("id_token"));
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "sms", "mfa"]));
    assert_eq!(claims["acr"], "2");
}

async fn mf_03_five_wrong_codes_end_the_journey(database) {
    let app = options(&database).spawn();
    with_texts(&app).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let code = app.texted_code(NUMBER, 2).await;
    let form = page.form();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(browser.submit(&form.clone().fill("code", other(&code))).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 429]);
    // What is left of the waits of guessing is not what refuses it.
    app.advance(30);
    let late = browser.submit(&form.fill("code", &code)).await;
    assert_ne!(late.url.path(), "/account", "{}", late.text());
    assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
}

async fn mf_01_a_code_works_once_and_in_its_own_journey(database) {
    let app = options(&database).spawn();
    with_texts(&app).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let code = app.texted_code(NUMBER, 2).await;
    app.advance(1);
    // Another browser that knows the password as well.
    let mut eve = app.browser();
    let theirs = with_password(&mut eve, ADA).await;
    app.texts_to(NUMBER, 3).await;
    assert_eq!(eve.submit(&theirs.form().fill("code", &code)).await.status, 401);
    let form = page.form().fill("code", &code);
    let tries = (0..3).map(|_| {
        let (mut browser, form) = (browser.clone(), form.clone());
        async move { browser.submit(&form).await }
    });
    let pages = futures_util::future::join_all(tries).await;
    let signed_in = pages.iter().filter(|page| page.url.path() == "/account").count();
    assert_eq!(signed_in, 1, "{:?}", pages.iter().map(|page| page.status).collect::<Vec<_>>());
    assert_ne!(browser.submit(&form).await.url.path(), "/account");
}

async fn mf_09_a_new_code_replaces_the_old_one_and_few_are_sent(database) {
    let app = options(&database).spawn();
    with_texts(&app).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let old = app.texted_code(NUMBER, 2).await;
    app.advance(1);
    let page = browser.submit(&page.form().fill("again", "yes")).await;
    let new = app.texted_code(NUMBER, 3).await;
    let limited = browser.submit(&page.form().fill("again", "yes")).await;
    assert_eq!(limited.status, 429, "{}", limited.text());
    assert!(limited.headers.contains_key("retry-after"));
    if old != new {
        assert_eq!(browser.submit(&page.form().fill("code", &old)).await.status, 401);
    }
    assert_eq!(browser.submit(&page.form().fill("code", &new)).await.url.path(), "/account");
    // Ten minutes later the number may be written to again, and a code is too old.
    app.advance(601);
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let code = app.texted_code(NUMBER, 4).await;
    app.advance(601);
    let late = browser.submit(&page.form().fill("code", &code)).await;
    assert_ne!(late.url.path(), "/account", "{}", late.text());
}

async fn a_person_and_an_address_ask_for_few_texts(database) {
    let options = options(&database);
    let app = options.spawn();
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    for last in 0..6 {
        let page = ada.get("/account/security/add?factor=sms").await;
        let wrong = ada.submit(&page.form().fill("phone", "020 7946 0018")).await;
        assert!(wrong.status == 401 && wrong.has("#phone-error"), "{}", wrong.text());
        let page = ada.submit(&page.form().fill("phone", &format!("+44207946001{last}"))).await;
        assert_eq!(page.status, if last < 5 { 200 } else { 429 }, "{}", page.text());
    }
    let strict = options
        .elsewhere()
        .with("PASSGATE_LIMITS__ENABLED", "true")
        .with("PASSGATE_LIMITS__CODE_PER_MINUTE", "2")
        .spawn();
    let bob = "bob@example.com";
    strict.user(bob).await;
    let mut browser = strict.browser();
    browser.sign_in(bob).await;
    let page = browser.get("/account/security/add?factor=sms").await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(browser.submit(&page.form().fill("phone", "nothing")).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 429]);
}

/// What stands in the form is never whom a code is sent to or who is believed.
async fn mf_07_the_number_is_the_one_that_was_sent_to(database) {
    let app = options(&database).spawn();
    let sub = app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let page = ada.get("/account/security/add?factor=sms").await;
    let page = ada.submit(&page.form().fill("phone", NUMBER)).await;
    let code = app.texted_code(NUMBER, 1).await;
    let form = page.form().fill("code", &code).fill("phone", "+442079460999");
    let page = ada.submit(&form).await;
    assert_eq!(codes_on(&page).len(), 10, "{}", page.text());
    ada.submit(&page.form()).await;
    let user = passgate::flow::users::named(&app.state, &sub).await.unwrap().unwrap();
    assert_eq!(user.claims.get_str("phone_number"), Some(NUMBER));
    assert_eq!(user.claims.get_bool("phone_number_verified"), Some(true));
    // A text of the way in has only ever the stored number.
    app.advance(1);
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    browser.submit(&page.form().fill("again", "yes").fill("phone", "+442079460999")).await;
    app.texts_to(NUMBER, 3).await;
    assert!(app.texts_to("+442079460999", 0).await.is_empty());
}

/// A number that is known is no factor before its person chose it, and none any more when it is another one or gone.
async fn a_number_that_was_changed_or_removed_proves_nothing(database) {
    let app = options(&database).spawn();
    let (mut ada, codes) = with_texts(&app).await;
    // A code that is on its way when the number goes.
    let mut waiting = app.browser();
    let page = with_password(&mut waiting, ADA).await;
    let code = app.texted_code(NUMBER, 2).await;
    let removed = send(&mut ada, "/account/phone", "/account/phone/remove", &[]).await;
    assert_eq!(removed.parameter("done").as_deref(), Some("phone-removed"), "{}", removed.text());
    let late = waiting.submit(&page.form().fill("code", &code)).await;
    assert_ne!(late.status, 401, "it is not even compared: {}", late.text());
    assert!(!ada.get("/account/security").await.text().contains(NUMBER));
    // Nothing is left to ask for; codes that were for its loss are worth nothing.
    let mut browser = app.browser();
    assert_eq!(with_password(&mut browser, ADA).await.url.path(), "/account");
    // The number comes back as a contact, with its code, and is still no factor.
    app.advance(601);
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let page = send(&mut ada, "/account/phone", "/account/phone", &[("phone", NUMBER)]).await;
    let code = app.texted_code(NUMBER, 3).await;
    let confirm = page.forms().into_iter().find(|form| form.action == "/account/phone/confirm").unwrap();
    let page = ada.submit(&confirm.fill("code", &code)).await;
    assert_eq!(page.parameter("done").as_deref(), Some("phone-added"), "{}", page.text());
    let mut browser = app.browser();
    assert_eq!(with_password(&mut browser, ADA).await.url.path(), "/account", "{codes:?}");
    // It is offered where texts are set up.
    let page = ada.get("/account/security/add?factor=sms").await;
    assert_eq!(page.form().fields["phone"], NUMBER);
}

async fn another_number_is_another_factor(database) {
    let app = options(&database).spawn();
    let (mut ada, _) = with_texts(&app).await;
    let page = send(&mut ada, "/account/phone", "/account/phone", &[("phone", "+442079460123")]).await;
    let code = app.texted_code("+442079460123", 1).await;
    let confirm = page.forms().into_iter().find(|form| form.action == "/account/phone/confirm").unwrap();
    let page = ada.submit(&confirm.fill("code", &code)).await;
    assert_eq!(page.parameter("done").as_deref(), Some("phone-added"), "{}", page.text());
    let mut browser = app.browser();
    assert_eq!(with_password(&mut browser, ADA).await.url.path(), "/account");
    assert_eq!(app.texts_to(NUMBER, 1).await.len(), 1, "the old number is written to no more");
}

/// A slip is mended where it was made, not typed anew.
async fn a_number_that_is_none_stays_in_its_field(database) {
    let app = options(&database).spawn();
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let page = ada.get("/account/security/add?factor=sms").await;
    let page = ada.submit(&page.form().fill("phone", "+44 20 79")).await;
    assert!(page.has("#phone[aria-invalid][value='+44 20 79']"), "{}", page.body);
}

async fn texts_are_removed_like_any_factor(database) {
    let app = options(&database).spawn();
    let (mut ada, _) = with_texts(&app).await;
    let page = send(&mut ada, "/account/security", "/account/security/factors/remove", &[]).await;
    assert_eq!(page.parameter("done").as_deref(), Some("factor-removed"), "{}", page.text());
    assert!(page.has("a[href*='factor=sms']"));
    let mut browser = app.browser();
    assert_eq!(with_password(&mut browser, ADA).await.url.path(), "/account");
    // The number itself stays the person's.
    assert!(ada.get("/account/phone").await.text().contains(NUMBER));
}

/// Without a provider texts lie in a folder: fine where things are tried, a locked door where people live.
async fn where_no_text_leaves_none_is_offered_and_none_is_forgotten(database) {
    let options = options(&database);
    let (_, codes) = with_texts(&options.spawn()).await;
    let app = options
        .elsewhere()
        .with("PASSGATE_PUBLIC_URL", "https://id.example.com")
        .with("PASSGATE_LIMITS__ENABLED", "true")
        .spawn();
    let bob = "bob@example.com";
    app.user(bob).await;
    let mut browser = app.browser();
    browser.sign_in(bob).await;
    let page = browser.get("/account/security").await;
    assert!(page.has("a[href*='factor=totp']") && !page.has("a[href*='factor=sms']"), "{}", page.text());
    let page = browser.get("/account/security/add?factor=sms").await;
    assert!(!page.has("input[name=phone]"), "{}", page.text());
    // Whoever chose texts before is still asked for a second factor: for one that can be given.
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    assert_ne!(page.url.path(), "/account");
    assert!(!page.has("button[name=method][value=sms]"), "{}", page.text());
    let page = browser.submit(&page.form().fill("code", &codes[0])).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    // Where the settings do not list texts, they are no factor.
    let app = options.elsewhere().with("PASSGATE_SECOND_FACTOR__METHODS", "totp,recovery_code").spawn();
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    browser.sign_in_on(&page, bob, PASSWORD).await;
    assert!(!browser.get("/account/security").await.has("a[href*='factor=sms']"));
}
}
