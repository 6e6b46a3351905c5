//! `/metrics`: on a listener of its own, right, and without anything that is nobody's business.

use crate::harness::app::{Options, http};
use crate::harness::database::on_every_engine;
use crate::harness::port::Port;
use crate::oidc::scene::{ADA, Scene};

async fn read(port: &Port) -> String {
    let answer = http()
        .get(format!("http://127.0.0.1:{port}/metrics"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    answer.text().await.unwrap()
}

/// The value of a line; 0 when there is none.
fn value(text: &str, line: &str) -> f64 {
    let found = text
        .lines()
        .find_map(|found| found.strip_prefix(line)?.strip_prefix(' '));
    found.map_or(0.0, |value| value.parse().unwrap())
}

on_every_engine! {
    async fn what_happens_is_counted(database) {
        let port = Port::free();
        let options = Options::new(Some(&database.url)).with("PASSGATE_METRICS__LISTEN", &format!("127.0.0.1:{port}"));
        let mut scene = Scene::on(options.spawn()).await;
        let tokens = scene.tokens("openid offline_access").await;
        scene.party.refresh(tokens.text("refresh_token")).await;
        scene.party.token(&[("grant_type", "client_credentials")]).await;
        scene.party.userinfo(tokens.text("access_token")).await;
        let mut stranger = scene.app.browser();
        let page = stranger.get("/sign-in").await;
        stranger.sign_in_on(&page, ADA, "a wrong password").await;
        stranger.get("/nothing/of/this/name").await;

        let text = read(&port).await;
        for (line, expected) in [
            (r#"passgate_tokens_issued_total{grant="authorization_code"}"#, 1.0),
            (r#"passgate_tokens_issued_total{grant="refresh_token"}"#, 1.0),
            (r#"passgate_tokens_issued_total{grant="client_credentials"}"#, 1.0),
            (r#"passgate_sign_ins_total{method="password",outcome="signed_in"}"#, 1.0),
            (r#"passgate_sign_ins_total{method="password",outcome="wrong"}"#, 1.0),
            (r#"passgate_http_requests_total{route="token",method="POST",status="200"}"#, 3.0),
            (r#"passgate_http_requests_total{route="userinfo",method="GET",status="200"}"#, 1.0),
            (r#"passgate_http_requests_total{route="other",method="GET",status="404"}"#, 1.0),
            (r#"passgate_http_request_seconds_count{route="token"}"#, 3.0),
            ("passgate_ready", 1.0),
            (r#"passgate_outbox_failed{channel="mail"}"#, 0.0),
        ] {
            assert_eq!(value(&text, line), expected, "{line}\n{text}");
        }
        for line in [
            r#"passgate_database_units_total{kind="read",outcome="ok"}"#,
            r#"passgate_database_units_total{kind="write",outcome="ok"}"#,
            "passgate_database_wait_seconds_count",
            "passgate_password_wait_seconds_count",
            "process_resident_memory_bytes",
            "process_open_fds",
        ] {
            assert!(value(&text, line) > 0.0, "{line}\n{text}");
        }
        assert!(text.contains(r#"passgate_signing_key_age_seconds{alg="RS256"}"#), "{text}");
        assert!(text.contains("passgate_build_info{version="), "{text}");
        assert!(text.ends_with("# EOF\n"));
        // Nobody is in it.
        for private in [ADA, scene.sub.as_str(), "web", "nothing/of", tokens.text("access_token"), tokens.text("refresh_token")] {
            assert!(!text.contains(&format!("\"{private}\"")) && !text.contains(&format!("{private}@")), "{private}");
        }
        assert_eq!(text.matches("ada").count(), 0, "{text}");
    }
}

#[actix_web::test]
async fn sc_03_the_pages_listener_does_not_have_it_and_nobody_listens_by_default() {
    let scene = Scene::new().await;
    let answer = scene.app.http.get(scene.app.url("/metrics")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(scene.app.state.settings.metrics.address().is_none());
}
