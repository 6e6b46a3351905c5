//! Guessing is slow, and the owner of an account gets in all the same.

use futures_util::future::join_all;

use super::is_signed_in;
use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::browser::Page;
use crate::harness::database::on_every_engine;

const ADDRESS: &str = "ada@example.com";

async fn guess(app: &TestApp, identifier: &str, password: &str) -> Page {
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    browser.sign_in_on(&page, identifier, password).await
}

fn wait_of(page: &Page) -> u64 {
    assert_eq!(page.status, 429);
    page.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

on_every_engine! {
async fn bf_01_the_wait_grows_is_said_and_is_over_when_it_says(database) {
    let app = TestApp::on(&database.url);
    app.user(ADDRESS).await;
    for _ in 0..5 {
        assert_eq!(guess(&app, ADDRESS, "wrong password").await.status, 401);
    }
    let mut waits = Vec::new();
    for _ in 0..4 {
        // While it waits even the right password is not looked at: an answer would tell.
        let wait = wait_of(&guess(&app, ADDRESS, PASSWORD).await);
        app.advance(wait);
        waits.push(wait);
        assert_eq!(guess(&app, ADDRESS, "wrong password").await.status, 401);
    }
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
    app.advance(wait_of(&guess(&app, ADDRESS, PASSWORD).await));
    assert_eq!(guess(&app, ADDRESS, PASSWORD).await.url.path(), "/account");
    // The count began anew.
    assert_eq!(guess(&app, ADDRESS, "wrong password").await.status, 401);
    assert_eq!(guess(&app, ADDRESS, PASSWORD).await.url.path(), "/account");
}

async fn bf_01_a_day_of_guessing_is_at_most_a_hundred_guesses(database) {
    let app = TestApp::on(&database.url);
    app.user(ADDRESS).await;
    let (mut looked_at, mut passed) = (0, 0);
    while passed < 86_400 {
        let page = guess(&app, ADDRESS, "wrong password").await;
        if page.status == 401 {
            looked_at += 1;
        } else {
            let wait = wait_of(&page);
            passed += wait;
            app.advance(wait);
        }
    }
    assert!(looked_at <= 100, "{looked_at}");
}

async fn bf_03_a_live_session_is_not_touched_by_somebody_who_guesses(database) {
    let app = TestApp::on(&database.url);
    app.user(ADDRESS).await;
    let mut owner = app.browser();
    owner.sign_in(ADDRESS).await;
    for _ in 0..10 {
        guess(&app, ADDRESS, "wrong password").await;
    }
    wait_of(&guess(&app, ADDRESS, PASSWORD).await);
    assert!(is_signed_in(&mut owner).await);
    app.advance(1100);
    assert_eq!(guess(&app, ADDRESS, PASSWORD).await.url.path(), "/account");
}

async fn bf_05_spellings_share_one_counter(database) {
    let app = TestApp::on(&database.url);
    app.user(ADDRESS).await;
    for same in [
        "ada@example.com",
        "ADA@EXAMPLE.COM",
        " ada@example.com",
        "a\u{200b}da@example.com",
        "ada@example.com.",
    ] {
        assert_eq!(guess(&app, same, "wrong password").await.status, 401, "{same:?}");
    }
    wait_of(&guess(&app, ADDRESS, PASSWORD).await);
    // Somebody else's counter is another one.
    app.user("eve@example.com").await;
    assert_eq!(guess(&app, "eve@example.com", PASSWORD).await.url.path(), "/account");
}

async fn bf_01_many_guesses_at_once_do_not_slip_through(database) {
    let app = TestApp::on(&database.url);
    app.user(ADDRESS).await;
    let pages = join_all((0..32).map(|_| guess(&app, ADDRESS, "wrong password"))).await;
    let looked_at = pages.iter().filter(|page| page.status == 401).count();
    assert_eq!(looked_at, 5, "the fifth failure makes the sixth wait");
    assert!(pages.iter().all(|page| page.status == 401 || page.status == 429));
}
}

#[actix_web::test]
async fn bf_01_an_address_that_tries_many_accounts_waits_as_well() {
    let options = Options::new(None).with("PASSGATE_LIMITS__ENABLED", "true");
    let app = options
        .with("PASSGATE_LIMITS__SIGN_IN_PER_MINUTE", "3")
        .with("PASSGATE_LIMITS__SIGN_UP_PER_MINUTE", "1")
        .spawn();
    app.user(ADDRESS).await;
    for n in 0..3 {
        assert_eq!(
            guess(&app, &format!("user{n}@example.com"), "wrong password")
                .await
                .status,
            401
        );
    }
    wait_of(&guess(&app, ADDRESS, PASSWORD).await);
    let mut browser = app.browser();
    let page = super::sign_up(&mut browser, "Eve", "eve@example.com").await;
    assert_ne!(page.status, 429, "another class");
    wait_of(&super::sign_up(&mut app.browser(), "Mallory", "mallory@example.com").await);
}
