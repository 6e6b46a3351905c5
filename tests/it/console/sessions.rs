//! Where anybody is signed in.

use super::*;

on_every_engine! {
async fn sessions_are_found_by_person_and_ended(database) {
    let app = TestApp::on(&database.url);
    let grace = account(&app, GRACE, "user").await;
    let mut at_home = signed_in(&app, GRACE).await;
    let mut root = root(&app).await;
    let page = root.get("/admin/sessions").await;
    assert_eq!(page.body.matches("name=\"session\"").count(), 2, "{}", page.body);
    assert!(page.has(&format!("a[href='/admin/users/{grace}/sessions']")), "with a name, not an id: {}", page.body);
    assert_eq!(page.text().matches("This device").count(), 1, "one's own: {}", page.text());
    for person in [GRACE, &grace] {
        let page = root.get(&format!("/admin/sessions?person={person}")).await;
        assert_eq!(page.body.matches("name=\"session\"").count(), 1, "{person}: {}", page.body);
    }
    assert!(root.get("/admin/sessions?person=nobody@example.com").await.text().contains("Nobody is signed in"));
    let found = root.get(&format!("/admin/sessions?person={GRACE}")).await;
    let end = found.forms().into_iter().find(|form| form.fields.contains_key("session")).unwrap();
    let page = root.submit(&end).await;
    assert!(page.text().contains("That device is signed out."), "{}", page.text());
    assert_eq!(at_home.get("/account").await.url.path(), "/sign-in");
    assert_eq!(root.submit(&end).await.status, 404, "it is gone");
}

async fn ad_02_whoever_may_see_sessions_and_no_people_sees_ids_and_ends_none(database) {
    let app = TestApp::on(&database.url);
    let grace = account(&app, GRACE, "user").await;
    let mut at_home = signed_in(&app, GRACE).await;
    let mut watcher = holder(&app, "watcher", &["sessions:read"]).await;
    let page = watcher.get(&format!("/admin/sessions?person={grace}")).await;
    assert!(page.text().contains(&grace) && !page.text().contains("Grace Hopper"), "{}", page.text());
    assert!(!page.has("input[name=session]"));
    let session = [("session", "00000000-0000-4000-8000-000000000000")];
    assert_eq!(send(&mut watcher, "/admin/sessions", &session).await.status, 403);
    assert_eq!(at_home.get("/account").await.url.path(), "/account");
    let mut stranger = holder(&app, "stranger", &["users:read"]).await;
    assert_eq!(stranger.get("/admin/sessions").await.status, 403);
}
}
