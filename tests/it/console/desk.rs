//! Roles, plans, keys, the audit trail, mail and settings in the console, in a browser without scripts.

use passgate::flow::admin::{self, Credentials};

use super::*;

on_every_engine! {
async fn roles_and_plans_are_made_changed_and_removed(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    for (list, new, member, holds) in [
        ("/admin/roles", "/admin/new/role", "permissions", "notes:read\nnotes:write"),
        ("/admin/plans", "/admin/new/plan", "features", "export\nteams"),
    ] {
        assert!(root.get(list).await.has(&format!("a[href='{new}']")), "{list}");
        let page = send(&mut root, new, &[("name", "no name"), (member, holds)]).await;
        assert_eq!(page.status, 400, "{list}");
        assert!(page.has("#name[aria-invalid]"), "{}", page.body);
        let page = send(&mut root, new, &[("name", "special"), ("description", "For friends"), (member, holds)]).await;
        assert_eq!(page.url.path(), list);
        assert!(page.text().contains("Created.") && page.text().contains("For friends"), "{}", page.text());
        assert_eq!(send(&mut root, new, &[("name", "special")]).await.status, 409);
        let entry = format!("{list}/special");
        let old = root.get(&entry).await;
        assert!(old.body.contains(holds), "{}", old.body);
        let change = form(&old, "save").fill("description", "For everybody").fill(member, "one:thing");
        assert!(root.submit(&change).await.text().contains("Saved."));
        let page = root.submit(&change.fill("description", "For nobody")).await;
        assert_eq!(page.status, 412, "somebody else changed it meanwhile");
        assert!(page.has("#description[value='For nobody']"), "what was typed stays: {}", page.body);
        assert!(page.text_of("section[aria-labelledby=theirs]").contains("For everybody"), "{}", page.body);
        assert_eq!(send(&mut root, &entry, &[("do", "delete"), ("typed", "other")]).await.status, 400);
        let page = send(&mut root, &entry, &[("do", "delete"), ("typed", "special")]).await;
        assert!(page.text().contains("Removed."), "{}", page.text());
        assert_eq!(root.get(&entry).await.status, 404);
    }
    // Whatever an entry is called, it has its page.
    assert!(send(&mut root, "/admin/new/role", &[("name", "new"), ("description", "Newcomers")]).await.text().contains("Created."));
    assert!(root.get("/admin/roles/new").await.has("#description[value=Newcomers]"));
    // What the installation needs, or somebody holds, stays.
    assert_eq!(send(&mut root, "/admin/roles/admin", &[("do", "delete"), ("typed", "admin")]).await.status, 409);
    assert_eq!(send(&mut root, "/admin/plans/free_user", &[("do", "delete"), ("typed", "free_user")]).await.status, 409);
}

async fn ad_05_nobody_gives_a_role_rights_that_they_do_not_hold(database) {
    let app = TestApp::on(&database.url);
    let mut writer = holder(&app, "writer", &["roles:read", "roles:write"]).await;
    let page = send(&mut writer, "/admin/new/role", &[("name", "mighty"), ("permissions", "passgate:users:write")]).await;
    assert_eq!(page.status, 403, "{}", page.text());
    let page = send(&mut writer, "/admin/new/role", &[("name", "harmless"), ("permissions", "notes:read")]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(send(&mut writer, "/admin/roles/harmless", &[("do", "delete"), ("typed", "harmless")]).await.status, 403);
    assert_eq!(writer.get("/admin/plans").await.status, 403);
}

async fn keys_are_rotated_made_and_removed(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let retired = |page: &Page| page.body.matches(">Retired<").count();
    let before = retired(&root.get("/admin/keys").await);
    let page = send(&mut root, "/admin/keys", &[("do", "rotate")]).await;
    assert!(page.text().contains("The next keys sign now."), "{}", page.text());
    assert!(retired(&page) > before, "{}", page.text());

    let fields = [("name", "backup"), ("days", "30"), ("users:read", "yes"), ("clients:read", "yes"), ("addresses", "127.0.0.0/8\n::1")];
    let page = send(&mut root, "/admin/new/key", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let html = scraper::Html::parse_document(&page.body);
    let key: String = html.select(&scraper::Selector::parse(".secret code").unwrap()).next().unwrap().text().collect();
    let found = admin::identify(&app.state, Credentials::Bearer(&key), "127.0.0.1".parse().unwrap()).await.unwrap();
    assert_eq!(found.authority().iter().count(), 2);
    assert!(admin::identify(&app.state, Credentials::Bearer(&key), "192.0.2.1".parse().unwrap()).await.is_err());
    let page = root.get("/admin/keys").await;
    assert!(page.text().contains("backup") && !page.body.contains(&key), "{}", page.text());
    for wrong in [&[("name", "x")][..], &[("name", ""), ("users:read", "yes")], &[("name", "x"), ("users:read", "yes"), ("addresses", "here")]] {
        let page = send(&mut root, "/admin/new/key", wrong).await;
        assert_eq!(page.status, 400, "{wrong:?}");
        assert!(page.has("[id$=-error]"), "{wrong:?}: {}", page.body);
    }
    let one = root.get(&page.link("a[href^='/admin/keys/']")).await;
    for part in ["backup", "users:read", "clients:read", "127.0.0.0/8", "Grace Hopper"] {
        assert!(one.text().contains(part), "{part}: {}", one.text());
    }
    assert!(!one.body.contains(&key));
    let delete = page.forms().into_iter().find(|form| form.fields.get("do").is_some_and(|act| act == "delete")).unwrap();
    let page = root.submit(&delete).await;
    assert!(page.text().contains("Removed."), "{}", page.text());
    assert!(admin::identify(&app.state, Credentials::Bearer(&key), "127.0.0.1".parse().unwrap()).await.is_err());
    // Nobody makes a key that may more than they do.
    let mut maker = holder(&app, "maker", &["api_keys:read", "api_keys:write"]).await;
    let page = send(&mut maker, "/admin/new/key", &[("name", "mighty"), ("users:read", "yes")]).await;
    assert_eq!(page.status, 403, "{}", page.text());
    let page = maker.get("/admin/keys").await;
    assert!(!page.text().contains("Keys that sign tokens") && maker.get("/admin/new/key").await.has("input[name='users:read'][disabled]"));
    assert_eq!(send(&mut maker, "/admin/keys", &[("do", "rotate")]).await.status, 403);
}

async fn the_trail_is_looked_through_verified_and_taken_along(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    send(&mut root, "/admin/new/role", &[("name", "special"), ("permissions", "one:thing")]).await;
    let page = root.get("/admin/roles/special").await;
    root.submit(&form(&page, "save").fill("description", "For friends").fill("permissions", "another:thing")).await;
    let page = root.get("/admin/audit?category=catalogue&target=special").await;
    let text = page.text();
    for part in ["role_created", "role_updated", "one:thing", "another:thing", "For friends"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let titles = |page: &Page| page.body.matches("<summary><strong>").count();
    assert_eq!(titles(&page), 2);
    assert!(text.contains("Grace Hopper"), "who did it has a name: {text}");
    assert_eq!(titles(&root.get("/admin/audit?kind=role_updated").await), 1);
    assert_eq!(titles(&root.get("/admin/audit?actor=nobody").await), 0);
    assert_eq!(titles(&root.get("/admin/audit?kind=role_updated&from=2026-11-25&to=2026-11-25").await), 1);
    assert_eq!(titles(&root.get("/admin/audit?kind=role_updated&to=2026-11-24").await), 0);
    for wrong in ["from=yesterday", "to=2026-13-01", "kind=nothing", "category=nothing"] {
        let page = root.get(&format!("/admin/audit?{wrong}")).await;
        assert_eq!(page.status, 400, "{wrong}");
        assert!(page.has(".banner.danger"), "{wrong}");
    }
    let export = root.get("/admin/audit/export?kind=role_updated").await;
    assert_eq!(export.headers["content-type"], "application/x-ndjson");
    let lines: Vec<serde_json::Value> = export.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["type"] == "event").count(), 1, "{}", export.body);
    assert_eq!(lines.last().unwrap()["type"], "end");
    let page = root.get("/admin/audit/verify").await;
    assert!(page.text().contains("Every event is as it was written."), "{}", page.text());
    // A mark that was kept elsewhere: one that it passes, one that it does not, and what is none.
    let mark = page.text_of("dl code");
    assert!(root.get(&format!("/admin/audit/verify?mark={mark}")).await.text().contains("Every event is as it was written."), "{mark}");
    let forged = format!("/admin/audit/verify?mark=1:{}", "ab".repeat(32));
    assert!(root.get(&forged).await.text().contains("The trail is not as it was written."));
    let page = root.get("/admin/audit/verify?mark=yesterday").await;
    assert_eq!(page.status, 400);
    assert!(page.has("#mark[aria-invalid][value=yesterday]"), "{}", page.body);
    // That somebody took it along is an event of it, by whom is said.
    assert!(root.get("/admin/audit?kind=audit_exported").await.text().contains("person"));

    let mut reader = holder(&app, "reader", &["users:read"]).await;
    for path in ["/admin/audit", "/admin/audit/verify", "/admin/audit/export"] {
        assert_eq!(reader.get(path).await.status, 403, "{path}");
    }
}

async fn settings_are_shown_with_their_places_and_without_secrets(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let page = root.get("/admin/settings").await;
    let text = page.text();
    for part in ["public_url", app.issuer.as_str(), "PASSGATE_PUBLIC_URL", "tokens.code_seconds", "Seconds that an authorization code lives.", "Default"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!database.url.starts_with("postgres") || !page.body.contains(&database.url));
    let page = root.get("/admin/outbox").await;
    assert_eq!(page.status, 200);
    let page = send(&mut root, "/admin/outbox", &[("do", "retry-all")]).await;
    assert!(page.text().contains("It is tried again now."), "{}", page.text());
    let gone = [("do", "retry"), ("mail_id", "00000000-0000-4000-8000-000000000000")];
    assert_eq!(send(&mut root, "/admin/outbox", &gone).await.status, 404);
    let page = send(&mut root, "/admin/outbox", &[("do", "test"), ("address", "no address")]).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#address[aria-invalid]"), "{}", page.text());
    let page = send(&mut root, "/admin/outbox", &[("do", "test"), ("address", "grace@example.com")]).await;
    assert!(page.text().contains("The mail has left."), "{}", page.text());
    assert_eq!(app.mails_to("grace@example.com", 1).await.len(), 1);
    let mut reader = holder(&app, "reader", &["outbox:read"]).await;
    assert!(!reader.get("/admin/outbox").await.has("#address"));
    assert_eq!(send(&mut reader, "/admin/outbox", &[("do", "test"), ("address", "grace@example.com")]).await.status, 403);
    assert_eq!(reader.get("/admin/settings").await.status, 403);
    assert_eq!(send(&mut reader, "/admin/outbox", &[("do", "retry-all")]).await.status, 403);
}
}
