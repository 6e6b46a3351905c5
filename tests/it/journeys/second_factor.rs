//! A second factor stands between the password and the session, on every way in.

use super::*;
use crate::harness::database::on_every_engine;

on_every_engine! {
async fn mf_05_a_password_alone_is_no_sign_in_any_more(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut ada).await;
    app.advance(60);
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    assert_eq!(page.url.path(), "/sign-in");
    assert!(page.has("input[name=code]"), "{}", page.text());
    // No session yet, whatever is asked for.
    for path in ["/account", "/account/security"] {
        assert_eq!(browser.clone().get(path).await.url.path(), "/sign-in", "{path}");
    }
    let wrong = browser.submit(&page.form().fill("code", "000000")).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.has("#code-error"));
    let done = browser.submit(&wrong.form().fill("code", &phone.code(&app))).await;
    assert_eq!(done.url.path(), "/account");
}

async fn mf_01_a_code_works_once_however_many_use_it_at_once(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut ada).await;
    app.advance(60);
    let code = phone.code(&app);
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let mut browser = app.browser();
        let page = with_password(&mut browser, ADA).await;
        waiting.push((browser, page.form().fill("code", &code)));
    }
    let tries = waiting.into_iter().map(|(mut browser, form)| async move { browser.submit(&form).await });
    let pages = futures_util::future::join_all(tries).await;
    let signed_in = pages.iter().filter(|page| page.url.path() == "/account").count();
    assert_eq!(signed_in, 1, "{:?}", pages.iter().map(|page| page.status).collect::<Vec<_>>());
}

async fn mf_03_five_guesses_end_the_journey(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut ada).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let form = page.form();
    for _ in 0..5 {
        browser.submit(&form.clone().fill("code", "000000")).await;
        app.advance(1100);
        // The journey itself lasts half an hour.
        if browser.clone().get(page.url.as_str()).await.status != 200 {
            break;
        }
    }
    let late = browser.submit(&form.fill("code", &phone.code(&app))).await;
    assert_ne!(late.url.path(), "/account", "{}", late.text());
}

async fn mf_04_a_recovery_code_works_once_and_is_told_by_mail(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let (_, codes) = add_app(&app, &mut ada).await;
    for (code, works) in [(&codes[3], true), (&codes[3], false), (&codes[4], true)] {
        let mut browser = app.browser();
        let page = with_password(&mut browser, ADA).await;
        let page = browser.submit(&page.form().fill("method", "recovery_code")).await;
        let typed = code.to_uppercase().replace('-', " ");
        let page = browser.submit(&page.form().fill("code", &typed)).await;
        assert_eq!(page.url.path() == "/account", works, "{}", page.text());
    }
    let mails = app.mails_to(ADA, 3).await;
    assert!(mails.iter().any(|mail| mail.text.contains('9')), "codes left are told: {mails:?}");
}

async fn mf_13_a_trusted_browser_leaves_it_out_until_the_password_changes(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut ada).await;
    app.advance(60);
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let form = page.form().fill("code", &phone.code(&app)).fill("trust", "yes");
    assert_eq!(browser.submit(&form).await.url.path(), "/account");
    let out = browser.get("/sign-out").await.form().fill("logout", "yes");
    browser.submit(&out).await;
    let page = with_password(&mut browser, ADA).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    // Another person with the same browser is asked.
    app.user("bob@example.com").await;
    let mut bob = app.browser();
    bob.sign_in("bob@example.com").await;
    add_app(&app, &mut bob).await;
    bob.cookies.insert("passgate_device".to_owned(), browser.cookies["passgate_device"].clone());
    let out = bob.get("/sign-out").await.form().fill("logout", "yes");
    bob.submit(&out).await;
    assert!(with_password(&mut bob, "bob@example.com").await.has("input[name=code]"));
    // Forgotten with the next password.
    let page = browser.get("/account/password").await;
    let form = page
        .forms()
        .into_iter()
        .find(|form| form.fields.contains_key("current"))
        .unwrap()
        .fill("current", PASSWORD)
        .fill("password", "another fine pass phrase");
    browser.submit(&form).await;
    let out = browser.get("/sign-out").await.form().fill("logout", "yes");
    browser.submit(&out).await;
    let page = browser.get("/sign-in").await;
    let page = browser.sign_in_on(&page, ADA, "another fine pass phrase").await;
    assert!(page.has("input[name=code]"), "{}", page.text());
}

/// A name is the person's own text: cut to one line, escaped wherever it is shown, and nobody else's to give.
async fn an_app_is_renamed_by_its_person_after_a_fresh_sign_in(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    add_app(&app, &mut ada).await;
    let of = |page: &Page| page.forms().into_iter().find(|form| form.action == "/account/security/factors/rename");
    let rename = of(&ada.get("/account/security").await).expect("the app has a name to give");
    let page = ada.submit(&rename.clone().fill("name", "  Work\r\nphone <b> ")).await;
    assert_eq!(page.parameter("done").as_deref(), Some("factor-renamed"), "{}", page.text());
    assert!(page.body.contains("Workphone &#60;b&#62;") && !page.body.contains("<b>"), "{}", page.body);
    assert!(page.text().contains("Second factor renamed"), "{}", page.text());
    let page = ada.submit(&rename.clone().fill("name", &"x".repeat(500))).await;
    assert_eq!(of(&page).unwrap().fields["name"], "x".repeat(60));
    // Without a name it is called what it is.
    let page = ada.submit(&rename.clone().fill("name", " ")).await;
    assert_eq!(of(&page).unwrap().fields["name"], "");
    for (field, value) in [("id", "x"), ("factor", "passkey"), ("factor", "sms"), ("factor", "password"), ("factor", "")] {
        assert_eq!(ada.submit(&rename.clone().fill(field, value)).await.status, 404, "{field} {value}");
    }
    app.user("bob@example.com").await;
    let mut bob = app.browser();
    bob.sign_in("bob@example.com").await;
    let csrf = bob.get("/account").await.form().fields["csrf"].clone();
    assert_eq!(bob.submit(&rename.clone().fill("csrf", &csrf)).await.status, 404, "another person's");
    app.advance(601);
    let refused = ada.request(reqwest::Method::POST, &rename.action, Some(&rename.fields)).await;
    assert_eq!(refused.headers["location"], "/sign-in?again=yes&return_to=/account/security");
    let page = ada.get("/account/security").await;
    assert!(of(&page).is_none());
    let renamed = database.db.read((), |tx, ()| Box::pin(async move {
        passgate::sql!(tx, scalar i64, "SELECT COUNT(*) FROM audit_events WHERE kind = 'factor_renamed'")
    }));
    assert_eq!(renamed.await.unwrap(), 3, "what was refused is no event");
}

async fn mf_08_factors_are_removed_by_a_fresh_sign_in_only_and_told(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    add_app(&app, &mut ada).await;
    let page = ada.get("/account/security").await;
    let remove = page
        .forms()
        .into_iter()
        .find(|form| form.action == "/account/security/factors/remove")
        .unwrap();
    app.advance(601);
    let refused = ada.request(reqwest::Method::POST, &remove.action, Some(&remove.fields)).await;
    assert_eq!(refused.headers["location"], "/sign-in?again=yes&return_to=/account/security");
    assert!(!ada.get("/account/security").await.has("form[action='/account/security/factors/remove']"));
    let page = ada.get("/sign-in?again=yes&return_to=/account/security").await;
    let page = ada.submit(&page.form().fill("password", PASSWORD)).await;
    assert!(page.has("input[name=code]"), "the second factor is asked for as well: {}", page.text());
}
}
