//! Many people at once.

use serde_json::json;

use super::*;

/// Sends lines and reads what comes of each.
async fn import(app: &TestApp, key: &str, lines: &str) -> (u16, Vec<Value>) {
    let sent = app
        .http
        .post(app.url("/api/v1/users/import"))
        .bearer_auth(key)
        .header("content-type", "application/x-ndjson")
        .body(lines.to_owned());
    let response = sent.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (
        status,
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
    )
}

on_every_engine! {
    async fn ad_10_each_line_is_answered_and_a_bad_one_spoils_no_other(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        let root = Program::new(&app, &["users:*"]).await;
        let lines = [
            r#"{"email":"bob@example.com","email_verified":true,"name":"Bob","plan":"free_user"}"#,
            "",
            r#"{"email":"ada@example.com","password_hash":"$2y$10$abcdefghijklmnopqrstuuDqtZ6bG7rZ7qvY0b1Tt0q0kT6sT1S1e"}"#,
            "{ broken",
            r#"{"email":"eve@example.com","role":"admin"}"#,
            r#"{"email":"eve@example.com","is_admin":true}"#,
            r#"{"email":"bob@example.com"}"#,
            r#"{"email":"bomb@example.com","password_hash":"$argon2id$v=19$m=4194304,t=99,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"}"#,
            r#"{"email":"carl@example.com"}"#,
        ].join("\n");
        let (status, answers) = import(&app, &root.key, &lines).await;
        assert_eq!(status, 200);
        let told: Vec<_> = answers.iter().filter_map(|answer| Some((answer["line"].as_u64()?, answer["status"].as_str()?))).collect();
        assert_eq!(told, [(1, "created"), (3, "exists"), (4, "refused"), (5, "refused"), (6, "refused"), (7, "exists"), (8, "refused"), (9, "created")]);
        assert_eq!(answers.last().unwrap()["summary"], json!({ "created": 2, "exists": 2, "refused": 4 }));
        assert_eq!(root.get("/users/bob@example.com").await.ok()["email_verified"], true);
        assert_eq!(root.get("/users/eve@example.com").await.code(), "not_found");
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        assert_eq!(browser.get("/account").await.status, 200, "a password is never written over");
    }

    async fn whoever_may_not_imports_and_exports_nothing(database) {
        let app = TestApp::on(&database.url);
        let reader = Program::new(&app, &["users:read"]).await;
        assert_eq!(import(&app, &reader.key, r#"{"email":"bob@example.com"}"#).await.0, 403);
        assert_eq!(import(&app, "", r#"{"email":"bob@example.com"}"#).await.0, 401);
        let writer = Program::new(&app, &["users:write"]).await;
        assert_eq!(writer.get("/users/export").await.code(), "insufficient_permission");
        assert_eq!(writer.get("/audit/export").await.code(), "insufficient_permission");
        let auditor = Program::new(&app, &["audit:read"]).await;
        assert_eq!(auditor.get("/audit/export?after_seq=x").await.code(), "invalid_request");
        assert_eq!(auditor.get("/audit/export?kind=no_such_kind").await.code(), "invalid_value");
        assert_eq!(writer.post("/users/import", json!({ "email": "bob@example.com" })).await.code(), "unsupported_media_type");
    }

    async fn an_export_holds_everybody_and_no_secret(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["users:*"]).await;
        let lines: Vec<_> = (0..450).map(|n| format!(r#"{{"email":"u{n}@example.com","name":"User {n}"}}"#)).collect();
        let (_, answers) = import(&app, &root.key, &lines.join("\n")).await;
        assert_eq!(answers.last().unwrap()["summary"]["created"], 450);
        app.user("ada@example.com").await;
        let sent = app.http.get(app.url("/api/v1/users/export")).bearer_auth(&root.key).send().await.unwrap();
        assert_eq!(sent.headers()["content-type"], "application/x-ndjson");
        let text = sent.text().await.unwrap();
        let mut emails: Vec<_> = text.lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["email"].as_str().unwrap().to_owned())
            .collect();
        emails.sort();
        emails.dedup();
        assert_eq!(emails.len(), 451);
        assert!(!text.contains("argon2"));
    }
}
