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

/// Which version ran when, with which settings, and who took a copy of it all: what auditors ask of changes.
#[test]
fn starts_stops_and_copies_are_in_the_trail() {
    let installation = installation()
        .with("PASSGATE_TOKENS__CODE_SECONDS", "45")
        .with("PASSGATE_MAIL__SMTP_PASSWORD", "not for the trail");
    let (mut server, _) = installation.serve();
    server.terminate();
    assert_eq!(
        server.wait(),
        Some(0),
        "told in the moment in which it said that it is ready"
    );
    let copy = super::file(&installation, "copy.db");
    installation.run(&["backup", &copy, "--json"]).json();
    let listed = installation.run(&["audit", "list", "--category", "system", "--json"]);
    assert!(!listed.out.contains("not for the trail"), "{}", listed.out);
    let listed = listed.json();
    let events = listed["events"].as_array().unwrap_or_else(|| panic!("{listed}"));
    let details = |kind: &str| {
        let found = events.iter().find(|event| event["kind"] == kind);
        found.unwrap_or_else(|| panic!("no {kind} in {listed}"))["details"].clone()
    };
    let started = details("server_started");
    assert_eq!(started["version"], env!("CARGO_PKG_VERSION"));
    let settings = &started["settings"];
    assert_eq!(
        (&settings["tokens.code_seconds"], &settings["mail.smtp_password"]),
        (&45.into(), &"set".into())
    );
    assert!(
        settings.get("tokens.id_token_seconds").is_none(),
        "what is the default says nothing: {settings}"
    );
    details("server_stopped");
    assert_eq!(details("backup_made")["file"], copy);
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
