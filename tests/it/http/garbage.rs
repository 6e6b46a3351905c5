//! Every address with everything that makes no sense there: refused, never a fault, and the server goes on.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use reqwest::{Method, StatusCode};

use super::ROUTES;
use crate::harness::app::TestApp;
use crate::harness::raw::{Raw, exchange};

const FORM: &str = "application/x-www-form-urlencoded";

/// What may come of nonsense: a refusal, a page, or a redirect of ours.
fn judge(what: &str, status: StatusCode) {
    assert!(
        status.is_client_error() || status == 200 || status == 303,
        "{what}: {status}"
    );
}

#[actix_web::test]
async fn junk_in_the_address_is_no_fault() {
    let app = TestApp::spawn();
    let long = format!("x={}", "a".repeat(8000));
    let many = "a=b&".repeat(2000);
    let deep = format!("claims={}&client_id=x", "%5B".repeat(5000));
    for (path, _) in ROUTES {
        for query in [
            "%zz",
            "%00",
            "%ff%fe",
            "=&=&&",
            "a[]=1&a[]=2",
            "flow=x",
            "flow=%00&token=%00&lang=%00&done=%00",
            "token=%F0%28%8C%28",
            "flow=00000000-0000-0000-0000-000000000000",
            "client_id=%27%20OR%201%3D1--",
            "\u{fffd}",
            &long,
            &many,
            &deep,
        ] {
            let response = app.http.get(app.url(&format!("{path}?{query}"))).send().await.unwrap();
            judge(&format!("GET {path}?{query:.30}"), response.status());
        }
    }
}

#[actix_web::test]
async fn junk_in_the_body_is_no_fault() {
    let app = TestApp::spawn();
    let many = "a=b&".repeat(10_000).into_bytes();
    let bodies: [(&str, Option<&str>, &[u8]); 13] = [
        ("empty", None, b""),
        ("empty form", Some(FORM), b""),
        ("no content type", None, b"a=b"),
        ("JSON", Some("application/json"), b"{\"a\":1}"),
        ("multipart", Some("multipart/form-data; boundary=x"), b"--x--"),
        ("text", Some("text/plain"), b"csrf=x&identifier=y"),
        (
            "UTF-16",
            Some("application/x-www-form-urlencoded; charset=utf-16"),
            b"a\0=\0b\0",
        ),
        ("not UTF-8", Some(FORM), b"a=\xff\xfe&csrf=\xc0\xaf"),
        ("percent", Some(FORM), b"a=%zz&csrf=%"),
        ("NUL", Some(FORM), b"a=\0&csrf=%00&token=%00&identifier=a%00b"),
        (
            "byte order mark",
            Some(FORM),
            b"\xef\xbb\xbfgrant_type=client_credentials",
        ),
        (
            "twice",
            Some(FORM),
            b"csrf=a&csrf=b&grant_type=a&grant_type=b&token=a&token=b",
        ),
        ("many", Some(FORM), &many),
    ];
    for (path, methods) in ROUTES {
        for (name, content_type, body) in bodies {
            let mut request = app.http.post(app.url(path)).body(body.to_vec());
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            let response = request.send().await.unwrap();
            let (status, what) = (response.status(), format!("POST {path} {name}"));
            judge(&what, status);
            // The authorization endpoint asks again by GET; nothing else goes on.
            assert!(
                status.is_client_error() || path == "/oauth2/authorize",
                "{what}: {status}"
            );
            if !methods.contains("POST") {
                assert!(status == 405 || status == 404, "{what}: {status}");
            }
        }
    }
}

#[actix_web::test]
async fn a_megabyte_is_refused_before_it_is_read() {
    let app = TestApp::spawn();
    // Files come as multipart/form-data with bounds of their own: tests/it/account/picture.rs, tests/it/console/people.rs.
    let files = ["/account/profile/picture", "/admin/users/import"];
    let forms = ROUTES
        .into_iter()
        .filter(|(path, methods)| methods.contains("POST") && !files.contains(path));
    let asked = stream::iter(forms).for_each_concurrent(16, async |(path, _)| {
        let mut connection = Raw::connect(&app).await;
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 1000000\r\n\r\n");
        connection.send(head.as_bytes()).await;
        connection.send(&[b'a'; 70_000]).await;
        let reply = connection.read(Duration::from_secs(2)).await;
        // Of a form that is no JSON nothing is read at all.
        let refused = if path.starts_with("/api/") { 415 } else { 413 };
        assert_eq!(reply.statuses(), [refused], "{path}: {reply:?}");
    });
    asked.await;
    let mut connection = Raw::connect(&app).await;
    let body = format!("{}\r\n{}\r\n", "10000", "a".repeat(0x10000)).repeat(2);
    let head =
        format!("POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.send(format!("{head}{body}").as_bytes()).await;
    assert_eq!(
        connection.read(Duration::from_secs(2)).await.statuses(),
        [413],
        "in pieces as well"
    );
}

#[actix_web::test]
async fn az_25_methods_that_are_not_there_are_refused_with_those_that_are() {
    let app = TestApp::spawn();
    for (path, methods) in ROUTES {
        for method in [
            "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND", "BREW", "GET", "POST",
        ] {
            if methods.split(", ").any(|known| known == method) {
                continue;
            }
            let request = app
                .http
                .request(Method::from_bytes(method.as_bytes()).unwrap(), app.url(path));
            let response = request.send().await.unwrap();
            if methods.is_empty() {
                assert_eq!(response.status(), 404, "{method} {path}");
            } else {
                assert_eq!(response.status(), 405, "{method} {path}");
                assert_eq!(response.headers()["allow"], methods, "{method} {path}");
            }
        }
    }
}

#[actix_web::test]
async fn ht_07_json_that_would_exhaust_a_parser_is_refused() {
    let app = TestApp::spawn();
    let (deep, wide) = ("[".repeat(30_000), format!("{{{}\"a\":1}}", "\"a\":1,".repeat(4_000)));
    let object = format!("{}1{}", "{\"id_token\":".repeat(4_000), "}".repeat(4_000));
    for json in [
        deep.as_str(),
        &object,
        &wide,
        "{\"id_token\":1e400}",
        "{\"id_token\":{\"a\":{\"value\":1e999}}}",
        "{\"a\":1,\"a\":2}",
    ] {
        for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] {
            let request = app.http.post(app.url(path)).header("content-type", "application/json");
            let status = request.body(json.to_owned()).send().await.unwrap().status();
            assert!(status == 400 || status == 413, "{path}: {status}");
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("claims", json)
            .finish();
        let request = format!(
            "GET /oauth2/authorize?client_id=playground&{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        );
        let status = exchange(&app, request).await.statuses();
        assert!(
            status.iter().all(|status| (300..500).contains(status)) && status.len() <= 1,
            "{status:?}"
        );
    }
    assert_eq!(app.http.get(app.url("/healthz")).send().await.unwrap().status(), 200);
}
