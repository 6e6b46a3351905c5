//! HT-01, HT-03: requests whose beginning and end two programs could see differently.

use std::time::Duration;

use crate::harness::app::TestApp;
use crate::harness::raw::{Raw, exchange};

/// What somebody would hide behind a request.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

async fn lives(app: &TestApp) {
    assert_eq!(
        app.http
            .get(app.url("/healthz"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "ok\n"
    );
}

#[actix_web::test]
async fn ht_01_what_is_framed_in_two_ways_is_refused_and_the_connection_ends() {
    let app = TestApp::spawn();
    let chunked = format!("0\r\n\r\n{HIDDEN}");
    for (name, headers, body) in [
        (
            "length and chunks",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            chunked.as_str(),
        ),
        (
            "chunks and length",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            &chunked,
        ),
        (
            "chunked, identity",
            "Transfer-Encoding: chunked , identity\r\n",
            &chunked,
        ),
        (
            "identity, chunked",
            "Transfer-Encoding: identity, chunked\r\n",
            &chunked,
        ),
        ("unknown coding", "Transfer-Encoding: xchunked\r\n", &chunked),
        (
            "two codings",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            &chunked,
        ),
        (
            "chunked twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            &chunked,
        ),
        ("vertical tab", "Transfer-Encoding: \x0bchunked\r\n", &chunked),
        ("two lengths", "Content-Length: 0\r\nContent-Length: 44\r\n", HIDDEN),
        ("two lengths in one", "Content-Length: 0, 44\r\n", HIDDEN),
        ("plus", "Content-Length: +0\r\n", HIDDEN),
        ("minus", "Content-Length: -1\r\n", HIDDEN),
        ("hexadecimal", "Content-Length: 0x0\r\n", HIDDEN),
        ("too large", "Content-Length: 99999999999999999999999\r\n", HIDDEN),
        ("empty length", "Content-Length: \r\n", HIDDEN),
        ("space before colon", "Content-Length : 0\r\n", HIDDEN),
        ("folded", "Content-Length:\r\n 44\r\n", HIDDEN),
        ("folded header", "X: a\r\n b\r\nContent-Length: 0\r\n", HIDDEN),
        ("NUL in a header", "X: a\0b\r\nContent-Length: 0\r\n", HIDDEN),
        (
            "bare CR in a header",
            "X: a\rContent-Length: 44\r\nContent-Length: 0\r\n",
            HIDDEN,
        ),
        ("no colon", "X\r\nContent-Length: 0\r\n", HIDDEN),
    ] {
        let request = format!("POST /oauth2/token HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}");
        let reply = exchange(&app, request).await;
        assert_eq!(reply.statuses(), [400], "{name}: {reply:?}");
        assert!(reply.closed, "{name}: the connection must end: {reply:?}");
        assert!(!reply.text.contains("ok\n"), "{name}: the hidden request was answered");
    }
    lives(&app).await;
}

#[actix_web::test]
async fn ht_01_chunks_that_are_none_are_refused() {
    let app = TestApp::spawn();
    for (name, body) in [
        ("negative", "-1\r\na\r\n0\r\n\r\n"),
        ("prefix", "0x1\r\na\r\n0\r\n\r\n"),
        ("plus", "+1\r\na\r\n0\r\n\r\n"),
        ("overflow", "fffffffffffffffff1\r\na\r\n0\r\n\r\n"),
        ("longer than said", "1\r\nab\r\n0\r\n\r\n"),
        ("space first", " 1\r\na\r\n0\r\n\r\n"),
        ("empty size", "\r\na\r\n0\r\n\r\n"),
    ] {
        let head = "POST /oauth2/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        let reply = exchange(&app, format!("{head}{body}{HIDDEN}")).await;
        let statuses = reply.statuses();
        assert!(
            statuses.len() <= 1 && statuses.iter().all(|status| *status == 400),
            "{name}: {reply:?}"
        );
        assert!(reply.closed && !reply.text.contains("ok\n"), "{name}: {reply:?}");
    }
    lives(&app).await;
}

#[actix_web::test]
async fn ht_01_odd_but_lawful_requests_keep_their_place() {
    let app = TestApp::spawn();
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for (name, request) in [
        (
            "chunk extension",
            format!("{form}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\na=b\r\n0\r\n\r\n"),
        ),
        ("no body", format!("{form}Content-Length: 0\r\n\r\n")),
        ("body", format!("{form}Content-Length: 3\r\n\r\na=b")),
        (
            "upper case",
            format!("{form}transfer-ENCODING: Chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"),
        ),
    ] {
        let request = format!("POST /oauth2/token HTTP/1.1\r\nHost: x\r\n{request}{HIDDEN}");
        let reply = exchange(&app, request).await;
        // First the token endpoint's refusal, then the second request: in order, each once.
        let statuses = reply.statuses();
        assert!(matches!(statuses[..], [400 | 401, 200]), "{name}: {reply:?}");
        assert!(
            reply.text.contains("unsupported_grant_type") || reply.text.contains("invalid_"),
            "{name}: {reply:?}"
        );
    }
}

#[actix_web::test]
async fn ht_01_lines_that_end_oddly_hide_no_second_request() {
    let app = TestApp::spawn();
    for (name, request) in [
        (
            "bare LF",
            format!(
                "POST /oauth2/token HTTP/1.1\nHost: x\nContent-Length: {}\n\n{HIDDEN}",
                HIDDEN.len()
            ),
        ),
        (
            "bare CR",
            format!("POST /oauth2/token HTTP/1.1\rHost: x\rContent-Length: 0\r\r{HIDDEN}"),
        ),
        ("no version", format!("POST /oauth2/token\r\n\r\n{HIDDEN}")),
        ("old version", format!("GET /healthz HTTP/0.9\r\n\r\n{HIDDEN}")),
        (
            "other version",
            format!("GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n{HIDDEN}"),
        ),
        ("spaces", format!("GET  /healthz  HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("tab", format!("GET\t/healthz\tHTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}")),
        ("TLS", "\x16\x03\x01\x02\0\x01\0\x01\u{fc}\x03\x03".to_owned()),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
    ] {
        let reply = exchange(&app, request).await;
        assert!(reply.statuses().len() <= 1, "{name}: {reply:?}");
    }
    lives(&app).await;
}

#[actix_web::test]
async fn ht_03_heads_beyond_every_measure_are_refused_and_the_server_goes_on() {
    let app = TestApp::spawn();
    let headers = |count: usize, size: usize| format!("X: {}\r\n", "a".repeat(size)).repeat(count);
    for (name, line, headers) in [
        ("200 headers", "GET / HTTP/1.1".to_owned(), headers(200, 1)),
        ("a header of 200 KiB", "GET / HTTP/1.1".into(), headers(1, 200 * 1024)),
        ("headers of 200 KiB", "GET / HTTP/1.1".into(), headers(50, 4096)),
        (
            "an address of 200 KiB",
            format!("GET /{} HTTP/1.1", "a".repeat(200 * 1024)),
            String::new(),
        ),
        (
            "a header that never ends",
            "GET / HTTP/1.1".into(),
            format!("X: {}", "a".repeat(1024 * 1024)),
        ),
    ] {
        let mut connection = Raw::connect(&app).await;
        connection
            .send(format!("{line}\r\nHost: x\r\n{headers}\r\n").as_bytes())
            .await;
        let reply = connection.read(Duration::from_secs(2)).await;
        let refused = reply.statuses().iter().all(|status| [400, 414, 431].contains(status));
        assert!(refused && reply.closed, "{name}: {reply:?}");
        lives(&app).await;
    }
    for (name, line, headers) in [
        (
            "cookies of 64 KiB",
            "GET /account HTTP/1.1".to_owned(),
            format!("Cookie: {}\r\n", "a=b; ".repeat(13_000)),
        ),
        (
            "an address of 16 KiB",
            format!("GET /{} HTTP/1.1", "a".repeat(16 * 1024)),
            String::new(),
        ),
        (
            "a parameter of 16 KiB",
            format!("GET /oauth2/authorize?client_id={} HTTP/1.1", "a".repeat(16 * 1024)),
            String::new(),
        ),
    ] {
        let reply = exchange(&app, format!("{line}\r\nHost: x\r\nConnection: close\r\n{headers}\r\n")).await;
        let fine = reply.statuses().iter().all(|status| (300..500).contains(status));
        assert!(fine, "{name}: {reply:?}");
        lives(&app).await;
    }
}
