//! SIGTERM: not ready from that moment on, still serving for a while, then an end without loss.

use super::{ada, assert_sound, installation};
use crate::harness::app::http;

#[actix_web::test]
async fn sigterm_drains_before_it_stops() {
    // Longer than any test waits: the second signal ends it, so that nothing here depends on time.
    let installation = installation().with("PASSGATE_SHUTDOWN_GRACE_SECONDS", "300");
    let (mut server, _) = installation.serve();
    let http = http();
    let status = async |path: &str| http.get(installation.url(path)).send().await.unwrap().status().as_u16();
    assert_eq!(status("/readyz").await, 200);
    server.terminate();
    while status("/readyz").await != 503 {}
    let answer = http.get(installation.url("/readyz")).send().await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "2");
    assert_eq!(answer.text().await.unwrap(), "about to stop\n");
    // It lives, and whoever was sent here is served.
    assert_eq!(status("/healthz").await, 200);
    ada(&installation).await;
    server.terminate();
    assert_eq!(server.wait(), Some(0));
    assert!(http.get(installation.url("/healthz")).send().await.is_err());
    assert_sound(&installation);
}

/// What a machine reads is one JSON object a line, with the id of its request and nothing secret.
#[actix_web::test]
async fn json_logs_are_one_object_a_line() {
    use std::sync::Arc;

    use crate::harness::node::Node;

    let installation = installation()
        .with("PASSGATE_LOG__FORMAT", "json")
        .with("PASSGATE_LOG__LEVEL", "debug");
    let installation = Arc::new(installation);
    let mut node = Node::first(&installation);
    node.start().await;
    let mut browser = node.browser();
    browser.sign_in(super::ADA).await;
    node.kill();
    let log = node.log();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let request = lines
        .iter()
        .find(|line| line["path"] == "/sign-in" && line["method"] == "POST");
    let request = request.unwrap_or_else(|| panic!("{log}"));
    assert_eq!(request["level"], "DEBUG");
    assert_eq!(request["request_id"].as_str().map(str::len), Some(16));
    for private in [super::ADA, crate::harness::app::PASSWORD, super::SECRET] {
        assert!(!log.contains(private), "{private} is in the log");
    }
}
