//! What is told once is never told again, whoever asks (SECURITY-CASES AD-06), and no spelling of an address opens another
//! door (AD-13).

use serde_json::json;

use super::*;
use crate::harness::app::{Options, PASSWORD};
use crate::harness::raw;

const SMTP: &str = "smtp-password-of-the-house";
const SMS: &str = "whsec_c21zLXNlY3JldC1vZi10aGUtaG91c2Utc21z";

on_every_engine! {
    async fn ad_06_no_secret_is_in_anything_that_can_be_read(database) {
        let app = Options::new(Some(&database.url))
            .with("PASSGATE_MAIL__SMTP_HOST", "mail.example").with("PASSGATE_MAIL__SMTP_USERNAME", "house")
            .with("PASSGATE_MAIL__SMTP_PASSWORD", SMTP).with("PASSGATE_SMS__SECRET", SMS).spawn();
        let root = Program::new(&app, &["*"]).await;
        let ada = root.post("/users", json!({ "email": "ada@example.com", "email_verified": true, "password": PASSWORD })).await.ok();
        let web = root.post("/clients", json!({ "client_id": "web", "redirect_uris": ["https://app.example/cb"] })).await.ok();
        let rotated = root.post("/clients/web/secret", json!({ "overlap_seconds": 600 })).await;
        let invited = root.post("/invitations", json!({ "email": "bob@example.com" })).await.ok();
        let key = root.post("/api-keys", json!({ "name": "ci", "permissions": ["users:read"] })).await.ok();
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        let page = browser.get("/account/security/add?factor=totp").await;
        let phone = crate::journeys::Phone::scan(&page);
        let seed: String = page.text().split_whitespace().filter(|word| word.len() == 4 && word.chars().all(|c| c.is_ascii_alphanumeric())).collect();
        let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
        let codes = crate::journeys::codes_on(&page);
        let mut secrets = vec![SMTP.to_owned(), SMS.to_owned(), PASSWORD.to_owned(), "$argon2".to_owned(), root.key.clone()];
        secrets.extend(codes);
        secrets.extend(browser.cookies.values().filter(|value| value.len() > 30).cloned());
        for (given, member) in [(&web, "client_secret"), (&key, "key")] {
            secrets.push(given[member].as_str().unwrap().to_owned());
        }
        secrets.extend(rotated.json["client_secret"].as_str().map(str::to_owned));
        secrets.extend(invited["link"].as_str().map(|link| link.rsplit('=').next().unwrap().to_owned()));
        assert!(!seed.is_empty());
        let document = Program::with(&app, "").get("/openapi.json").await.ok();
        let id = ada["id"].as_str().or(ada["sub"].as_str()).unwrap().to_owned();
        let mut read = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            if methods.get("get").is_none() {
                continue;
            }
            let path: Vec<_> = path.split('/').map(|part| match part {
                "{user_id}" | "{id}" | "{sub}" => id.as_str(),
                "{client_id}" => "web",
                "{name}" => "user",
                part => part,
            }).collect();
            let path = path.join("/");
            let answer = root.get(&path).await;
            let text = answer.json.to_string();
            read += usize::from(answer.status.is_success());
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{path} tells {secret}: {text}");
            }
        }
        assert!(read > 20, "{read} of them were read");
    }

    async fn ad_13_another_spelling_of_an_address_opens_nothing(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        for path in [
            "//admin", "/admin;x", "/%61dmin", "/admin/../admin", "/admin/.", "/admin/%2e%2e/admin", "/./admin", "/admin%2f", "/admin//users",
            "/ADMIN", "/Admin/users", "/admin/users;a=b", "/admin%00", "/api//v1/users", "/api/v1/../v1/users", "/api/v1/users;x", "/%61pi/v1/users",
            "/api/v1/users/", "/api/v1/users%2f", "/API/v1/users", "/oauth2/../admin", "/admin\\users", "/admin/%5cusers",
        ] {
            let reply = raw::exchange(&app, format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await;
            let status = reply.statuses()[0];
            // The way in, nobody, or nothing; never what is behind it.
            assert!(matches!(status, 303 | 302 | 301 | 308 | 400 | 401 | 403 | 404), "{path}: {status}");
            assert!(!reply.text.contains("ada@example.com"), "{path}: {}", reply.text);
        }
    }
}
