//! Applications by REST: registered, changed, their secrets exchanged without a gap.

use serde_json::json;

use super::*;
use crate::harness::relying_party::REDIRECT_URI;

/// What the token endpoint says to a client on its own.
async fn client_credentials(app: &TestApp, id: &str, secret: &str) -> u16 {
    let form = [("grant_type", "client_credentials")];
    let sent = app
        .http
        .post(app.url("/oauth2/token"))
        .basic_auth(id, Some(secret))
        .form(&form)
        .send();
    sent.await.unwrap().status().as_u16()
}

on_every_engine! {
    async fn an_import_is_whole_says_which_object_is_wrong_and_gives_nobody_more(database) {
        let app = TestApp::on(&database.url);
        let program = Program::new(&app, &["clients:*"]).await;
        let service = |id: &str, scope: &str| json!({ "client_id": id, "grant_types": ["client_credentials"], "scope": scope, "client_name": id });
        let good = service("one", "api.read");
        for (wrong, status, code, pointer) in [
            (service("robot", "passgate:users:write"), 403, "exceeds_authority", "/clients/1"),
            (json!({ "client_name": "Wrong", "redirect_uris": ["ftp://x"] }), 422, "invalid_value", "/clients/1/redirect_uris"),
            (json!({ "client_name": 5 }), 422, "invalid_value", "/clients/1"),
            (good.clone(), 409, "already_exists", "/clients/1"),
        ] {
            let refused = program.post("/client-imports", json!({ "clients": [good, wrong] })).await;
            assert_eq!((refused.status.as_u16(), refused.code()), (status, code), "{refused:?}");
            assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{refused:?}");
            assert!(refused.json["detail"].as_str().unwrap().starts_with("object 2: "), "{refused:?}");
            assert_eq!(program.get("/clients/one").await.status, 404, "all of them or none");
        }
        // A lost answer is given again, and nothing is registered twice.
        let keyed = Program::with(&app, &program.key).header("idempotency-key", "move");
        let body = json!({ "clients": [good, service("two", "api.read")] });
        let first = keyed.post("/client-imports", body.clone()).await;
        assert_eq!(first.status, 201);
        let again = keyed.post("/client-imports", body).await;
        assert_eq!((&again.headers["idempotent-replayed"], &again.json), (&"true".parse().unwrap(), &first.json));
        let made = &first.json["clients"][1];
        assert_eq!(made["client_id"], "two");
        assert_eq!(client_credentials(&app, "two", made["client_secret"].as_str().unwrap()).await, 200);
    }

    async fn an_application_is_registered_shown_changed_and_removed(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["clients:*"]).await;
        let created = root.post("/clients", json!({
            "client_name": "Shop", "redirect_uris": [REDIRECT_URI], "scope": "openid profile",
            "grant_types": ["authorization_code", "refresh_token"], "claim_mappings": [
                { "claim": "metadata.role", "from": "role", "tokens": ["access_token"] },
            ],
        })).await;
        assert_eq!(created.status, 201);
        let etag = created.headers["etag"].to_str().unwrap().to_owned();
        let created = created.ok();
        let (id, secret) = (created["client_id"].as_str().unwrap(), created["client_secret"].as_str().unwrap());
        let path = format!("/clients/{id}");
        let shown = root.get(&path).await;
        assert_eq!(shown.headers["etag"].to_str().unwrap(), etag);
        assert!(!shown.json.to_string().contains(secret), "AD-06");
        assert_eq!(shown.json["has_secret"], true);
        let changed = root.patch(&path, json!({ "client_name": "Shop 2", "client_uri": "https://shop.example" })).await.ok();
        assert_eq!((&changed["client_name"], &changed["scope"]), (&json!("Shop 2"), &json!("openid profile")), "the rest stays");
        assert_eq!(changed["claim_mappings"][0]["claim"], "metadata.role");
        let cleared = root.patch(&path, json!({ "client_uri": null })).await.ok();
        assert!(cleared.get("client_uri").is_none());
        let stale = Program::with(&app, &root.key).header("if-match", &etag);
        assert_eq!(stale.patch(&path, json!({ "client_name": "x" })).await.code(), "revision_mismatch");
        assert_eq!(root.get("/clients").await.ok()["items"].as_array().unwrap().iter().filter(|c| c["client_id"] == id).count(), 1);
        assert_eq!(root.delete(&path).await.status, 204);
        assert_eq!(root.get(&path).await.code(), "not_found");
    }

    async fn what_an_application_may_not_be_is_refused_at_its_member(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["clients:*"]).await;
        root.post("/clients", json!({ "client_id": "taken", "client_name": "T", "redirect_uris": [REDIRECT_URI] })).await.ok();
        for (body, code) in [
            (json!({ "client_name": "x" }), "invalid_value"),
            (json!({ "client_name": "x", "redirect_uris": ["javascript:alert(1)"] }), "invalid_value"),
            (json!({ "client_name": "x", "redirect_uris": ["https://app.example/*"], "grant_types": ["password"] }), "invalid_value"),
            (json!({ "client_name": "x", "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "magic" }), "invalid_value"),
            (json!({ "client_name": "x", "redirect_uris": [REDIRECT_URI], "claim_mappings": [{ "claim": "sub", "from": "role", "tokens": ["access_token"] }] }), "invalid_value"),
            (json!({ "client_name": "x", "redirect_uris": [REDIRECT_URI], "client_secret": "short" }), "invalid_value"),
            (json!({ "client_id": "taken", "client_name": "x", "redirect_uris": [REDIRECT_URI] }), "already_exists"),
            (json!({ "client_name": "x", "redirect_uris": [REDIRECT_URI], "trusted": true }), "invalid_request"),
            (json!({ "client_name": 1, "redirect_uris": [REDIRECT_URI] }), "invalid_request"),
        ] {
            assert_eq!(root.post("/clients", body.clone()).await.code(), code, "{body}");
        }
    }

    async fn ad_05_nobody_gives_an_application_scopes_that_they_do_not_hold(database) {
        let app = TestApp::on(&database.url);
        let maker = Program::new(&app, &["clients:*"]).await;
        let body = json!({ "client_name": "x", "grant_types": ["client_credentials"], "scope": "passgate:users:write" });
        assert_eq!(maker.post("/clients", body.clone()).await.code(), "exceeds_authority");
        let root = Program::new(&app, &["*"]).await;
        let made = root.post("/clients", body).await.ok();
        let path = format!("/clients/{}", made["client_id"].as_str().unwrap());
        for (method, path, body) in [
            (Method::POST, format!("{path}/secret"), Some(json!({}))),
            (Method::PATCH, path.clone(), Some(json!({ "client_name": "mine" }))),
            (Method::POST, format!("{path}/disable"), Some(json!({}))),
            (Method::DELETE, path.clone(), None),
        ] {
            assert_eq!(maker.send(method.clone(), &path, body).await.code(), "exceeds_authority", "{method} {path}");
        }
        let plain = maker.post("/clients", json!({ "client_name": "y", "grant_types": ["client_credentials"], "scope": "api.read" })).await.ok();
        let path = format!("/clients/{}", plain["client_id"].as_str().unwrap());
        assert_eq!(maker.patch(&path, json!({ "scope": "passgate:users:write" })).await.code(), "exceeds_authority");
    }

    async fn a_secret_is_exchanged_without_a_gap(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["clients:*"]).await;
        let body = json!({ "client_id": "robot", "client_name": "R", "grant_types": ["client_credentials"], "scope": "api.read" });
        let old = root.post("/clients", body).await.ok()["client_secret"].as_str().unwrap().to_owned();
        let rotated = root.post("/clients/robot/secret", json!({ "overlap_seconds": 600 })).await.ok();
        let new = rotated["client_secret"].as_str().unwrap().to_owned();
        assert_eq!(rotated["previous_secret_expires_at"], "2026-11-25T12:10:00Z");
        assert_eq!((client_credentials(&app, "robot", &old).await, client_credentials(&app, "robot", &new).await), (200, 200));
        app.advance(600);
        assert_eq!((client_credentials(&app, "robot", &old).await, client_credentials(&app, "robot", &new).await), (401, 200));

        let newer = root.post("/clients/robot/secret", json!({})).await.ok()["client_secret"].as_str().unwrap().to_owned();
        assert_eq!(client_credentials(&app, "robot", &new).await, 200, "a day unless told otherwise");
        assert_eq!(root.delete("/clients/robot/secret/previous").await.status, 204);
        assert_eq!((client_credentials(&app, "robot", &new).await, client_credentials(&app, "robot", &newer).await), (401, 200));
        let last = root.post("/clients/robot/secret", json!({ "overlap_seconds": 0 })).await.ok();
        assert!(last.get("previous_secret_expires_at").is_none());
        assert_eq!(client_credentials(&app, "robot", &newer).await, 401);
        assert_eq!(root.post("/clients/robot/secret", json!({ "overlap_seconds": 2_592_001 })).await.code(), "invalid_value");
        root.post("/clients", json!({ "client_id": "spa", "client_name": "S", "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none" })).await.ok();
        assert_eq!(root.post("/clients/spa/secret", json!({})).await.code(), "invalid_value", "a public client has none");
    }

    async fn an_application_that_is_switched_off_gets_nothing(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["clients:*"]).await;
        let body = json!({ "client_id": "robot", "client_name": "R", "grant_types": ["client_credentials"], "scope": "api.read" });
        let secret = root.post("/clients", body).await.ok()["client_secret"].as_str().unwrap().to_owned();
        assert_eq!(root.post("/clients/robot/disable", json!({})).await.ok()["disabled"], true);
        assert_eq!(client_credentials(&app, "robot", &secret).await, 401);
        root.post("/clients/robot/enable", json!({})).await.ok();
        assert_eq!(client_credentials(&app, "robot", &secret).await, 200);
    }

    async fn what_an_application_would_get_is_shown_before_it_is_saved(database) {
        let app = TestApp::on(&database.url);
        app.web_client().await;
        app.user("ada@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        root.patch("/users/ada@example.com/metadata", json!({ "public": { "team": "red" } })).await.ok();
        let shown = root.post("/clients/web/preview-claims", json!({
            "user_id": "ada@example.com", "scope": "openid", "claim_mappings": [
                { "claim": "metadata.plan", "from": "plan", "tokens": ["access_token", "id_token"] },
                { "claim": "team", "from": "metadata.public.team", "tokens": ["userinfo"] },
            ],
        })).await.ok();
        assert_eq!(shown["access_token"]["metadata"]["plan"], "free_user");
        assert_eq!(shown["userinfo"]["team"], "red");
        assert!(root.get("/clients/web").await.ok().get("claim_mappings").is_none_or(|saved| saved == &json!([])), "nothing is saved");
        let bad = json!({ "user_id": "ada@example.com", "claim_mappings": [{ "claim": "sub", "from": "role", "tokens": ["id_token"] }] });
        assert_eq!(root.post("/clients/web/preview-claims", bad).await.code(), "invalid_value");
    }
}
