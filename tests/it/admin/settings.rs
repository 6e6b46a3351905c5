//! Settings that change while Passgate runs: by REST, on every node, without ever opening what must stay shut.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::harness::app::Options;

fn setting<'a>(list: &'a Value, key: &str) -> &'a Value {
    let all = list["items"].as_array().unwrap();
    all.iter().find(|setting| setting["key"] == key).unwrap()
}

fn change(key: &str, value: impl Into<Value>) -> Value {
    json!({ "values": { key: value.into() } })
}

async fn sign_up_is_open(app: &TestApp) -> bool {
    app.browser()
        .get("/sign-up")
        .await
        .forms()
        .iter()
        .any(|form| form.action == "/sign-up")
}

/// Waits until another node has seen a change.
async fn followed(mut seen: impl AsyncFnMut() -> bool) {
    for _ in 0..200 {
        if seen().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the other node never followed");
}

on_every_engine! {
    async fn a_change_holds_at_once_on_every_node_and_after_a_start(database) {
        let options = Options::new(Some(&database.url));
        let app = options.spawn();
        let other = options.another_node(&app).spawn();
        let root = Program::new(&app, &["*"]).await;
        assert!(sign_up_is_open(&app).await && sign_up_is_open(&other).await);
        let list = root.patch("/settings", change("accounts.sign_up", "closed")).await.ok();
        let told = setting(&list, "accounts.sign_up");
        assert_eq!((&told["value"], &told["source"], &told["default"]), (&json!("closed"), &json!("database"), &json!("open")));
        assert!(!sign_up_is_open(&app).await, "the node that was asked");
        followed(async || !sign_up_is_open(&other).await).await;
        let third = options.another_node(&app).spawn();
        assert!(!sign_up_is_open(&third).await, "a node that starts later");
        let list = root.patch("/settings", change("accounts.sign_up", Value::Null)).await.ok();
        assert_eq!(setting(&list, "accounts.sign_up")["source"], "default");
        assert!(sign_up_is_open(&app).await);
        followed(async || sign_up_is_open(&other).await).await;
    }

    async fn a_setting_of_each_room_takes_effect(database) {
        let app = Options::new(Some(&database.url)).with("PASSGATE_LIMITS__ENABLED", "true").spawn();
        let secret = app.web_client().await;
        let root = Program::new(&app, &["*"]).await;
        root.patch("/settings", json!({ "values": {
            "tokens.access_token_seconds": 77, "branding.name": "Acme", "branding.accent": "#a61e4d", "passwords.min_length": 20,
            "limits.proof_of_work": "always", "accounts.name": "off",
        } })).await.ok();
        let token = app.http.post(app.url("/oauth2/token")).basic_auth("web", Some(&secret)).form(&[("grant_type", "client_credentials")]);
        let token: Value = token.send().await.unwrap().json().await.unwrap();
        assert_eq!(token["expires_in"], 77);
        let page = app.browser().get("/sign-up").await;
        assert!(page.body.contains("Acme") && !page.body.contains("name=\"name\""), "{}", page.body);
        assert!(page.body.contains("name=\"pow\""), "the work is asked for: {}", page.body);
        assert!(page.body.contains("20"), "the shortest password: {}", page.body);
        let css = app.http.get(app.url("/brand/theme.css")).send().await.unwrap().text().await.unwrap();
        assert!(css.contains("#a61e4d"), "{css}");
    }

    async fn all_of_a_change_or_nothing_and_only_what_may_change(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        let pinned = root.patch("/settings", change("limits.enabled", true)).await;
        assert_eq!(pinned.code(), "invalid_value", "the environment decides it");
        for (values, pointer, word) in [
            (json!({ "accounts.sign_up": "closed", "accounts.sign_op": "x" }), "/values/accounts.sign_op", "no such setting"),
            (json!({ "mail.smtp_password": "secret" }), "/values/mail.smtp_password", "next start"),
            (json!({ "database.url": "sqlite:///tmp/x" }), "/values/database.url", "next start"),
            (json!({ "passwords.memory_kib": 8 }), "/values/passwords.memory_kib", "next start"),
            (json!({ "tokens.code_seconds": "many" }), "/values/tokens.code_seconds", "a whole number"),
            (json!({ "tokens.code_seconds": 100_000 }), "/values/tokens.code_seconds", "10 to 600"),
            (json!({ "tokens.code_seconds": 1.5 }), "/values/tokens.code_seconds", "a whole number"),
            (json!({ "sign_in.methods": [] }), "/values/sign_in.methods", "password or email"),
            (json!({ "sign_in.methods": { "a": 1 } }), "/values/sign_in.methods", "a list"),
            (json!({ "accounts.sign_up": "sometimes" }), "/values/accounts.sign_up", "unknown variant"),
            (json!({ "accounts.sign_up": "allow_list" }), "/values/accounts.sign_up", "allowed_domains"),
            (json!({ "accounts.default_role": "nobody" }), "/values/accounts.default_role", "there is no role"),
            (json!({ "accounts.default_role": "admin" }), "/values/accounts.default_role", "admin"),
            (json!({ "accounts.default_plan": "gold" }), "/values/accounts.default_plan", "there is no plan"),
        ] {
            let refused = root.patch("/settings", json!({ "values": values.clone() })).await;
            assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid_value"), "{values}");
            let first = &refused.json["errors"][0];
            assert_eq!(first["pointer"], pointer, "{refused:?}");
            assert!(first["detail"].as_str().unwrap().contains(word), "{refused:?}");
        }
        let list = root.get("/settings").await.ok();
        let changed: Vec<_> = list["items"].as_array().unwrap().iter().filter(|setting| setting["source"] == "database").collect();
        assert!(changed.is_empty(), "{changed:?}");
        assert!(setting(&list, "limits.enabled")["changeable"] == false && setting(&list, "accounts.sign_up")["changeable"] == true);
        let both = json!({ "accounts.sign_up": "allow_list", "accounts.allowed_domains": ["acme.example"] });
        root.patch("/settings", json!({ "values": both })).await.ok();
        let reader = Program::new(&app, &["settings:read"]).await;
        assert_eq!(reader.get("/settings").await.status, 200);
        assert_eq!(reader.patch("/settings", change("accounts.sign_up", "open")).await.code(), "insufficient_permission");
    }

    async fn ad_12_of_two_who_change_the_same_page_one_is_told(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        let revision = root.get("/settings").await.headers["etag"].to_str().unwrap().to_owned();
        root.patch("/settings", change("tokens.code_seconds", 61)).await.ok();
        let late = Program::with(&app, &root.key).header("if-match", &revision);
        assert_eq!(late.patch("/settings", change("tokens.code_seconds", 62)).await.code(), "revision_mismatch");
        let fresh = root.get("/settings").await.headers["etag"].to_str().unwrap().to_owned();
        let again = Program::with(&app, &root.key).header("if-match", &fresh);
        again.patch("/settings", change("tokens.code_seconds", 62)).await.ok();
        // Many at once lose nothing of each other.
        let keys = ["tokens.refresh_idle_days", "tokens.id_token_seconds", "sessions.idle_minutes", "accounts.deletion_grace_days"];
        futures_util::future::join_all(keys.map(|key| root.patch("/settings", change(key, 31)))).await;
        let list = root.get("/settings").await.ok();
        for key in keys {
            assert_eq!(setting(&list, key)["value"], 31, "{key}");
        }
    }

    async fn what_new_accounts_get_stays_in_the_catalogue_and_administers_nothing(database) {
        let options = Options::new(Some(&database.url));
        let app = options.spawn();
        let other = options.another_node(&app).spawn();
        let (root, elsewhere) = (Program::new(&app, &["*"]).await, Program::new(&other, &["*"]).await);
        root.post("/roles", json!({ "name": "guest" })).await.ok();
        root.post("/plans", json!({ "name": "trial" })).await.ok();
        root.post("/roles", json!({ "name": "boss", "permissions": ["passgate:users:read"] })).await.ok();
        assert_eq!(root.patch("/settings", change("accounts.default_role", "boss")).await.code(), "invalid_value");
        let both = json!({ "accounts.default_role": "guest", "accounts.default_plan": "trial" });
        root.patch("/settings", json!({ "values": both })).await.ok();
        // Before the other node has looked.
        assert_eq!(elsewhere.delete("/roles/guest").await.code(), "in_use");
        assert_eq!(elsewhere.delete("/plans/trial").await.code(), "in_use");
        let raised = elsewhere.patch("/roles/guest", json!({ "permissions": ["passgate:*"] })).await;
        assert_eq!(raised.code(), "invalid_value");
        let made = root.post("/users", json!({ "email": "ada@example.com" })).await.ok();
        assert_eq!((&made["role"], &made["plan"]), (&json!("guest"), &json!("trial")));
        root.delete("/roles/user").await.ok();
    }

    async fn the_trail_says_what_was_and_what_is(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        root.patch("/settings", change("accounts.sign_up", "closed")).await.ok();
        root.patch("/settings", change("accounts.sign_up", "closed")).await.ok();
        let events = root.get("/audit/events?kind=settings_changed").await.ok();
        let events = events["items"].as_array().unwrap();
        assert_eq!(events.len(), 1, "what changes nothing is no event: {events:?}");
        assert_eq!(events[0]["details"], json!({ "before": { "accounts.sign_up": "open" }, "after": { "accounts.sign_up": "closed" } }));
        assert!(events[0]["actor"].as_str().unwrap().starts_with("api_key:"), "{events:?}");
    }

    async fn the_file_and_the_environment_win_over_a_change_that_was_made_before(database) {
        let options = Options::new(Some(&database.url));
        let app = options.spawn();
        let root = Program::new(&app, &["*"]).await;
        root.patch("/settings", change("tokens.access_token_seconds", 90)).await.ok();
        let fixed = options.another_node(&app).with("PASSGATE_TOKENS__ACCESS_TOKEN_SECONDS", "120").spawn();
        let root = Program::new(&fixed, &["*"]).await;
        let told = root.get("/settings").await.ok();
        let told = setting(&told, "tokens.access_token_seconds").clone();
        assert_eq!((&told["value"], &told["source"]), (&json!(120), &json!("environment")));
        let refused = root.patch("/settings", change("tokens.access_token_seconds", 60)).await;
        assert!(refused.json["detail"].as_str().unwrap().contains("PASSGATE_TOKENS__ACCESS_TOKEN_SECONDS"), "{refused:?}");
    }
}
