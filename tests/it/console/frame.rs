//! Who comes in at all, and forms of strangers.

use super::*;

const PAGES: [&str; 4] = ["/admin", "/admin/users", "/admin/new/user", "/admin/invitations"];

on_every_engine! {
async fn whoever_is_not_signed_in_signs_in_and_comes_back(database) {
    let app = TestApp::on(&database.url);
    account(&app, ROOT, "admin").await;
    for page in PAGES {
        let mut stranger = app.browser();
        let answer = stranger.request(Method::GET, &format!("{page}?search=grace%20h"), None).await;
        assert_eq!(answer.status, 303, "{page}");
        let sign_in = stranger.get(&format!("{page}?search=grace%20h")).await;
        assert_eq!(sign_in.url.path(), "/sign-in");
        let back = stranger.sign_in_on(&sign_in, ROOT, PASSWORD).await;
        assert_eq!((back.url.path(), back.parameter("search").as_deref()), (page, Some("grace h")));
        assert_eq!(back.status, 200);
    }
}

async fn whoever_administers_nothing_is_told_so_in_words(database) {
    let app = TestApp::on(&database.url);
    account(&app, GRACE, "user").await;
    let mut grace = signed_in(&app, GRACE).await;
    for page in PAGES {
        let page = grace.get(page).await;
        assert_eq!(page.status, 403);
        assert!(page.text().contains("Your account does not have the right to open this page."), "{}", page.text());
        assert!(!page.has("nav.side, nav.menu"), "no way to go is shown");
    }
}

async fn cs_02_a_form_without_its_token_changes_nothing(database) {
    let app = TestApp::on(&database.url);
    let grace = account(&app, GRACE, "user").await;
    let mut root = root(&app).await;
    let page = root.get(&format!("/admin/users/{grace}/danger")).await;
    let own = form(&page, "disable");
    for token in ["", "x"] {
        assert_eq!(root.submit(&own.clone().fill("csrf", token)).await.status, 403);
    }
    let mut foreign = root.clone();
    foreign.headers.push(("origin".into(), "https://evil.test".into()));
    assert_eq!(foreign.submit(&own).await.status, 403);
    signed_in(&app, GRACE).await;
    // With it, it does.
    let page = root.submit(&own).await;
    assert!(page.text().contains("The account is disabled."), "{}", page.text());
    let mut grace = app.browser();
    let sign_in = grace.get("/sign-in").await;
    assert_ne!(grace.sign_in_on(&sign_in, GRACE, PASSWORD).await.url.path(), "/account");
}

async fn se_11_a_stale_sign_in_looks_and_changes_nothing_until_it_is_proved_again(database) {
    let app = TestApp::on(&database.url);
    let grace = account(&app, GRACE, "user").await;
    let mut root = root(&app).await;
    let danger = format!("/admin/users/{grace}/danger");
    let fresh = root.get(&danger).await;
    assert!(!fresh.has("a[href*='again=yes']"), "{}", fresh.body);
    app.advance(601);
    let page = root.get(&danger).await;
    assert_eq!(page.status, 200);
    assert!(page.has("a[href*='again=yes']"), "{}", page.body);
    let own = form(&page, "disable");
    let answer = root.submit(&own).await;
    assert_eq!(answer.status, 403);
    // In another tab, since this one holds what was typed.
    let location = answer.link("a[target=_blank][href^='/sign-in']");
    assert!(location.starts_with("/sign-in?again=yes&return_to="), "{location}");
    signed_in(&app, GRACE).await;
    // Once proved, the page that asked is there again.
    let page = root.get(&location).await;
    let page = root.submit(&page.form().fill("password", PASSWORD)).await;
    assert_eq!(page.url.path(), danger);
    assert!(!page.has("a[href*='again=yes']"));
    let page = root.submit(&form(&page, "disable")).await;
    assert!(page.text().contains("The account is disabled."), "{}", page.text());
}

async fn a_sign_in_goes_back_to_the_console_and_nowhere_else(database) {
    let app = TestApp::on(&database.url);
    account(&app, ROOT, "admin").await;
    for elsewhere in ["//evil.test/admin", "/admin/../account/x", "/administrator", "https://evil.test/admin", "/admin\\x"] {
        let mut browser = app.browser();
        let page = browser.get(&format!("/sign-in?return_to={elsewhere}")).await;
        let page = browser.sign_in_on(&page, ROOT, PASSWORD).await;
        assert_eq!(page.url.path(), "/account", "{elsewhere}");
    }
}
}
