//! Journeys that are handed to somebody else, and recipients that a form would like to choose.

use serde_json::json;

use super::*;
use crate::harness::app::Options;
use crate::harness::browser::Form;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty};

const EVE: &str = "eve@example.com";

on_every_engine! {
/// A journey is the browser's that began it: in another one it is neither gone on with nor shown.
async fn se_02_se_03_a_journey_is_nothing_in_another_browser(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    app.user(EVE).await;
    let mut attacker = app.browser();
    let page = attacker.get("/sign-in").await;
    let page = attacker.submit(&page.form().fill("identifier", ADA).fill("method", "email")).await;
    let journey = page.parameter("journey").expect("a stored journey");
    let mut signed_in = app.browser();
    signed_in.sign_in(EVE).await;
    for mut victim in [app.browser(), signed_in] {
        for path in ["/sign-in", "/sign-up", "/forgot-password", "/lost-factor", "/account/security/add"] {
            let page = victim.get(&format!("{path}?journey={journey}")).await;
            assert!(matches!(page.status.as_u16(), 403 | 404 | 410) || page.url.path() == "/sign-in", "{path}: {}", page.status);
            assert!(!page.body.contains(ADA) && !page.has("input[name=code]"), "{path}: {}", page.text());
        }
        let own = victim.get("/sign-up").await.forms().into_iter().find_map(|form| form.fields.get("csrf").cloned());
        for (action, field) in [("/sign-in", "code"), ("/sign-in/passkey", "credential"), ("/forgot-password", "password")] {
            let fields = [("csrf", own.clone().unwrap_or_default()), ("journey", journey.clone()), (field, "000000".into())];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
            let form = Form { action: action.to_owned(), fields };
            assert_eq!(victim.request(reqwest::Method::POST, action, Some(&form.fields)).await.status, 403, "{action}");
        }
    }
    // It is still the attacker's own, and nobody was signed in by it.
    assert!(attacker.get(page.url.as_str()).await.has("input[name=code]"));
    assert_eq!(attacker.get("/account").await.url.path(), "/sign-in");
}

/// Several accounts in one browser: only those whose cookie it holds.
async fn se_10_nobody_chooses_or_removes_an_account_without_its_cookie(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    app.user(EVE).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let ids = |page: &Page| {
        let html = Html::parse_document(&page.body);
        let buttons = Selector::parse("button[name=account]").unwrap();
        html.select(&buttons).filter_map(|one| one.value().attr("value").map(str::to_owned)).collect::<Vec<_>>()
    };
    let theirs = ids(&ada.get("/choose-account").await);
    assert_eq!(theirs.len(), 1);
    let mut eve = app.browser();
    eve.sign_in(EVE).await;
    let page = eve.get("/choose-account").await;
    for field in ["account", "remove"] {
        assert_eq!(eve.submit(&page.form().fill(field, &theirs[0])).await.status, 403, "{field}");
    }
    assert!(eve.get("/account").await.body.contains(EVE));
    assert_eq!(ada.get("/account").await.url.path(), "/account", "still signed in");
    // A second account beside the first; then back.
    let page = eve.get("/sign-in?other=yes").await;
    eve.sign_in_on(&page, ADA, PASSWORD).await;
    let page = eve.get("/choose-account").await;
    assert_eq!(ids(&page).len(), 2, "{}", page.text());
    let page = eve.submit(&page.form().fill("account", &ids(&page)[1])).await;
    assert!(page.body.contains(EVE), "{}", page.text());
}

/// The recipient of a code is the account's, whatever the form says (GHSA-qgqp-xh8r-v73r).
async fn mf_07_nobody_chooses_where_a_code_goes(database) {
    let app = Options::new(Some(&database.url))
        .with("PASSGATE_SECOND_FACTOR__METHODS", "email")
        .spawn();
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    assert!(page.has("input[name=code]"), "a code by mail is the second factor: {}", page.text());
    app.mails_to(ADA, 1).await;
    let forge = |form: Form| {
        ["identifier", "email", "recipient", "to", "phone", "user_id"]
            .iter()
            .fold(form, |form, field| form.fill(field, EVE))
    };
    app.advance(1);
    let page = browser.submit(&forge(page.form()).fill("again", "yes")).await;
    app.advance(1);
    let page = browser.submit(&forge(page.form()).fill("method", "email")).await;
    let code = code_to(&app, ADA, 3).await;
    let to_eve = std::fs::read_dir(app.mail_folder()).unwrap().any(|file| {
        std::fs::read_to_string(file.unwrap().path()).unwrap_or_default().contains(EVE)
    });
    assert!(!to_eve, "nothing to anybody else");
    let done = browser.submit(&forge(page.form()).fill("code", &code)).await;
    assert_eq!(done.url.path(), "/account", "{}", done.text());
    assert!(done.body.contains(ADA));
}

/// What is said of a password does not depend on whose address stands beside it.
async fn ue_09_a_weak_password_is_told_to_everybody_alike(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut answers = Vec::new();
    for email in [ADA, "nobody@example.com"] {
        let mut browser = app.browser();
        let page = browser.get("/sign-up").await;
        let form = page.form().fill("name", "Ada").fill("identifier", email).fill("password", "password1");
        let page = browser.submit(&form).await;
        answers.push((page.status, page.text().replace(email, "WHO")));
    }
    assert_eq!(answers[0].0, 400);
    assert_eq!(answers[0], answers[1]);
    // A reset says it only to whoever has read the mail.
    let mut browser = app.browser();
    let page = browser.get("/forgot-password").await;
    let page = browser.submit(&page.form().fill("identifier", ADA)).await;
    let page = browser.submit(&page.form().fill("password", "password1")).await;
    assert!(!page.has("#password-error"), "{}", page.text());
}

/// What one application reached is what another one is told, and no more after a refresh.
async fn se_14_mf_05_single_sign_on_and_refresh_raise_nothing(database) {
    let app = TestApp::on(&database.url);
    let secret = app.web_client().await;
    let other = app
        .client(json!({
            "client_id": "other", "client_name": "Other", "redirect_uris": [REDIRECT_URI], "scope": "openid",
            "consent": "skip", "minimum_acr": "2",
        }))
        .await;
    app.user(ADA).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let code = party.code(&mut browser, "openid offline_access").await;
    let tokens = party.exchange(&code).await;
    let acr = |token: &str| crate::harness::relying_party::claims(token)["acr"].clone();
    assert_eq!(acr(tokens.text("id_token")), "1");
    let (phone, _) = add_app(&app, &mut browser).await;
    app.advance(60);
    let refreshed = party.refresh(tokens.text("refresh_token")).await;
    assert_eq!(refreshed.status, 200);
    if !refreshed.text("id_token").is_empty() {
        assert_eq!(acr(refreshed.text("id_token")), "1", "a factor that was added was not shown");
    }
    // The other application demands two, and the session has one.
    let strict = RelyingParty::new(&app, "other", other.as_deref());
    let page = browser.get(&strict.request("openid", &[])).await;
    assert!(page.parameter("code").is_none() && page.has("input[name=code]"), "{}", page.text());
    let silent = browser.get(&strict.request("openid", &[("prompt", "none")])).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("unmet_authentication_requirements"));
    let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
    let tokens = strict.exchange(&strict.code_of(&page)).await;
    assert_eq!(acr(tokens.text("id_token")), "2");
}
}
