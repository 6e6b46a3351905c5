//! Services that verify tokens, in a browser without scripts.

use super::*;

const NEW: &str = "/admin/new/api";
/// Its page: the identifier is an address itself.
const PAGE: &str = "/admin/apis/https%3A%2F%2Fapi.example%2Fv1";

on_every_engine! {
async fn a_service_is_made_known_changed_and_forgotten(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    assert!(root.get("/admin/apis").await.text().contains("No services yet"));
    for (field, wrong) in [("identifier", "two words"), ("name", ""), ("scopes", "openid = Everything"), ("scopes", "a b = Two")] {
        let typed = [("identifier", "https://api.example/v1"), ("name", "Posts"), ("scopes", "posts:read = Read your posts")];
        let typed = typed.map(|(name, value)| (name, if name == field { wrong } else { value }));
        let page = send(&mut root, NEW, &typed).await;
        assert_eq!(page.status, 400, "{field} {wrong}");
        assert!(page.has(&format!("#{field}[aria-invalid]")) && page.has(&format!("#{field}-error")), "{field}: {}", page.body);
        assert!(field == "name" || page.has("#name[value=Posts]"), "what was typed stays");
    }
    let fields = [
        ("identifier", "https://api.example/v1"), ("name", "Posts"), ("description", "For writers"),
        ("scopes", "posts:read = Read your posts\r\nposts:write"),
    ];
    let page = send(&mut root, NEW, &fields).await;
    assert_eq!(page.url.path(), "/admin/apis");
    assert!(page.text().contains("Created.") && page.text().contains("posts:write"), "{}", page.text());
    assert_eq!(page.link("td a"), PAGE);
    assert_eq!(send(&mut root, NEW, &fields).await.status, 409);

    let old = root.get(PAGE).await;
    assert_eq!(old.text_of("#scopes").trim(), "posts:read = Read your posts\nposts:write");
    let change = form(&old, "save").fill("scopes", "posts:read = Read what you wrote");
    assert!(root.submit(&change).await.text().contains("Saved."));
    let page = root.submit(&change.fill("name", "Texts")).await;
    assert_eq!(page.status, 412, "somebody else changed it meanwhile");
    assert!(page.has("#name[value=Texts]"), "what was typed stays: {}", page.body);
    assert!(page.text_of("section[aria-labelledby=theirs]").contains("Posts"), "{}", page.body);

    assert_eq!(send(&mut root, PAGE, &[("do", "delete"), ("typed", "Posts")]).await.status, 400);
    let page = send(&mut root, PAGE, &[("do", "delete"), ("typed", "https://api.example/v1")]).await;
    assert!(page.text().contains("Removed."), "{}", page.text());
    assert_eq!(root.get(PAGE).await.status, 404);
}

async fn ad_02_whoever_may_look_at_services_changes_none(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    send(&mut root, NEW, &[("identifier", "https://api.example/v1"), ("name", "Posts")]).await;
    let mut reader = holder(&app, "reader", &["apis:read"]).await;
    assert!(!reader.get("/admin/apis").await.has("a[href='/admin/new/api']"));
    assert!(reader.get(PAGE).await.has("button[value=save][disabled]"));
    assert_eq!(reader.get(NEW).await.status, 403);
    for (path, fields) in [
        (NEW, &[("identifier", "other"), ("name", "Other")][..]),
        (PAGE, &[("do", "save"), ("name", "Mine")]),
        (PAGE, &[("do", "delete"), ("typed", "https://api.example/v1")]),
    ] {
        assert_eq!(send(&mut reader, path, fields).await.status, 403, "{path} {fields:?}");
    }
    assert!(root.get(PAGE).await.has("#name[value=Posts]"));
    let mut stranger = holder(&app, "stranger", &["users:read"]).await;
    assert_eq!(stranger.get("/admin/apis").await.status, 403);
}
}
