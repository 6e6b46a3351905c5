//! The audit trail, requests of applications and settings by REST.

use passgate::flow::requests;
use passgate::store::outbox_texts;
use serde_json::json;

use super::*;

on_every_engine! {
    async fn texts_that_did_not_leave_are_listed_without_what_they_say(database) {
        let app = TestApp::on(&database.url);
        let (now, id) = (app.clock.now(), uuid::Uuid::from_u128(7));
        // In one unit, so that nobody sends it in between.
        let refused = database.db.write((), move |tx, ()| {
            Box::pin(async move {
                outbox_texts::insert(tx, id, "+442079460018", "Passgate: 493027", now).await?;
                outbox_texts::fail(tx, id, "21610: this number wants no texts", now).await
            })
        });
        refused.await.unwrap();
        let root = Program::new(&app, &["outbox:read"]).await;
        for path in ["/outbox/texts", "/outbox/texts?failed=true"] {
            let listed = root.get(path).await.ok();
            let text = &listed["items"][0];
            assert_eq!((&text["recipient"], &text["error"]), (&json!("+442079460018"), &json!("21610: this number wants no texts")));
            assert!(text["failed_at"].is_string() && text.get("next_try_at").is_none(), "{listed}");
            assert!(!listed.to_string().contains("493027"));
        }
    }

    async fn the_trail_is_listed_by_filters_page_by_page(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        for name in ["one", "two", "three"] {
            app.advance(1);
            root.post("/roles", json!({ "name": name, "permissions": ["a:b"] })).await.ok();
        }
        let first = root.get("/audit/events?kind=role_created&limit=2").await.ok();
        let targets = |page: &Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|event| event["target"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(targets(&first), ["three", "two"]);
        assert_eq!(first["items"][0]["actor_kind"], "api_key");
        assert_eq!(first["items"][0]["category"], "catalogue");
        let after = first["next"].as_str().unwrap();
        let second = root.get(&format!("/audit/events?kind=role_created&limit=2&after={after}")).await.ok();
        assert_eq!(targets(&second), ["one"]);
        assert!(second.get("next").is_none());
        assert_eq!(targets(&root.get("/audit/events?target=two").await.ok()), ["two"]);
        let later = "/audit/events?kind=role_created&from=2030-01-01T00:00:00Z";
        assert!(targets(&root.get(later).await.ok()).is_empty());
        for (wrong, member) in [("kind=x", "/kind"), ("category=x", "/category"), ("from=0001-01-01T00:00:00Z", "/from"), ("limit=0", "/limit"), ("after=x", "/after")] {
            let refused = root.get(&format!("/audit/events?{wrong}")).await;
            assert_eq!(refused.json["errors"][0]["pointer"], member, "{wrong}: {refused:?}");
        }
        let verified = root.get("/audit/verify").await.ok();
        assert_eq!(verified["verified"], true, "{verified}");
    }

    async fn why_a_request_failed_and_what_stands_in_the_way(database) {
        let app = TestApp::on(&database.url);
        app.web_client().await;
        let root = Program::new(&app, &["*"]).await;
        let clients = root.get("/clients").await.ok();
        let id = clients["items"][0]["client_id"].as_str().unwrap();
        let wrong = format!("/oauth2/authorize?client_id={id}&response_type=code&redirect_uri=https://evil.example/cb");
        app.http.get(app.url(&wrong)).send().await.unwrap();
        requests::flush(&app.state).await.unwrap();
        let found = root.get(&format!("/clients/{id}/requests?failed=true")).await.ok();
        let request = &found["items"][0];
        assert_eq!((&request["endpoint"], &request["failed"]), (&json!("authorize"), &json!(true)), "{found}");
        let failed = request["checks"].as_array().unwrap().iter().find(|check| check["passed"] == false).unwrap();
        assert_eq!(failed["check"], "redirect_uri");
        assert!(failed["suggestion"].as_str().unwrap().len() > 10);
        let checked = root.get(&format!("/clients/{id}/check")).await.ok();
        let finding = |subject: &str| {
            let all = checked["findings"].as_array().unwrap();
            all.iter().find(|finding| finding["subject"] == subject).unwrap_or_else(|| panic!("{subject}: {checked}"))["verdict"].clone()
        };
        assert_eq!((finding("enabled"), finding("credentials"), finding("requests")), (json!("good"), json!("good"), json!("bad")));
        root.post(&format!("/clients/{id}/disable"), json!({})).await.ok();
        let checked = root.get(&format!("/clients/{id}/check")).await.ok();
        assert_eq!(checked["findings"][0], json!({ "subject": "enabled", "verdict": "bad" }));
        for path in ["/clients/nobody/requests", "/clients/nobody/check"] {
            assert_eq!(root.get(path).await.code(), "not_found", "{path}");
        }
    }

    async fn settings_tell_where_they_come_from_and_no_secret(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["settings:read"]).await;
        let settings = root.get("/settings").await.ok();
        let find = |key: &str| settings["items"].as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap().clone();
        let url = find("public_url");
        assert_eq!((&url["value"], &url["source"], &url["place"]), (&json!(app.issuer), &json!("environment"), &json!("PASSGATE_PUBLIC_URL")));
        assert_eq!(find("tokens.code_seconds")["source"], "default");
        let secret = find("database.url");
        assert_eq!(secret.get("value").is_none(), secret["source"] == "environment", "{secret}");
        assert!(!database.url.starts_with("postgres") || !settings.to_string().contains(&database.url));
    }
}
