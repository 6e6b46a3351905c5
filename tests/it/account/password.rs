//! Changing the password.

use super::*;
use crate::harness::app::PASSWORD;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::RelyingParty;

const NEW: &str = "another horse battery";

async fn change(browser: &mut Browser, current: &str, new: &str) -> Page {
    send(browser, "/account/password", &[("current", current), ("password", new)]).await
}

on_every_engine! {
async fn a_new_password_ends_everything_else(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut other = app.browser();
    other.sign_in(ADA).await;
    let code = party.code(&mut other, "openid offline_access").await;
    let tokens = party.exchange(&code).await;
    let unused = party.code(&mut other, "openid").await;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let mut copied = ada.clone();
    let page = change(&mut ada, PASSWORD, NEW).await;
    assert_eq!(done(&page).as_deref(), Some("password"), "{}", page.text());
    assert_eq!(ada.get("/account/password").await.status, 200);
    assert_eq!(ada.get("/account").await.url.path(), "/account");
    for mut gone in [other, copied.clone()] {
        assert_eq!(gone.get("/account").await.url.path(), "/sign-in");
    }
    assert_eq!(copied.get("/account/emails").await.url.path(), "/sign-in");
    assert_eq!(party.refresh(refresh).await.error(), "invalid_grant");
    assert_eq!(party.introspect(access).await.json["active"], false);
    assert_eq!(party.exchange(&unused).await.error(), "invalid_grant");
    app.mails_to(ADA, 1).await;
    let mut fresh = app.browser();
    let page = fresh.get("/sign-in").await;
    assert_eq!(fresh.sign_in_on(&page, ADA, PASSWORD).await.status, 401);
    let page = fresh.get("/sign-in").await;
    assert_eq!(fresh.sign_in_on(&page, ADA, NEW).await.url.path(), "/account");
}

async fn bf_07_the_present_password_is_guessed_no_faster_than_at_the_sign_in(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    for _ in 0..5 {
        assert_eq!(change(&mut ada, "wrong", NEW).await.status, 401);
    }
    let page = change(&mut ada, PASSWORD, NEW).await;
    assert_eq!(page.status, 429, "{}", page.text());
    assert!(page.headers.contains_key("retry-after"));
    // One rule and a counter of its own: whoever guesses at a forgotten browser locks nobody out elsewhere. The session goes on.
    app.browser().sign_in(ADA).await;
    assert_eq!(ada.get("/account").await.url.path(), "/account");
    app.advance(60);
    assert_eq!(done(&change(&mut ada, PASSWORD, NEW).await).as_deref(), Some("password"));
}

async fn pw_15_a_weak_password_is_refused_with_its_reason(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    for weak in ["", "short", "password1", "ada@example.com", "aaaaaaaaaaaa", &"x".repeat(200)] {
        let page = change(&mut ada, PASSWORD, weak).await;
        assert_eq!(page.status, 400, "{weak}");
        assert!(page.has("#password-error"), "{weak}");
        for field in ["#current", "#password"] {
            assert!(!page.has(&format!("{field}[value]")), "passwords are not sent back");
        }
    }
    app.browser().sign_in(ADA).await;
}

async fn whoever_has_none_sets_a_first_one(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    database
        .db
        .write((), |tx, ()| Box::pin(async move { sql!(tx, execute, "DELETE FROM password_credentials") }))
        .await
        .unwrap();
    let page = ada.get("/account/password").await;
    assert!(!page.has("input[name=current]"));
    let page = send(&mut ada, "/account/password", &[("password", NEW)]).await;
    assert_eq!(done(&page).as_deref(), Some("password"), "{}", page.text());
    let mut other = app.browser();
    let page = other.get("/sign-in").await;
    assert_eq!(other.sign_in_on(&page, ADA, NEW).await.url.path(), "/account");
}
}
