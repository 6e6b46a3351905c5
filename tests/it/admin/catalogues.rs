//! Roles, plans, services and metadata by REST.

use serde_json::json;

use super::*;

on_every_engine! {
    async fn a_role_gives_what_it_says_and_no_more(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        let made = root.post("/roles", json!({ "name": "support", "description": "Helps", "permissions": ["passgate:users:read", "posts:write"] })).await;
        assert_eq!(made.status, 201);
        assert_eq!(root.post("/roles", json!({ "name": "support" })).await.code(), "already_exists");
        app.user("ada@example.com").await;
        root.patch("/users/ada@example.com", json!({ "role": "support" })).await.ok();
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let ada = Program::with(&app, "").header("cookie", &cookies.join("; ")).header("sec-fetch-site", "same-origin");
        assert_eq!(ada.get("/users").await.status, 200);
        assert_eq!(ada.get("/clients").await.code(), "insufficient_permission");
        assert_eq!(ada.patch("/users/ada@example.com", json!({ "role": "admin" })).await.code(), "insufficient_permission");
        assert_eq!(root.delete("/roles/support").await.code(), "in_use");
        root.patch("/roles/support", json!({ "permissions": [] })).await.ok();
        assert_eq!(ada.get("/users").await.code(), "insufficient_permission", "AD-14: at once");
        for (path, code) in [("/roles/admin", "built_in"), ("/roles/user", "in_use"), ("/roles/nobody", "not_found")] {
            assert_eq!(root.delete(path).await.code(), code, "{path}");
        }
        let limited = Program::new(&app, &["roles:*"]).await;
        let raised = limited.post("/roles", json!({ "name": "boss", "permissions": ["passgate:*"] })).await;
        assert_eq!(raised.code(), "exceeds_authority");
        assert_eq!(limited.post("/roles", json!({ "name": "author", "permissions": ["posts:write"] })).await.status, 201);
    }

    async fn a_plan_is_made_given_and_kept_while_it_is_used(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        root.post("/plans", json!({ "name": "pro", "features": ["export"] })).await.ok();
        assert_eq!(root.patch("/users/ada@example.com", json!({ "plan": "gold" })).await.code(), "invalid_value");
        root.patch("/users/ada@example.com", json!({ "plan": "pro" })).await.ok();
        assert_eq!(root.delete("/plans/pro").await.code(), "in_use");
        let both = root.patch("/users/ada@example.com", json!({ "role": "admin", "plan": "gold" })).await;
        assert_eq!(both.code(), "invalid_value");
        let shown = root.get("/users/ada@example.com").await.ok();
        assert_eq!((&shown["role"], &shown["plan"]), (&json!("user"), &json!("pro")), "all of a change or nothing");
        let revision = root.get("/plans/pro").await.headers["etag"].to_str().unwrap().to_owned();
        root.patch("/plans/pro", json!({ "description": "Paid" })).await.ok();
        let late = Program::with(&app, &root.key).header("if-match", &revision);
        assert_eq!(late.patch("/plans/pro", json!({ "description": "x" })).await.code(), "revision_mismatch");
    }

    async fn a_service_tells_people_what_its_scopes_mean(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        let body = json!({
            "identifier": "https://api.example.com", "name": "Orders",
            "scopes": [{ "name": "orders.read", "description": "See what you have ordered" }],
        });
        assert_eq!(root.post("/apis", body.clone()).await.status, 201);
        assert_eq!(root.post("/apis", body).await.code(), "already_exists");
        let other = json!({ "identifier": "other", "name": "Other", "scopes": [{ "name": "orders.read" }] });
        assert_eq!(root.post("/apis", other).await.code(), "already_exists", "a scope belongs to one service");
        for scope in ["openid", "passgate:users:read", "a b", "", "\u{e4}"] {
            let wrong = json!({ "identifier": "w", "name": "W", "scopes": [{ "name": scope }] });
            assert_eq!(root.post("/apis", wrong).await.code(), "invalid_value", "{scope}");
        }
        app.client(json!({
            "client_id": "shop", "client_name": "Shop", "redirect_uris": ["https://app.example/cb"], "scope": "openid orders.read",
            "grant_types": ["authorization_code"], "token_endpoint_auth_method": "none",
        })).await;
        app.user("ada@example.com").await;
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        let shop = crate::harness::relying_party::RelyingParty::new(&app, "shop", None);
        let page = browser.get(&shop.request("openid orders.read", &[])).await;
        assert!(page.body.contains("See what you have ordered"), "{}", page.body);
        let path = "/apis/https%3A%2F%2Fapi.example.com";
        let changed = root.patch(path, json!({ "scopes": [] })).await.ok();
        assert_eq!(changed["revision"], 2);
        assert_eq!(root.delete(path).await.status, 204);
        assert_eq!(root.get(path).await.code(), "not_found");
    }

    async fn metadata_is_merged_member_by_member(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        let path = "/users/ada@example.com/metadata";
        root.patch(path, json!({ "public": { "team": "red", "seat": 4 }, "private": { "note": "x" } })).await.ok();
        let etag = root.get(path).await.headers["etag"].to_str().unwrap().to_owned();
        let merged = root.patch(path, json!({ "public": { "seat": null }, "unsafe": { "theme": "dark" } })).await.ok();
        assert_eq!(merged, json!({ "public": { "team": "red" }, "private": { "note": "x" }, "unsafe": { "theme": "dark" } }));
        let late = Program::with(&app, &root.key).header("if-match", &etag);
        assert_eq!(late.patch(path, json!({ "public": {} })).await.code(), "revision_mismatch");
        let replaced = root.patch(path, json!({ "public": { "a": 1 }, "replace": true })).await.ok();
        assert_eq!(replaced["public"], json!({ "a": 1 }));
        let large = "x".repeat(9000);
        assert_eq!(root.patch(path, json!({ "private": { "large": large } })).await.code(), "invalid_value");
    }
}
