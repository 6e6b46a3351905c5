//! Who may sign up, and with which address.

use super::is_in;
use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::browser::Page;
use crate::harness::database::on_every_engine;

async fn sign_up(app: &TestApp, email: &str) -> Page {
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    if page.status != 200 {
        return page;
    }
    let form = page
        .form()
        .fill("name", "Ada")
        .fill("identifier", email)
        .fill("password", PASSWORD);
    browser.submit(&form).await
}

on_every_engine! {
async fn the_lists_decide_who_may_sign_up(database) {
    let app = Options::new(Some(&database.url))
        .with("PASSGATE_ACCOUNTS__SIGN_UP", "allow_list")
        .with("PASSGATE_ACCOUNTS__ALLOWED_DOMAINS", "corp.example,*.staff.example")
        .with("PASSGATE_ACCOUNTS__BLOCKED_DOMAINS", "bad.staff.example")
        .with("PASSGATE_ACCOUNTS__BLOCK_DISPOSABLE", "true")
        .spawn();
    assert!(app.browser().get("/sign-in").await.has("a[href^='/sign-up']"));
    for refused in ["ada@home.example", "ada@evilcorp.example", "ada@x.bad.staff.example", "ada@mailinator.com"] {
        let page = sign_up(&app, refused).await;
        assert_eq!(page.status, 400, "{refused}");
        assert!(page.has("#identifier-error"), "{refused}");
    }
    for admitted in ["ada@corp.example", "ada@berlin.staff.example"] {
        let page = sign_up(&app, admitted).await;
        assert!(is_in(&page), "{admitted}: {}", page.text());
    }
}

async fn the_lists_hold_for_an_address_that_is_added(database) {
    let app = Options::new(Some(&database.url))
        .with("PASSGATE_ACCOUNTS__BLOCKED_DOMAINS", "spam.example")
        .with("PASSGATE_ACCOUNTS__BLOCK_DISPOSABLE", "true")
        .spawn();
    app.user(super::ADDRESS).await;
    let mut browser = app.browser();
    browser.sign_in(super::ADDRESS).await;
    for (address, status) in [("ada@x.spam.example", 400), ("ada@mailinator.com", 400), ("ada@home.example", 200)] {
        let page = browser.get("/account/emails").await;
        let forms = page.forms();
        let form = forms.iter().find(|form| form.action == "/account/emails").unwrap();
        let page = browser.submit(&form.clone().fill("email", address)).await;
        assert_eq!(page.status, status, "{address}");
    }
}
}

#[actix_web::test]
async fn nobody_finds_a_form_where_nobody_may_sign_up() {
    for mode in ["invitation", "closed"] {
        let app = Options::new(None).with("PASSGATE_ACCOUNTS__SIGN_UP", mode).spawn();
        assert_eq!(sign_up(&app, "ada@example.com").await.status, 404, "{mode}");
        assert!(
            !app.browser().get("/sign-in").await.has("a[href^='/sign-up']"),
            "{mode}"
        );
        assert!(!app.browser().get("/").await.has("a[href^='/sign-up']"), "{mode}");
    }
}
