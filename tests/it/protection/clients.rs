//! BF-07: secrets of clients are guessed no faster at one endpoint than at another, and one client's trouble is not its
//! neighbours'.

use crate::harness::app::{Options, TestApp};
use crate::harness::database::on_every_engine;

async fn ask(app: &TestApp, path: &str, client: &str, secret: &str) -> reqwest::Response {
    app.http
        .post(app.url(path))
        .basic_auth(client, Some(secret))
        .form(&[("grant_type", "client_credentials"), ("token", "x")])
        .send()
        .await
        .unwrap()
}

on_every_engine! {
async fn bf_07_a_client_that_fails_too_often_waits_at_every_endpoint(database) {
    let app = Options::new(Some(&database.url))
        .with("PASSGATE_LIMITS__ENABLED", "true")
        .with("PASSGATE_LIMITS__CLIENT_FAILURES_PER_MINUTE", "5")
        .spawn();
    let secret = app.web_client().await;
    let other = app
        .client(serde_json::json!({ "client_id": "other", "grant_types": ["client_credentials"], "redirect_uris": [] }))
        .await
        .unwrap();
    for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] {
        assert_eq!(ask(&app, path, "web", "wrong").await.status(), 401, "{path}");
    }
    for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] {
        // The right secret is not looked at either: an answer would tell.
        let refused = ask(&app, path, "web", &secret).await;
        assert_eq!(refused.status(), 429, "{path}");
        let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        assert_eq!(refused.json::<serde_json::Value>().await.unwrap()["error"], "temporarily_unavailable");
    }
    assert_eq!(ask(&app, "/oauth2/token", "other", &other).await.status(), 200, "behind the same address");
    app.advance(61);
    assert_eq!(ask(&app, "/oauth2/token", "web", &secret).await.status(), 200);
}
}
