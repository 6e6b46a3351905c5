//! English and Simplified Chinese.

use super::sign_up;
use crate::harness::app::TestApp;
use crate::harness::browser::{Browser, Page};
use crate::harness::relying_party::RelyingParty;

fn language(page: &Page) -> &'static str {
    let found = ["en", "zh-Hans"]
        .into_iter()
        .find(|tag| page.body.contains(&format!("<html lang=\"{tag}\">")));
    let found = found.unwrap_or_else(|| panic!("no language at {}: {}", page.url, page.body));
    assert_eq!(page.headers["content-language"], found, "{}", page.url);
    let chinese = page
        .text()
        .chars()
        .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) && !"简体中文".contains(c));
    assert_eq!(chinese, found == "zh-Hans", "{}: {}", page.url, page.text());
    found
}

#[actix_web::test]
async fn a_language_that_was_chosen_stays() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    assert_eq!(language(&page), "en");
    assert!(page.has("a[hreflang=zh-Hans][href*='lang=zh-Hans']"), "{}", page.body);
    assert_eq!(language(&browser.get("/sign-in?lang=zh-Hans").await), "zh-Hans");
    for path in [
        "/sign-in",
        "/sign-up",
        "/",
        "/sign-out",
        "/nowhere",
        "/setup",
        "/verify-email",
        "/continue",
        "/playground",
    ] {
        assert_eq!(language(&browser.get(path).await), "zh-Hans", "{path}");
    }
    let page = browser.sign_in("ada@example.com").await;
    assert_eq!(language(&page), "zh-Hans");
    assert_eq!(language(&browser.get("/account?lang=en").await), "en");
    assert_eq!(language(&browser.get("/account").await), "en");
}

#[actix_web::test]
async fn the_browsers_wish_counts_until_somebody_chooses() {
    let app = TestApp::spawn();
    let mut browser = app.browser();
    for (wish, expected) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en;q=0.1, zh;q=0.5", "zh-Hans"),
        ("fr, de", "en"),
        ("", "en"),
        ("zh;q=0", "en"),
        (&"zh,".repeat(5000), "zh-Hans"),
        (";;;q=,,=", "en"),
    ] {
        browser.headers = vec![("accept-language".into(), wish.into())];
        assert_eq!(language(&browser.get("/sign-in").await), expected, "{wish:.40}");
    }
    assert_eq!(language(&browser.get("/sign-in?lang=zh-Hans").await), "zh-Hans");
    browser.headers = vec![("accept-language".into(), "en".into())];
    assert_eq!(language(&browser.get("/sign-in").await), "zh-Hans");
    for nonsense in ["xx", "", "%00", "zh%0d%0aSet-Cookie:x=y", "%22%3E%3Csvg%20onload=x%3E"] {
        let mut other: Browser = app.browser();
        let page = other.get(&format!("/sign-in?lang={nonsense}")).await;
        assert_eq!(page.status, 200, "{nonsense}");
        super::assert_harmless(&page);
        assert!(!other.cookies.contains_key("x"));
    }
}

#[actix_web::test]
async fn the_whole_way_through_an_application_is_in_the_language_that_it_asks_for() {
    let app = TestApp::spawn();
    let secret = app.web_client().await;
    app.user("ada@example.com").await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();
    let page = browser
        .get(&party.request("openid profile email", &[("ui_locales", "fr zh-CN en")]))
        .await;
    assert_eq!((page.url.path(), language(&page)), ("/sign-in", "zh-Hans"));
    // Switching keeps the request that waits.
    let flow = page.parameter("flow").unwrap();
    let link = format!("/sign-in?flow={flow}&lang=en");
    let mut switched = browser.clone();
    assert_eq!(language(&switched.get(&link).await), "en");
    let page = browser
        .sign_in_on(&page, "ada@example.com", crate::harness::app::PASSWORD)
        .await;
    assert_eq!((page.url.path(), language(&page)), ("/consent", "zh-Hans"));
}

#[actix_web::test]
async fn mail_is_written_in_the_language_of_the_page() {
    let app = TestApp::spawn();
    let mut browser = app.browser();
    browser.get("/sign-up?lang=zh-Hans").await;
    let page = sign_up(&mut browser, "张三", "zhang@example.com").await;
    assert_eq!(page.url.path(), "/account");
    let mail = app.mails_to("zhang@example.com", 1).await.pop().unwrap();
    assert!(
        mail.subject.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{}",
        mail.subject
    );
    assert!(app.link_to("zhang@example.com").await.contains("/verify-email?token="));
}
