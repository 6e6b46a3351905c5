//! The link in the mail of a new account.

use super::sign_up;
use crate::harness::app::TestApp;
use crate::harness::database::on_every_engine;

const ADDRESS: &str = "ada@example.com";

async fn is_verified(browser: &mut crate::harness::browser::Browser) -> bool {
    !browser
        .get("/account")
        .await
        .has("form[action='/account/verify-email']")
}

on_every_engine! {
async fn az_31_the_link_verifies_once_and_only_when_a_person_says_so(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    sign_up(&mut browser, "Ada", ADDRESS).await;
    let link = app.link_to(ADDRESS).await;
    assert!(
        link.starts_with(&format!("{}/verify-email?token=", app.issuer)),
        "{link}"
    );

    // A mail scanner follows the link, twice, and asks for its head.
    let mut scanner = app.browser();
    for _ in 0..2 {
        let page = scanner.get(&link).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains(ADDRESS));
    }
    scanner.request(reqwest::Method::HEAD, &link, None).await;
    assert!(!is_verified(&mut browser).await, "looking changes nothing");

    // Mail is read on another device, where nobody is signed in.
    let mut phone = app.browser();
    let page = phone.get(&link).await;
    let form = page.form();
    assert_eq!(phone.submit(&form).await.status, 200);
    assert!(is_verified(&mut browser).await);
    assert_eq!(phone.submit(&form).await.status, 410);
    assert_eq!(phone.get(&link).await.status, 410);
}

async fn a_link_works_for_a_day(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    sign_up(&mut browser, "Ada", ADDRESS).await;
    let link = app.link_to(ADDRESS).await;
    let mut phone = app.browser();
    let form = phone.get(&link).await.form();
    app.advance(24 * 3600 - 1);
    assert_eq!(phone.get(&link).await.status, 200);
    app.advance(2);
    assert_eq!(phone.get(&link).await.status, 410);
    assert_eq!(phone.submit(&form).await.status, 410);
}

async fn the_mail_is_sent_again_on_demand_and_either_link_works(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let page = sign_up(&mut browser, "Ada", ADDRESS).await;
    let first = app.link_to(ADDRESS).await;
    app.advance(60);
    let again = page
        .forms()
        .into_iter()
        .find(|form| form.action == "/account/verify-email")
        .unwrap();
    let page = browser.submit(&again).await;
    assert_eq!(
        (page.url.path(), page.url.query()),
        ("/account", Some("done=verification"))
    );
    app.mails_to(ADDRESS, 2).await;
    let second = app.link_to(ADDRESS).await;
    assert_ne!(first, second);
    let form = browser.get(&second).await.form();
    assert_eq!(browser.submit(&form).await.status, 200);
    assert!(is_verified(&mut browser).await);
    // The other one asks for what is already so: harmless.
    assert!(browser.get(&first).await.status.as_u16() < 500);
}

async fn what_is_no_link_is_gone(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let setup = app.setup_link.clone().unwrap();
    let of_another_kind = setup.split_once("token=").unwrap().1.to_owned();
    for token in [
        "",
        "x",
        "pgl_",
        "%00",
        "%zz",
        of_another_kind.as_str(),
        &"a".repeat(10_000),
    ] {
        let page = browser.get(&format!("/verify-email?token={token}")).await;
        assert!(page.status == 410, "{token:?}: {}", page.status);
    }
    assert_eq!(
        browser.get(&setup).await.status,
        200,
        "the other kind's link is not used up"
    );
}

async fn ht_05_a_foreign_host_header_never_gets_into_a_mail(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    browser.headers = [
        ("host", "evil.test"),
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-proto", "https"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    sign_up(&mut browser, "Ada", ADDRESS).await;
    let mail = app.mails_to(ADDRESS, 1).await.pop().unwrap();
    assert!(!mail.text.contains("evil.test"), "{}", mail.text);
    assert!(mail.text.contains(&app.issuer), "{}", mail.text);
}
}
