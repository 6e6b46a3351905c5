//! HT-05: nothing that a request says of hosts gets into an answer.

use crate::harness::app::TestApp;
use crate::harness::raw::exchange;

#[actix_web::test]
async fn ht_05_one_host_header_is_needed() {
    let app = TestApp::spawn();
    for (name, headers) in [
        ("none", ""),
        ("two", "Host: x\r\nHost: y\r\n"),
        ("the same twice", "Host: x\r\nHost: x\r\n"),
    ] {
        let reply = exchange(&app, format!("GET /healthz HTTP/1.1\r\n{headers}\r\n")).await;
        assert_eq!(reply.statuses(), [400], "{name}: {reply:?}");
    }
}

#[actix_web::test]
async fn ht_05_foreign_hosts_never_get_into_answers() {
    let app = TestApp::spawn();
    let forwarded = "X-Forwarded-Host: evil.test\r\nX-Forwarded-Proto: https\r\nForwarded: host=evil.test;proto=https\r\n\
                     X-Original-URL: /evil.test\r\nX-Rewrite-URL: /evil.test\r\n";
    for target in ["", "http://evil.test", "https://evil.test:8443"] {
        for host in [
            "evil.test",
            "evil.test:1",
            "localhost@evil.test",
            "[::1]",
            "a b",
            "",
            "evil.test/x",
            "\"><svg onload=x>",
        ] {
            for path in [
                "/.well-known/openid-configuration",
                "/",
                "/sign-in",
                "/account",
                "/oauth2/authorize?client_id=x",
                "/oauth2/userinfo",
                "/nowhere",
            ] {
                let request =
                    format!("GET {target}{path} HTTP/1.1\r\nHost: {host}\r\n{forwarded}Connection: close\r\n\r\n");
                let reply = exchange(&app, request).await;
                assert!(
                    !reply.text.contains("evil") && !reply.text.contains("<svg onload"),
                    "{target} {host} {path}: {}",
                    reply.text
                );
                assert!(
                    reply.statuses().iter().all(|status| *status < 500),
                    "{target} {host} {path}"
                );
                if reply.statuses() == [200] && path.contains("openid") {
                    assert!(
                        reply.text.contains(&format!("\"issuer\":\"{}\"", app.issuer)),
                        "{}",
                        reply.text
                    );
                }
            }
        }
    }
}
