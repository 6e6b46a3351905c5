//! What matters asks for a sign-in of the last ten minutes.

use reqwest::Method;

use super::*;
use crate::harness::app::PASSWORD;
use crate::harness::database::on_every_engine;

/// Where a form posts, the page that it comes back to, and what it holds.
type Form = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Every form that changes how an account is reached.
const SENSITIVE: [Form; 10] = [
    (
        "/account/profile/username",
        "/account/profile",
        &[("username", "countess")],
    ),
    ("/account/emails", "/account/emails", &[("email", "new@example.com")]),
    (
        "/account/emails/primary",
        "/account/emails",
        &[("email", "work@example.com")],
    ),
    (
        "/account/emails/remove",
        "/account/emails",
        &[("email", "work@example.com")],
    ),
    ("/account/phone", "/account/phone", &[("phone", "+442079460018")]),
    ("/account/phone/remove", "/account/phone", &[]),
    (
        "/account/password",
        "/account/password",
        &[("current", PASSWORD), ("password", "another horse battery")],
    ),
    ("/account/data/download", "/account/data", &[]),
    ("/account/data/delete", "/account/data", &[("confirm", ADA)]),
    ("/account/data/delete", "/account/data", &[("confirm", "x")]),
];

on_every_engine! {
async fn se_11_a_stale_sign_in_changes_nothing(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    add_email(&app, &mut ada, "work@example.com").await;
    app.advance(601);
    for (action, page, fields) in SENSITIVE {
        let form = form(&mut ada, action, fields).await;
        let answer = ada.request(Method::POST, action, Some(&form.fields)).await;
        assert_eq!(answer.status, 303, "{action}");
        let location = format!("/sign-in?again=yes&return_to={page}");
        assert_eq!(answer.headers["location"], location, "{action}");
        assert!(answer.body.is_empty(), "{action}");
    }
    // Nothing happened: everything still signs in as before, and no page has changed.
    for address in [ADA, "work@example.com"] {
        app.browser().sign_in(address).await;
    }
    for (page, gone) in [("/account/profile", "countess"), ("/account/emails", "new@example.com")] {
        assert!(!ada.get(page).await.text().contains(gone), "{page}");
    }
    let challenges = number(&database.db, "SELECT COUNT(*) FROM challenges WHERE purpose = 'add_phone'").await;
    assert_eq!(challenges, 0);
}

async fn se_11_pages_offer_the_way_back_instead_of_a_form(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    for page in ["/account/emails", "/account/phone", "/account/password", "/account/data", "/account/profile"] {
        assert!(!ada.get(page).await.has("a[href*='again=yes']"), "{page}");
    }
    app.advance(601);
    for page in ["/account/emails", "/account/phone", "/account/password", "/account/data", "/account/profile"] {
        let shown = ada.get(page).await;
        assert!(shown.has(&format!("a[href='/sign-in?again=yes&return_to={page}']")), "{page}");
        assert!(!shown.has("input[type=password], input[name=confirm], input[name=username], input[type=tel]"));
    }
}

async fn whoever_proves_it_once_more_comes_back_to_the_page_that_asked(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    newcomer(&app, "eve@example.com").await;
    app.advance(601);
    let page = ada.get("/sign-in?again=yes&return_to=/account/password").await;
    assert!(page.has("input[name=password]") && page.body.contains(ADA), "{}", page.text());
    // As themselves only: another account's password is no proof, whatever name comes with it.
    let other = page.form().fill("identifier", "eve@example.com").fill("password", "not hers");
    assert_eq!(ada.submit(&other).await.status, 401);
    let page = ada.submit(&page.form().fill("password", PASSWORD)).await;
    assert_eq!(page.url.path(), "/account/password");
    assert!(!page.has("a[href*='again=yes']"), "{}", page.text());
    for elsewhere in ["https://evil.test/", "//evil.test", "/oauth2/authorize", "/account/../x", ""] {
        let page = ada.get(&format!("/sign-in?again=yes&return_to={elsewhere}")).await;
        let page = ada.submit(&page.form().fill("password", PASSWORD)).await;
        assert_eq!(page.url.path(), "/account", "{elsewhere}");
    }
}

async fn a_page_of_the_account_is_for_whoever_is_signed_in(database) {
    let app = TestApp::on(&database.url);
    let pages = ["profile", "emails", "phone", "password", "security", "sessions", "data"];
    let mut stranger = app.browser();
    for page in pages.map(|page| format!("/account/{page}")) {
        let answer = stranger.request(Method::GET, &page, None).await;
        assert_eq!(answer.status, 303, "{page}");
        assert_eq!(answer.headers["location"], format!("/sign-in?return_to={page}"));
    }
    // Forms of a stranger and of another browser are refused.
    let mut ada = newcomer(&app, ADA).await;
    let csrf = ada.get("/account").await.form().fields["csrf"].clone();
    for (action, _, fields) in SENSITIVE {
        let mut form = form(&mut ada, action, fields).await;
        for token in ["", "x", csrf.to_lowercase().as_str()] {
            form.fields.insert("csrf".into(), token.into());
            assert_eq!(ada.request(Method::POST, action, Some(&form.fields)).await.status, 403, "{action}");
        }
        form.fields.insert("csrf".into(), csrf.clone());
        assert_eq!(stranger.request(Method::POST, action, Some(&form.fields)).await.status, 403, "{action}");
        let mut foreign = ada.clone();
        foreign.headers.push(("origin".into(), "https://evil.test".into()));
        assert_eq!(foreign.request(Method::POST, action, Some(&form.fields)).await.status, 403, "{action}");
        // Nothing is done by looking.
        let status = ada.request(Method::GET, action, None).await.status;
        assert!(status == 200 || status == 405, "{action}: {status}");
    }
}
}
