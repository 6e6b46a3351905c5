//! Codes and links by mail in the place of a password.

use super::*;
use crate::harness::database::on_every_engine;

async fn ask(browser: &mut Browser, email: &str) -> Page {
    let page = browser.get("/sign-in").await;
    browser
        .submit(&page.form().fill("identifier", email).fill("method", "email"))
        .await
}

on_every_engine! {
async fn a_code_signs_in(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = ask(&mut browser, ADA).await;
    assert!(page.has("input[name=code]"), "{}", page.text());
    let code = code_to(&app, ADA, 1).await;
    let page = browser.submit(&page.form().fill("code", &format!(" {} {} ", &code[..3], &code[3..]))).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
}

/// UE-05, PW-12: a code of one browser is nothing in another, and an address without an account is answered alike.
async fn pw_12_a_code_is_for_the_browser_that_asked_and_nobody_learns_who_has_an_account(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut mine = app.browser();
    let known = ask(&mut mine, ADA).await;
    let code = code_to(&app, ADA, 1).await;
    let mut other = app.browser();
    let theirs = ask(&mut other, ADA).await;
    let refused = other.submit(&theirs.form().fill("code", &code)).await;
    assert_eq!(refused.status, 401);
    let mut stranger = app.browser();
    let unknown = ask(&mut stranger, "nobody@example.com").await;
    assert_eq!(unknown.status, known.status);
    let words = |page: &Page, email: &str| page.text().replace(email, "WHO");
    assert_eq!(words(&unknown, "nobody@example.com"), words(&known, ADA));
    let wrong = stranger.submit(&unknown.form().fill("code", "000000")).await;
    assert_eq!((wrong.status.as_u16(), wrong.has("#code-error")), (401, true));
}

async fn mf_09_a_new_code_ends_the_old_one_and_there_are_three_in_ten_minutes(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = ask(&mut browser, ADA).await;
    let first = code_to(&app, ADA, 1).await;
    app.advance(1);
    let page = browser.submit(&page.form().fill("again", "yes")).await;
    assert!(page.text().contains("A new code is on its way"), "{}", page.text());
    let second = code_to(&app, ADA, 2).await;
    if first != second {
        assert_eq!(browser.submit(&page.form().fill("code", &first)).await.status, 401);
    }
    app.advance(1);
    let page = browser.submit(&page.form().fill("again", "yes")).await;
    app.advance(1);
    let refused = browser.submit(&page.form().fill("again", "yes")).await;
    assert_eq!(refused.status, 429);
    assert!(refused.headers.contains_key("retry-after"));
    let third = code_to(&app, ADA, 3).await;
    let done = browser.submit(&page.form().fill("code", &third)).await;
    assert_eq!(done.url.path(), "/account", "the last one still works: {}", done.text());
}

async fn pw_12_five_tries_and_ten_minutes(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = ask(&mut browser, ADA).await;
    let code = code_to(&app, ADA, 1).await;
    for _ in 0..5 {
        let wrong = if code == "000000" { "000001" } else { "000000" };
        browser.submit(&page.form().fill("code", wrong)).await;
    }
    let late = browser.submit(&page.form().fill("code", &code)).await;
    assert_eq!(late.status, 429, "{}", late.text());
    let mut slow = app.browser();
    let page = ask(&mut slow, ADA).await;
    let code = code_to(&app, ADA, 2).await;
    app.advance(601);
    let late = slow.submit(&page.form().fill("code", &code)).await;
    assert_ne!(late.url.path(), "/account");
}

/// PW-13: looking at a link changes nothing; it works once.
async fn pw_13_a_link_does_what_the_code_does_in_the_browser_that_asked(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    ask(&mut browser, ADA).await;
    let link = app.link_to(ADA).await;
    for _ in 0..2 {
        assert!(browser.get(&link).await.has("form"));
    }
    let page = browser.get(&link).await;
    let done = browser.submit(&page.form()).await;
    assert_eq!(done.url.path(), "/account", "{}", done.text());
    assert_eq!(browser.get(&link).await.status, 410);
}

/// A link that is opened elsewhere never lets the browser in that asked: somebody else may be waiting there.
async fn se_02_a_link_in_another_browser_signs_in_there_and_nowhere_else(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut attacker = app.browser();
    let waiting = ask(&mut attacker, ADA).await;
    let link = app.link_to(ADA).await;
    let mut owner = app.browser();
    let page = owner.get(&link).await;
    assert!(page.text().contains("another device"), "{}", page.text());
    let page = owner.submit(&page.form()).await;
    assert_eq!(page.url.path(), "/account");
    let page = attacker.get(waiting.url.as_str()).await;
    assert_ne!(page.url.path(), "/account");
    assert_eq!(attacker.get("/account").await.url.path(), "/sign-in");
}
}
