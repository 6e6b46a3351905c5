//! Signing in and out.

use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;

use super::is_signed_in;
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::Page;
use crate::harness::database::on_every_engine;

async fn answer_to(app: &TestApp, identifier: &str, password: &str) -> Page {
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    browser.sign_in_on(&page, identifier, password).await
}

on_every_engine! {
async fn a_person_signs_in_and_out(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    assert!(!is_signed_in(&mut browser).await);
    browser.sign_in("ada@example.com").await;
    assert!(is_signed_in(&mut browser).await);
    let stolen = browser.clone();

    // A link alone signs nobody out, and "no" does not either.
    let page = browser.get("/sign-out").await;
    assert!(is_signed_in(&mut browser).await);
    let no = page.form().fill("logout", "no");
    assert_eq!(browser.submit(&no).await.url.path(), "/account");
    let yes = page.form().fill("logout", "yes");
    let page = browser.submit(&yes).await;
    assert_eq!(page.status, 200);
    assert!(page.headers.contains_key("clear-site-data"));
    assert!(!is_signed_in(&mut browser).await);
    // LO-05: the cookie itself is dead, not only forgotten.
    assert!(!is_signed_in(&mut stolen.clone()).await);
}

/// Composed or not, by whatever keyboard: normalised when it is set and when it is checked.
async fn un_05_a_password_is_the_same_in_every_form_of_unicode(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    let form = page.form().fill("name", "Ada").fill("identifier", "ada@example.com");
    let page = browser.submit(&form.fill("password", "cr\u{e8}me br\u{fb}l\u{e9}e, brisée")).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    let apart = "cre\u{300}me bru\u{302}le\u{301}e, brise\u{301}e";
    assert_eq!(answer_to(&app, "ada@example.com", apart).await.url.path(), "/account");
    assert_eq!(answer_to(&app, "ada@example.com", "creme brulee, brisee").await.status, 401);
}

async fn un_01_every_spelling_of_the_address_and_of_the_password_gets_in(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    for same in [
        "ADA@example.com",
        " ada@example.com ",
        "ada@EXAMPLE.COM.",
        "a\u{ad}da@example.com",
        "ａda@example.com",
    ] {
        assert_eq!(answer_to(&app, same, PASSWORD).await.url.path(), "/account", "{same:?}");
    }
    let full_width: String = PASSWORD.chars().map(|c| if c == 'c' { 'ｃ' } else { c }).collect();
    assert_eq!(
        answer_to(&app, "ada@example.com", &full_width).await.url.path(),
        "/account"
    );
    for other in [
        "Correct horse battery",
        " correct horse battery",
        "correct horse battery ",
    ] {
        assert_eq!(answer_to(&app, "ada@example.com", other).await.status, 401, "{other:?}");
    }
}

async fn what_is_missing_is_said_and_what_was_typed_is_kept(database) {
    let app = TestApp::on(&database.url);
    let page = answer_to(&app, "", PASSWORD).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#identifier-error"));
    assert!(!page.body.contains(PASSWORD));
    // The identifier alone is a step: the next page asks for the password, and asks again when it is left empty.
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    let page = browser.submit(&page.form().fill("identifier", "ada@example.com")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("ada@example.com"));
    let page = browser.submit(&page.form().fill("password", "")).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#password-error"));
    assert!(page.body.contains("ada@example.com"));
}
}

/// What a stranger sees of an answer, without what differs from one request to the next.
fn seen(page: &Page, identifier: &str) -> (u16, Vec<(String, String)>, String) {
    let csrf = &page.form().fields["csrf"];
    let body = page
        .body
        .replace(csrf.as_str(), "CSRF")
        .replace(identifier, "IDENTIFIER");
    let headers = page
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"));
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.to_string(), text(value))).collect();
    headers.sort();
    // Its number differs by the lengths of addresses that are shown again.
    headers.retain(|(name, _)| name != "content-length");
    (page.status.as_u16(), headers, body)
}

on_every_engine! {
async fn ue_01_nobody_learns_which_addresses_have_accounts(database) {
    let app = TestApp::on(&database.url);
    for name in ["known", "disabled", "off"] {
        app.user(&format!("{name}@example.com")).await;
    }
    for name in ["disabled@example.com", "off@example.com"] {
        users::change(&app.state, name, Change::Disable, &Authority::all(), &Origin::command_line())
            .await
            .unwrap();
    }
    let wrong = answer_to(&app, "known@example.com", "wrong password").await;
    assert_eq!(wrong.status, 401);
    let expected = seen(&wrong, "known@example.com");
    for (identifier, password) in [
        ("nobody@example.com", "wrong password"),
        ("nobody@example.com", PASSWORD),
        ("disabled@example.com", "wrong password"),
        ("off@example.com", PASSWORD),
        ("not an address", "wrong password"),
    ] {
        assert_eq!(
            seen(&answer_to(&app, identifier, password).await, identifier),
            expected,
            "{identifier}"
        );
    }
    // The same holds when both have to wait.
    let mut waiting = Vec::new();
    for identifier in ["known@example.com", "nobody@example.com"] {
        for _ in 0..6 {
            answer_to(&app, identifier, "wrong password").await;
        }
        let page = answer_to(&app, identifier, PASSWORD).await;
        assert_eq!(page.status, 429);
        waiting.push(seen(&page, identifier));
    }
    assert_eq!(waiting[0], waiting[1]);
}
}
