//! SE-07: how long a session lives.

use super::is_signed_in;
use crate::harness::app::{Options, TestApp};
use crate::harness::relying_party::RelyingParty;

const HOUR: u64 = 3600;

fn short_sessions() -> TestApp {
    let options = Options::new(None).with("PASSGATE_SESSIONS__IDLE_MINUTES", "60");
    options.with("PASSGATE_SESSIONS__ABSOLUTE_HOURS", "4").spawn()
}

#[actix_web::test]
async fn se_07_a_browser_that_is_not_used_is_signed_out() {
    let app = short_sessions();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    app.advance(HOUR - 1);
    assert!(is_signed_in(&mut browser.clone()).await);
    app.advance(HOUR + 1);
    assert!(!is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn se_07_use_of_the_account_page_is_use_but_not_for_ever() {
    let app = short_sessions();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    for _ in 0..4 {
        app.advance(HOUR * 59 / 60);
        assert!(is_signed_in(&mut browser).await, "at {}", app.clock.now());
    }
    app.advance(300);
    assert!(!is_signed_in(&mut browser).await, "four hours are over");
}

#[actix_web::test]
async fn se_07_use_through_an_application_is_use_but_not_for_ever() {
    let app = short_sessions();
    app.user("ada@example.com").await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    for _ in 0..4 {
        app.advance(HOUR * 59 / 60);
        party.code(&mut browser, "openid").await;
    }
    app.advance(300);
    let page = browser.get(&party.request("openid", &[])).await;
    assert_eq!(page.url.path(), "/sign-in");
}
