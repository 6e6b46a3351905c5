//! Making an account where mail comes first, without a password, by invitation, with terms.

use super::*;
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;

async fn apply(browser: &mut Browser, email: &str) -> Page {
    let page = browser.get("/sign-up").await;
    let form = page
        .form()
        .fill("name", "Ada")
        .fill("identifier", email)
        .fill("password", PASSWORD);
    browser.submit(&form).await
}

on_every_engine! {
async fn where_mail_comes_first_there_is_no_account_before_its_code(database) {
    let app = Options::new(Some(&database.url)).with("PASSGATE_ACCOUNTS__VERIFY_EMAIL", "before").spawn();
    let mut browser = app.browser();
    let page = apply(&mut browser, ADA).await;
    assert!(page.has("input[name=code]"), "{}", page.text());
    assert_eq!(with_password(&mut app.browser(), ADA).await.status, 401, "no account yet");
    let code = code_to(&app, ADA, 1).await;
    let page = browser.submit(&page.form().fill("code", &code)).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    assert_eq!(with_password(&mut app.browser(), ADA).await.url.path(), "/account");
}

/// UE-07: the page says the same for an address that has an account; the mail says so.
async fn ue_07_where_mail_comes_first_nobody_learns_who_has_an_account(database) {
    let app = Options::new(Some(&database.url)).with("PASSGATE_ACCOUNTS__VERIFY_EMAIL", "before").spawn();
    app.user(ADA).await;
    let taken = apply(&mut app.browser(), ADA).await;
    let free = apply(&mut app.browser(), "free@example.com").await;
    assert_eq!(taken.text().replace(ADA, "WHO"), free.text().replace("free@example.com", "WHO"));
    let mail = app.mails_to(ADA, 1).await.pop().unwrap();
    assert!(mail.text.contains("/sign-in"), "{}", mail.text);
}

async fn an_account_without_a_password(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    let form = page.form().fill("name", "").fill("identifier", ADA).fill("password", "").fill("method", "email");
    let page = browser.submit(&form).await;
    let code = code_to(&app, ADA, 1).await;
    let page = browser.submit(&page.form().fill("code", &code)).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    // A password is no way in.
    assert_eq!(with_password(&mut app.browser(), ADA).await.status, 401);
}

async fn terms_are_accepted_at_sign_up_and_again_when_they_change(database) {
    let options = Options::new(Some(&database.url)).with("PASSGATE_ACCOUNTS__TERMS_VERSION", "2026-01");
    let app = options.clone().spawn();
    let mut browser = app.browser();
    let page = apply(&mut browser, ADA).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#terms-error"));
    let form = page.form().fill("password", PASSWORD).fill("terms", "2026-01");
    assert_eq!(browser.submit(&form).await.url.path(), "/account");
    drop(app);
    let app = options.with("PASSGATE_ACCOUNTS__TERMS_VERSION", "2027-01").spawn();
    let mut browser = app.browser();
    let page = with_password(&mut browser, ADA).await;
    assert!(page.body.contains("2027-01"), "{}", page.text());
    assert_eq!(browser.clone().get("/account").await.url.path(), "/sign-in");
    let done = browser.submit(&page.form().fill("terms", "2027-01")).await;
    assert_eq!(done.url.path(), "/account");
}

/// EV-14: an invitation is for its address, once, and gives the role and plan that it names.
async fn ev_14_an_invitation_makes_the_account_that_it_names(database) {
    let app = Options::new(Some(&database.url)).with("PASSGATE_ACCOUNTS__SIGN_UP", "invitation").spawn();
    assert_eq!(app.browser().get("/sign-up").await.status, 404);
    app.catalogue(&["editor"], &["team"]).await;
    let new = passgate::flow::invitations::NewInvitation {
        email: ADA.to_owned(),
        role: Some("editor".to_owned()),
        plan: Some("team".to_owned()),
        life: chrono::TimeDelta::days(7),
        locale: "en".to_owned(),
    };
    let origin = passgate::model::audit::Origin::command_line();
    passgate::flow::invitations::invite(&app.state, new, &passgate::model::permission::Authority::all(), &origin).await.unwrap();
    let link = app.link_to(ADA).await;
    let mut browser = app.browser();
    let page = browser.get(&link).await;
    assert!(page.body.contains(ADA) && !page.body.contains("editor"), "{}", page.text());
    let form = page.form().fill("identifier", "mallory@example.com").fill("password", PASSWORD);
    let page = browser.submit(&form).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    assert!(page.body.contains("editor") && page.body.contains("team") && page.body.contains(ADA));
    assert_eq!(app.browser().get(&link).await.status, 410);
}
}
