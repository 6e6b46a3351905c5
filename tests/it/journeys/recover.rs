//! The way back without the password.

use super::*;
use crate::harness::database::on_every_engine;

const NEW: &str = "another fine pass phrase";

async fn ask(browser: &mut Browser, email: &str) -> Page {
    let page = browser.get("/forgot-password").await;
    browser.submit(&page.form().fill("identifier", email)).await
}

on_every_engine! {
async fn pw_07_a_reset_signs_nobody_in_and_ends_what_was_open(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut before = app.browser();
    before.sign_in(ADA).await;
    let mut browser = app.browser();
    let page = ask(&mut browser, ADA).await;
    let code = code_to(&app, ADA, 1).await;
    let page = browser.submit(&page.form().fill("code", &code)).await;
    let short = browser.submit(&page.form().fill("password", "short")).await;
    assert_eq!(short.status, 400);
    let done = browser.submit(&page.form().fill("password", NEW)).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
    assert_eq!(before.get("/account").await.url.path(), "/sign-in", "the old session is over");
    let page = app.browser().get("/sign-in").await;
    assert_eq!(app.browser().sign_in_on(&page, ADA, PASSWORD).await.status, 403, "another browser's form");
    let mut again = app.browser();
    let page = again.get("/sign-in").await;
    assert_eq!(again.sign_in_on(&page, ADA, PASSWORD).await.status, 401);
    let page = again.get("/sign-in").await;
    assert_eq!(again.sign_in_on(&page, ADA, NEW).await.url.path(), "/account");
    let told = app.mails_to(ADA, 2).await;
    assert!(told.iter().any(|mail| !mail.text.contains(&code)), "told by mail: {told:?}");
}

/// A reset never skips the second factor (MF-05), and PW-03: no order of forms reaches the new password without the proofs.
async fn mf_05_pw_03_a_reset_asks_for_the_second_factor_in_any_order_of_forms(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut ada).await;
    app.advance(60);
    let mut browser = app.browser();
    let page = ask(&mut browser, ADA).await;
    // Not before the code either.
    let early = browser.submit(&page.form().fill("password", NEW)).await;
    assert!(early.has("input[name=code]") || early.status != 200);
    let code = code_to(&app, ADA, 2).await;
    let page = browser.submit(&page.form().fill("code", &code)).await;
    assert!(page.has("input[name=code]") && !page.has("input[name=password][autocomplete=new-password]"), "{}", page.text());
    let skipped = browser.submit(&page.form().fill("password", NEW)).await;
    assert!(!skipped.has("input[autocomplete=new-password]"));
    let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
    assert!(page.has("input[autocomplete=new-password]"), "{}", page.text());
    let done = browser.submit(&page.form().fill("password", NEW)).await;
    assert_eq!(done.status, 200);
    let mut again = app.browser();
    let page = again.get("/sign-in").await;
    let page = again.sign_in_on(&page, ADA, NEW).await;
    assert!(page.has("input[name=code]"), "{}", page.text());
}

/// UE-05, PW-09: the same answer for everybody.
async fn ue_05_pw_09_a_reset_tells_nobody_who_has_an_account(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let known = ask(&mut app.browser(), ADA).await;
    let unknown = ask(&mut app.browser(), "nobody@example.com").await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(
        known.text().replace(ADA, "WHO"),
        unknown.text().replace("nobody@example.com", "WHO")
    );
}

/// When every factor is lost: a wait with notices, which anybody who reads the mail can stop.
async fn a_wait_with_notices_takes_lost_factors_away_unless_somebody_objects(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    add_app(&app, &mut ada).await;
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let journey = page.form().fields["journey"].clone();
    let page = browser.get(&format!("/lost-factor?journey={journey}")).await;
    let page = browser.submit(&page.form().fill("lost", "begin")).await;
    assert!(page.has("time"), "{}", page.text());
    // Somebody objects.
    let mails = app.mails_to(ADA, 2).await;
    let mut words = mails.iter().flat_map(|mail| mail.text.split_whitespace());
    let link = words.find(|word| word.contains("/lost-factor/cancel")).unwrap();
    let mut anywhere = app.browser();
    let page = anywhere.get(link).await;
    assert_eq!(anywhere.submit(&page.form()).await.status, 200);
    app.advance(4 * 86_400);
    passgate::flow::lost_factor::run_due(&app.state).await.unwrap();
    let page = with_password(&mut app.browser(), ADA).await;
    assert!(page.has("input[name=code]"), "the factor is still asked for: {}", page.text());
    // Nobody objects.
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    let journey = page.form().fields["journey"].clone();
    let page = browser.get(&format!("/lost-factor?journey={journey}")).await;
    browser.submit(&page.form().fill("lost", "begin")).await;
    app.advance(2 * 86_400);
    passgate::flow::lost_factor::run_due(&app.state).await.unwrap();
    assert!(with_password(&mut app.browser(), ADA).await.has("input[name=code]"));
    app.advance(2 * 86_400);
    passgate::flow::lost_factor::run_due(&app.state).await.unwrap();
    let page = with_password(&mut app.browser(), ADA).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
}

/// MF-15, MF-16: an administrator's link works once, says whose factors go, and signs nobody in.
async fn mf_15_mf_16_an_administrators_link_takes_lost_factors_away_once(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    add_app(&app, &mut ada).await;
    let origin = passgate::model::audit::Origin::command_line();
    let link = passgate::flow::lost_factor::administrators_link(&app.state, ADA, &origin)
        .await
        .unwrap()
        .unwrap();
    let mut browser = app.browser();
    let page = browser.get(&link).await;
    assert!(page.body.contains(ADA));
    assert_eq!(browser.submit(&page.form()).await.status, 200);
    assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
    assert_eq!(browser.get(&link).await.status, 410);
    assert_eq!(with_password(&mut browser, ADA).await.url.path(), "/account");
    assert_eq!(ada.get("/account").await.url.path(), "/sign-in", "what was open is over");
    // One when the app was added, one when it went.
    app.mails_to(ADA, 2).await;
}
}
