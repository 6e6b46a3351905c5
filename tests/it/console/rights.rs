//! Rights: what is not held is not shown, and refused all the same when it is sent.

use super::*;

/// What changes something: the page, what is sent to it, and the right that it needs.
type Change = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const CHANGES: [Change; 16] = [
    ("", &[("role", "user"), ("name", "Somebody Else")], "users:write"),
    (
        "/addresses",
        &[("do", "add"), ("email", "more@example.com")],
        "users:write",
    ),
    ("/addresses", &[("do", "primary"), ("email", GRACE)], "users:write"),
    (
        "/addresses",
        &[("do", "remove"), ("email", "more@example.com")],
        "users:write",
    ),
    (
        "/security",
        &[("do", "password"), ("password", "eleven umbrellas in the rain")],
        "users:write",
    ),
    ("/security", &[("do", "require-change")], "users:write"),
    ("/security", &[("do", "recovery-link")], "users:write"),
    (
        "/security",
        &[("do", "remove-factor"), ("factor", "totp"), ("id", "x")],
        "users:write",
    ),
    ("/sessions", &[("do", "end-all")], "sessions:delete"),
    (
        "/sessions",
        &[("do", "end"), ("session", "00000000-0000-4000-8000-000000000000")],
        "sessions:delete",
    ),
    ("/grants", &[("do", "revoke"), ("client", "web")], "grants:delete"),
    ("/metadata", &[("public", "{\"a\": 1}")], "users:write"),
    ("/danger", &[("do", "disable")], "users:write"),
    ("/danger", &[("do", "enable")], "users:write"),
    ("/delete", &[("typed", GRACE)], "users:delete"),
    ("/delete", &[("typed", GRACE), ("do", "delete")], "users:delete"),
];

on_every_engine! {
async fn ad_02_whoever_may_only_look_finds_no_button_and_is_refused_at_every_one(database) {
    let app = TestApp::on(&database.url);
    let grace = account(&app, GRACE, "user").await;
    let mut grace_at_home = signed_in(&app, GRACE).await;
    let mut support = holder(&app, "support", &["users:read", "sessions:read", "grants:read"]).await;
    let person = format!("/admin/users/{grace}");
    for (below, _, _) in CHANGES.iter().filter(|(below, ..)| *below != "/delete" && *below != "/danger") {
        let page = support.get(&format!("{person}{below}")).await;
        assert_eq!(page.status, 200, "{below}");
        let acts = page.forms().into_iter().filter(|form| form.action.starts_with("/admin")).count();
        assert_eq!(acts, 0, "{below}: {}", page.body);
        assert!(!page.has("a[href*='/danger'], a[href*='/history'], a[href='/admin/new/user']"), "{below}");
    }
    assert!(!support.get("/admin/users").await.has("a[href='/admin/new/user']"));
    for page in ["/admin/new/user", "/admin/invitations", &format!("{person}/history"), &format!("{person}/delete")] {
        assert_eq!(support.get(page).await.status, 403, "{page}");
    }
    for (below, fields, needs) in CHANGES {
        let page = send(&mut support, &format!("{person}{below}"), fields).await;
        assert_eq!(page.status, 403, "{below} needs {needs}: {}", page.text());
    }
    for (path, fields) in [
        ("/admin/new/user", &[("email", "new@example.com")][..]),
        ("/admin/invitations", &[("do", "invite"), ("email", "new@example.com")]),
        ("/admin/invitations", &[("do", "revoke"), ("invitation", "new@example.com")]),
    ] {
        assert_eq!(send(&mut support, path, fields).await.status, 403, "{path}");
    }
    // Nothing has changed.
    let after = support.get(&person).await.text() + &support.get(&format!("{person}/addresses")).await.text();
    assert!(after.contains("Grace Hopper") && !after.contains("Somebody Else") && !after.contains("more@example.com"), "{after}");
    assert_eq!(grace_at_home.get("/account").await.url.path(), "/account");
    assert_eq!(users::list(&app.state, None, 10).await.unwrap().len(), 2);
}

async fn ad_02_each_right_opens_its_own_pages(database) {
    let app = TestApp::on(&database.url);
    let mut inviter = holder(&app, "inviter", &["invitations:read", "invitations:write"]).await;
    let home = inviter.get("/admin").await;
    assert!(home.has("nav a[href='/admin/invitations']") && !home.has("nav a[href='/admin/users']"), "{}", home.body);
    assert_eq!(inviter.get("/admin/users").await.status, 403);
    let page = inviter.get("/admin/invitations").await;
    let sent = form(&page, "invite").fill("email", "guest@example.com").fill("role", "user").fill("plan", "free_user");
    let page = inviter.submit(&sent).await;
    assert!(page.text().contains("guest@example.com"), "{}", page.text());
    // To take it back is another right.
    assert!(!page.has("button[value=revoke]"));
    let refused = send(&mut inviter, "/admin/invitations", &[("do", "revoke"), ("invitation", "guest@example.com")]).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
}

async fn ad_05_nobody_gives_a_role_that_may_more_than_they(database) {
    let app = TestApp::on(&database.url);
    let grace = account(&app, GRACE, "user").await;
    let root_id = account(&app, ROOT, "admin").await;
    let mut helper = holder(&app, "helper", &["users:*", "invitations:*", "roles:read", "plans:read"]).await;
    let person = helper.get(&format!("/admin/users/{grace}")).await;
    let page = helper.submit(&form(&person, "save").fill("role", "admin").fill("plan", "free_user")).await;
    assert_eq!(page.status, 403, "{}", page.text());
    assert!(page.text().contains("Nobody gives or takes rights that they do not hold"), "{}", page.text());
    let fields = [("email", "new@example.com"), ("role", "admin"), ("plan", "free_user")];
    assert_eq!(send(&mut helper, "/admin/new/user", &fields).await.status, 403);
    assert_eq!(send(&mut helper, "/admin/invitations", &[fields.as_slice(), &[("do", "invite")]].concat()).await.status, 403);
    // Nor takes somebody over who may more.
    let fields = [("do", "password"), ("password", "eleven umbrellas in the rain")];
    assert_eq!(send(&mut helper, &format!("/admin/users/{root_id}/security"), &fields).await.status, 403);
    signed_in(&app, ROOT).await;
}
}
