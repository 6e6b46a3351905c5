//! Making an account by oneself.

use futures_util::future::join_all;
use passgate::flow::users;

use super::{HOSTILE, assert_harmless, is_signed_in, sign_up};
use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::database::on_every_engine;

on_every_engine! {
async fn a_person_makes_an_account_and_is_signed_in(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let page = sign_up(&mut browser, "Ada Lovelace", "Ada@Example.com").await;
    assert_eq!(page.url.path(), "/account");
    for part in ["Ada Lovelace", "Ada@example.com", "free_user"] {
        assert!(page.text().contains(part), "{part} is not in {}", page.text());
    }
    assert!(is_signed_in(&mut browser).await);
    let user = users::list(&app.state, None, 10).await.unwrap().pop().unwrap();
    assert_eq!(
        (user.role.as_str(), user.plan.as_str(), user.email_verified),
        ("user", "free_user", false)
    );
    app.browser().sign_in("ada@example.com").await;
}

async fn an_address_that_has_an_account_is_taken_in_every_spelling(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    for same in [
        "ada@example.com",
        "ADA@EXAMPLE.COM",
        " ada@example.com. ",
        "a\u{200b}da@example.com",
    ] {
        let mut browser = app.browser();
        let page = sign_up(&mut browser, "Eve", same).await;
        assert_eq!(page.status, 400, "{same:?}");
        assert!(page.has("#identifier-error"), "{}", page.body);
        assert_eq!(page.form().fields["name"], "Eve");
        assert_eq!(page.form().fields["password"], "", "a password is never sent back");
        assert!(!page.body.contains(PASSWORD));
        assert!(!is_signed_in(&mut browser).await);
    }
    assert_eq!(users::list(&app.state, None, 10).await.unwrap().len(), 1);
}

async fn everything_that_is_wrong_is_said_at_once(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    let form = page
        .form()
        .fill("name", "see evil.test/x")
        .fill("identifier", "nobody")
        .fill("password", "short");
    let page = browser.submit(&form).await;
    assert_eq!(page.status, 400);
    for field in ["name", "identifier", "password"] {
        assert!(page.has(&format!("#{field}-error")), "{field}: {}", page.body);
        assert!(page.has(&format!("#{field}[aria-invalid=true]")), "{field}");
    }
    assert!(users::list(&app.state, None, 10).await.unwrap().is_empty());
}

async fn passwords_that_are_refused(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let long = "long words ".repeat(12);
    for bad in [
        "",
        "1234567",
        "password1",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "ada.lovelace1",
        long.as_str(),
    ] {
        let page = browser.get("/sign-up").await;
        let form = page
            .form()
            .fill("identifier", "ada.lovelace@example.com")
            .fill("password", bad);
        let page = browser.submit(&form).await;
        assert_eq!(page.status, 400, "{bad:?}");
        assert!(
            page.has("#password-error") && !page.has("#identifier-error"),
            "{bad:?}: {}",
            page.body
        );
    }
    assert!(users::list(&app.state, None, 10).await.unwrap().is_empty());
}

async fn xs_05_addresses_that_could_smuggle_headers_or_recipients_are_refused(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let long = format!("{}@example.com", "a".repeat(250));
    for bad in [
        "",
        "ada",
        "a@b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com,b@example.com",
        "<a@example.com>",
        "\"a b\"@example.com",
        "a@127.0.0.1",
        HOSTILE,
        long.as_str(),
    ] {
        let page = sign_up(&mut browser, "", bad).await;
        assert_eq!(page.status, 400, "{bad:?}");
        assert!(page.has("#identifier-error"), "{bad:?}: {}", page.body);
        assert_harmless(&page);
    }
}

async fn xs_01_a_hostile_name_is_text(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let name = r#""><svg onload=alert(1)>'{{7*7}}${7*7}{% raw %}</script>"#;
    let page = sign_up(&mut browser, name, "ada@example.com").await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    assert_harmless(&page);
    assert!(page.text().contains(name), "{}", page.text());
    let mail = app.mails_to("ada@example.com", 1).await.pop().unwrap();
    let eml = std::fs::read_to_string(app.mail_folder().join(format!("{}.eml", mail.id))).unwrap();
    assert!(!eml.contains("<svg"), "{eml}");
}

async fn sixteen_at_once_make_one_account(database) {
    let app = TestApp::on(&database.url);
    let pages = join_all((0..16).map(|_| {
        let mut browser = app.browser();
        async move { sign_up(&mut browser, "Ada", "ada@example.com").await }
    }))
    .await;
    let made = pages.iter().filter(|page| page.url.path() == "/account").count();
    let taken = pages
        .iter()
        .filter(|page| page.status == 400 && page.has("#identifier-error"))
        .count();
    assert_eq!((made, taken), (1, 15));
    assert_eq!(users::list(&app.state, None, 99).await.unwrap().len(), 1);
    assert_eq!(app.mails_to("ada@example.com", 1).await.len(), 1);
}
}

#[actix_web::test]
async fn where_sign_up_is_closed_nobody_gets_in_and_nothing_leads_there() {
    let app = Options::new(None).with("PASSGATE_ACCOUNTS__SIGN_UP", "closed").spawn();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    assert!(!page.has("a[href^='/sign-up']"), "{}", page.body);
    assert_eq!(browser.get("/sign-up").await.status, 404);
    let form = page
        .form()
        .fill("identifier", "eve@example.com")
        .fill("password", PASSWORD);
    let form = crate::harness::browser::Form {
        action: "/sign-up".into(),
        ..form
    };
    assert_eq!(browser.submit(&form).await.status, 404);
    assert_eq!(users::list(&app.state, None, 10).await.unwrap().len(), 1);
    browser.sign_in("ada@example.com").await;
}
