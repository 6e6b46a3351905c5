//! Keys of programs: shown once, bounded in what, when and where, worth nothing once they are gone.

use serde_json::json;

use super::*;
use crate::harness::app::Options;

on_every_engine! {
    async fn a_key_is_shown_once_and_says_what_it_was_used_for(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        let created = root.post("/api-keys", json!({ "name": " CI ", "permissions": ["api_keys:read"] })).await;
        assert_eq!(created.status, 201);
        let created = created.ok();
        let secret = created["key"].as_str().unwrap();
        assert!(secret.starts_with("pgk_") && secret.len() >= 47, "256 bits");
        assert_eq!(created["api_key"]["name"], "CI");
        let path = format!("/api-keys/{}", created["api_key"]["id"].as_str().unwrap());
        let unused = root.get(&path).await.ok();
        assert!(unused.get("last_used_at").is_none());
        assert!(!unused.to_string().contains(secret), "AD-06: no answer shows it again");
        app.advance(5);
        let ci = Program::with(&app, secret);
        assert_eq!(ci.get(&path).await.ok()["last_used_address"], "127.0.0.1");
        let used = root.get(&path).await.ok();
        assert_eq!(used["last_used_at"], "2026-11-25T12:00:05Z");
        assert!(!root.get("/api-keys").await.ok().to_string().contains(secret));
        let stored = app.state.db.read((), |tx, ()| Box::pin(passgate::store::api_keys::count(tx))).await;
        assert_eq!(stored.unwrap(), 2);
    }

    async fn a_key_ends_when_it_is_removed_and_when_its_time_is_over(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        let body = json!({ "name": "short", "permissions": ["*:read"], "expires_at": "2026-11-25T13:00:00Z" });
        let short = root.post("/api-keys", body).await.ok();
        let short = Program::with(&app, short["key"].as_str().unwrap());
        assert_eq!(short.get("/api-keys").await.status, 200);
        app.advance(3600);
        assert_eq!(short.get("/api-keys").await.code(), "unauthenticated");

        let other = root.post("/api-keys", json!({ "name": "other", "permissions": ["*"] })).await.ok();
        let path = format!("/api-keys/{}", other["api_key"]["id"].as_str().unwrap());
        let other = Program::with(&app, other["key"].as_str().unwrap());
        assert_eq!(other.delete(&path).await.status, 204);
        assert_eq!(other.get("/api-keys").await.code(), "unauthenticated");
        assert_eq!(root.get(&path).await.code(), "not_found");
        assert_eq!(root.delete(&path).await.code(), "not_found");
    }

    async fn a_key_works_from_its_addresses_only(database) {
        let app = Options::new(Some(&database.url)).with("PASSGATE_TRUSTED_PROXIES", "127.0.0.1").spawn();
        let root = Program::new(&app, &["*"]).await;
        let body = json!({ "name": "office", "permissions": ["*"], "addresses": ["203.0.113.0/24", "2001:db8::/32"] });
        let key = root.post("/api-keys", body).await.ok();
        for (address, status) in [("203.0.113.7", 200), ("2001:db8::9", 200), ("203.0.114.7", 401), ("127.0.0.1", 401)] {
            let program = Program::with(&app, key["key"].as_str().unwrap()).header("x-forwarded-for", address);
            assert_eq!(program.get("/api-keys").await.status, status, "{address}");
        }
    }

    async fn ad_05_nobody_makes_a_key_that_may_do_more_than_they(database) {
        let app = TestApp::on(&database.url);
        let maker = Program::new(&app, &["api_keys:*", "users:read"]).await;
        let more = maker.post("/api-keys", json!({ "name": "more", "permissions": ["users:write"] })).await;
        assert_eq!((more.status.as_u16(), more.code()), (403, "exceeds_authority"));
        let all = maker.post("/api-keys", json!({ "name": "all", "permissions": ["*"] })).await;
        assert_eq!(all.code(), "exceeds_authority");
        let same = maker.post("/api-keys", json!({ "name": "same", "permissions": ["users:read", "api_keys:*"] })).await;
        assert_eq!(same.status, 201);
    }

    async fn ad_04_what_a_key_is_not_made_of_is_refused(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        for (body, code, pointer) in [
            (json!({ "permissions": ["*"] }), "invalid_request", ""),
            (json!({ "name": "x", "permissions": ["*"], "user_id": "00000000-0000-0000-0000-000000000000" }), "invalid_request", "/user_id"),
            (json!({ "name": "", "permissions": ["*"] }), "invalid_value", "/name"),
            (json!({ "name": "a\nb", "permissions": ["*"] }), "invalid_value", "/name"),
            (json!({ "name": "x".repeat(101), "permissions": ["*"] }), "invalid_value", "/name"),
            (json!({ "name": "x", "permissions": [] }), "invalid_value", "/permissions"),
            (json!({ "name": "x", "permissions": ["users:fly"] }), "invalid_value", "/permissions"),
            (json!({ "name": "x", "permissions": "*" }), "invalid_request", "/permissions"),
            (json!({ "name": "x", "permissions": ["*"], "addresses": ["example.com"] }), "invalid_value", "/addresses"),
            (json!({ "name": "x", "permissions": ["*"], "expires_at": "2026-11-25T12:00:00Z" }), "invalid_value", "/expires_at"),
            (json!({ "name": "x", "permissions": ["*"], "expires_at": "+262000-01-01T00:00:00Z" }), "invalid_value", "/expires_at"),
            (json!({ "name": "x", "permissions": ["*"], "expires_at": "soon" }), "invalid_request", "/expires_at"),
            (json!({ "name": "x\u{0}", "permissions": ["*"] }), "invalid_request", ""),
        ] {
            let refused = root.post("/api-keys", body.clone()).await;
            assert_eq!(refused.code(), code, "{body} {refused:?}");
            let named = refused.json["errors"][0]["pointer"].as_str().unwrap_or_default();
            assert_eq!(named, pointer, "{body} {refused:?}");
        }
        assert_eq!(root.get("/api-keys").await.ok()["items"].as_array().unwrap().len(), 1);
    }

    async fn a_list_comes_in_pages_that_nothing_moves(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        for at in 0..5 {
            app.advance(1);
            root.post("/api-keys", json!({ "name": format!("key {at}"), "permissions": ["*"] })).await.ok();
        }
        let (mut names, mut path) = (Vec::new(), "/api-keys?limit=2".to_owned());
        loop {
            let page = root.get(&path).await.ok();
            names.extend(page["items"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().to_owned()));
            // Something new comes in between.
            app.advance(1);
            root.post("/api-keys", json!({ "name": "between", "permissions": ["*"] })).await.ok();
            match page["next"].as_str() {
                Some(next) => path = format!("/api-keys?limit=2&after={next}"),
                None => break,
            }
        }
        assert_eq!(names, ["key 4", "key 3", "key 2", "key 1", "key 0", "test"]);
        for wrong in ["limit=0", "limit=201", "after=x", "limit=two", "unknown=1", "limit=1&limit=2"] {
            let refused = root.get(&format!("/api-keys?{wrong}")).await;
            assert!(matches!(refused.code(), "invalid_value" | "invalid_request"), "{wrong}");
        }
        assert_eq!(root.get("/api-keys?limit=&after=").await.status, 200, "what is empty counts as absent");
    }
}
