//! What holds for every call: who calls, in which form, once.

use serde_json::json;

use super::*;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty};

on_every_engine! {
    async fn access_tokens_with_administrative_scopes_administer(database) {
        let app = TestApp::on(&database.url);
        let secret = app.client(json!({
            "client_id": "robot", "client_name": "Robot", "grant_types": ["client_credentials"],
            "scope": "passgate:api_keys:read api.read",
        })).await.unwrap();
        let token = async |scope: &str| {
            let answer = app.http.post(app.url("/oauth2/token")).basic_auth("robot", Some(&secret))
                .form(&[("grant_type", "client_credentials"), ("scope", scope)]).send().await.unwrap();
            answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned()
        };
        let able = Program::with(&app, &token("passgate:api_keys:read").await);
        assert_eq!(able.get("/api-keys").await.status, 200);
        assert_eq!(able.post("/api-keys", json!({ "name": "x", "permissions": ["*"] })).await.code(), "insufficient_permission");
        let unable = Program::with(&app, &token("api.read").await);
        let refused = unable.get("/api-keys").await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "insufficient_permission"));
        assert!(refused.headers["www-authenticate"].to_str().unwrap().contains("insufficient_scope"));
        app.http.post(app.url("/oauth2/revoke")).basic_auth("robot", Some(&secret))
            .form(&[("token", &able.key)]).send().await.unwrap();
        assert_eq!(able.get("/api-keys").await.code(), "unauthenticated", "revocation is final at once");
    }

    async fn a_token_for_another_service_is_none_for_this_one(database) {
        let app = TestApp::on(&database.url);
        let secret = app.client(json!({
            "client_id": "robot", "client_name": "Robot", "grant_types": ["client_credentials"],
            "scope": "passgate:api_keys:read", "audience": ["https://api.example"],
        })).await.unwrap();
        let answer = app.http.post(app.url("/oauth2/token")).basic_auth("robot", Some(&secret))
            .form(&[("grant_type", "client_credentials")]).send().await.unwrap();
        let token = answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(Program::with(&app, &token).get("/api-keys").await.code(), "unauthenticated");
    }

    async fn ad_04_a_person_may_no_more_than_their_role_whatever_the_scope_says(database) {
        let app = TestApp::on(&database.url);
        app.client(json!({
            "client_id": "web", "client_name": "Web", "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code"], "scope": "openid passgate:api_keys:read", "consent": "skip",
        })).await;
        app.user("ada@example.com").await;
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        let web = RelyingParty::new(&app, "web", None);
        let code = web.code(&mut browser, "openid passgate:api_keys:read").await;
        let tokens = web.exchange(&code).await;
        let person = Program::with(&app, tokens.text("access_token"));
        assert_eq!(person.get("/api-keys").await.code(), "insufficient_permission");
        super::users::promote(&app, "ada@example.com").await;
        assert_eq!(person.get("/api-keys").await.status, 200, "the role counts as it is now");
        let more = person.post("/api-keys", json!({ "name": "x", "permissions": ["*"] })).await;
        assert_eq!(more.code(), "insufficient_permission", "and the scope bounds it");
    }

    async fn whoever_shows_nothing_or_nonsense_is_nobody(database) {
        let app = TestApp::on(&database.url);
        for key in ["", "pgk_", "pgk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "a.b.c", "pgk_\u{e4}"] {
            let refused = Program::with(&app, key).get("/api-keys").await;
            assert_eq!((refused.status.as_u16(), refused.code()), (401, "unauthenticated"), "{key}");
            assert!(refused.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer "));
        }
        let basic = Program::with(&app, "").header("authorization", "Basic YTpi").get("/api-keys").await;
        assert_eq!(basic.code(), "unauthenticated");
    }

    async fn an_idempotency_key_makes_a_call_once(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await.header("idempotency-key", "call 1");
        let body = json!({ "name": "once", "permissions": ["*"] });
        let first = root.post("/api-keys", body.clone()).await;
        let again = root.post("/api-keys", body.clone()).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
        assert_eq!(first.json, again.json, "the secret too");
        assert!(first.headers.get("idempotent-replayed").is_none());
        assert_eq!(again.headers["idempotent-replayed"], "true");
        let other = root.post("/api-keys", json!({ "name": "other", "permissions": ["*"] })).await;
        assert_eq!((other.status.as_u16(), other.code()), (422, "idempotency_key_reused"));
        let names = root.get("/api-keys").await.ok();
        assert_eq!(names["items"].as_array().unwrap().len(), 2, "{names}");

        let mended = Program::with(&app, &root.key).header("idempotency-key", "call 2");
        assert_eq!(mended.post("/api-keys", json!({ "name": "", "permissions": ["*"] })).await.code(), "invalid_value");
        assert_eq!(mended.post("/api-keys", json!({ "name": "mended", "permissions": ["*"] })).await.status, 201);

        let another = Program::new(&app, &["*"]).await.header("idempotency-key", "call 1");
        assert_eq!(another.post("/api-keys", body.clone()).await.status, 201, "a name is its caller's own");
        app.advance(86_400);
        assert_eq!(root.post("/api-keys", body).await.status, 201, "and ends after a day");
        let bad = Program::with(&app, &root.key).header("idempotency-key", &"x".repeat(256));
        assert_eq!(bad.post("/api-keys", json!({ "name": "x", "permissions": ["*"] })).await.code(), "invalid_request");
    }

    async fn of_calls_with_one_idempotency_key_at_once_one_is_done(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await.header("idempotency-key", "race");
        let body = json!({ "name": "once", "permissions": ["*"] });
        let calls = (0..8).map(|_| root.post("/api-keys", body.clone()));
        let answers = futures_util::future::join_all(calls).await;
        for answer in &answers {
            let unresolved = answer.status == 409 && answer.code() == "idempotency_unresolved";
            assert!(answer.status == 201 || unresolved, "{answer:?}");
        }
        assert!(answers.iter().any(|answer| answer.status == 201));
        assert_eq!(root.get("/api-keys").await.ok()["items"].as_array().unwrap().len(), 2);
    }

    async fn wrong_forms_are_refused_in_the_same_form(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        let send = async |kind: &str, body: String| {
            let sent = app.http.post(app.url("/api/v1/api-keys")).bearer_auth(&root.key).header("content-type", kind).body(body);
            let response = sent.send().await.unwrap();
            (response.status().as_u16(), response.json::<Value>().await.unwrap()["code"].as_str().unwrap().to_owned())
        };
        let json = "application/json";
        assert_eq!(send("text/plain", "{}".into()).await, (415, "unsupported_media_type".into()));
        assert_eq!(send("application/x-www-form-urlencoded", "name=x".into()).await.0, 415);
        for body in ["{", "[]", "null", "1", "{\"name\":\"a\",\"name\":\"b\"}x"] {
            assert_eq!(send(json, body.into()).await, (400, "invalid_request".into()), "{body}");
        }
        assert_eq!(send(json, format!("\"{}\"", "x".repeat(70_000))).await, (413, "too_large".into()));
        assert_eq!(root.send(Method::PUT, "/api-keys", Some(json!({}))).await.code(), "method_not_allowed");
        assert_eq!(root.get("/nowhere").await.code(), "not_found");
        assert_eq!(root.get("/api-keys/no-uuid").await.code(), "invalid_request");
        assert_eq!(root.post("/api-keys?x=1", json!({ "name": "x", "permissions": ["*"] })).await.code(), "invalid_request");
    }

    async fn the_session_of_the_console_is_taken_from_our_own_pages_only(database) {
        let app = TestApp::on(&database.url);
        app.user("root@example.com").await;
        super::users::promote(&app, "root@example.com").await;
        let mut browser = app.browser();
        browser.sign_in("root@example.com").await;
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let page = |site: Option<&str>| {
            let program = Program::with(&app, "").header("cookie", &cookies.join("; "));
            match site {
                Some(site) => program.header("sec-fetch-site", site),
                None => program,
            }
        };
        assert_eq!(page(Some("same-origin")).get("/api-keys").await.status, 200);
        for site in [None, Some("cross-site"), Some("same-site"), Some("none")] {
            assert_eq!(page(site).get("/api-keys").await.code(), "unauthenticated", "{site:?}");
        }
        let foreign = page(Some("same-origin")).header("origin", "https://evil.example");
        assert_eq!(foreign.get("/api-keys").await.code(), "unauthenticated");
        let body = json!({ "name": "x", "permissions": ["*"] });
        assert_eq!(page(Some("same-origin")).post("/api-keys", body.clone()).await.status, 201);
        app.advance(601);
        assert_eq!(page(Some("same-origin")).get("/api-keys").await.status, 200);
        assert_eq!(page(Some("same-origin")).post("/api-keys", body).await.code(), "fresh_sign_in_required", "AD-09");
    }
}
