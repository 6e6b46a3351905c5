//! PW-15: one judge of new passwords on every path.

use super::*;
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;
use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;

const WEAK: [&str; 4] = ["short", "password1", "aaaaaaaaaaaa", "ada@example.com"];

/// Every weak one is refused with a reason at a form; the form still works afterwards.
async fn refuses_the_weak(browser: &mut Browser, page: Page, path: &str) -> Page {
    let form = page.form();
    for weak in WEAK {
        let refused = browser.submit(&form.clone().fill("password", weak)).await;
        assert_eq!(refused.status, 400, "{path}: {weak}: {}", refused.text());
        assert!(refused.has("#password-error"), "{path}: {weak}");
    }
    page
}

on_every_engine! {
async fn pw_15_a_weak_password_is_refused_at_sign_up_and_by_invitation(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    let filled = page.form().fill("name", "Ada").fill("identifier", ADA);
    for weak in WEAK {
        let refused = browser.submit(&filled.clone().fill("password", weak)).await;
        assert_eq!(refused.status, 400, "{weak}");
        assert!(refused.has("#password-error"), "{weak}");
    }
    let new = passgate::flow::invitations::NewInvitation {
        email: ADA.to_owned(),
        role: None,
        plan: None,
        life: chrono::TimeDelta::days(7),
        locale: "en".to_owned(),
    };
    passgate::flow::invitations::invite(&app.state, new, &Authority::all(), &Origin::command_line()).await.unwrap();
    let link = app.link_to(ADA).await;
    let page = browser.get(&link).await;
    refuses_the_weak(&mut browser, page, "invitation").await;
    assert!(users::list(&app.state, None, 10).await.unwrap().is_empty(), "no account came of it");
}

async fn pw_15_a_weak_password_is_refused_by_a_reset_and_where_it_must_change(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = browser.get("/forgot-password").await;
    let page = browser.submit(&page.form().fill("identifier", ADA)).await;
    let code = code_to(&app, ADA, 1).await;
    let page = browser.submit(&page.form().fill("code", &code)).await;
    let page = refuses_the_weak(&mut browser, page, "reset").await;
    assert_eq!(browser.submit(&page.form().fill("password", "another fine pass phrase")).await.status, 200);
    users::change(&app.state, ADA, Change::RequirePasswordChange, &Authority::all(), &Origin::command_line()).await.unwrap();
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    let page = browser.sign_in_on(&page, ADA, "another fine pass phrase").await;
    assert!(page.has("input[autocomplete=new-password]"), "{}", page.text());
    let page = refuses_the_weak(&mut browser, page, "forced").await;
    assert_eq!(browser.clone().get("/account").await.url.path(), "/sign-in");
    let done = browser.submit(&page.form().fill("password", "a third fine pass phrase")).await;
    assert_eq!(done.url.path(), "/account", "{}", done.text());
}

/// Fifteen characters where a password is all there is, where that is set.
async fn pw_15_a_password_alone_may_have_to_be_longer(database) {
    let app = Options::new(Some(&database.url))
        .with("PASSGATE_PASSWORDS__MIN_LENGTH_SINGLE_FACTOR", "15")
        .spawn();
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = browser.get("/forgot-password").await;
    let page = browser.submit(&page.form().fill("identifier", ADA)).await;
    let code = code_to(&app, ADA, 1).await;
    let page = browser.submit(&page.form().fill("code", &code)).await;
    let refused = browser.submit(&page.form().fill("password", "tr0ub4dor&3xyz")).await;
    assert_eq!(refused.status, 400, "fourteen");
    assert_eq!(browser.submit(&page.form().fill("password", "tr0ub4dor&3xyzw")).await.status, 200);
}
}
