//! Traces to a collector: what is in them, and what is not.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use super::{ADA, ada, installation, tokens};
use crate::harness::app::http;

/// A collector: every body that is posted to it.
fn collector() -> (u16, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut bytes = Vec::new();
            let mut chunk = [0; 16 * 1024];
            let (head, length) = loop {
                let read = stream.read(&mut chunk).unwrap();
                bytes.extend_from_slice(&chunk[..read]);
                if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
                    let lower = head.to_lowercase();
                    let length: usize = lower
                        .split("content-length: ")
                        .nth(1)
                        .unwrap()
                        .lines()
                        .next()
                        .unwrap()
                        .parse()
                        .unwrap();
                    bytes.drain(..end + 4);
                    break (head, length);
                }
                assert_ne!(read, 0, "the request ended early");
            };
            while bytes.len() < length {
                let read = stream.read(&mut chunk).unwrap();
                assert_ne!(read, 0, "the body ended early");
                bytes.extend_from_slice(&chunk[..read]);
            }
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                .unwrap();
            if sender.send((head, bytes)).is_err() {
                return;
            }
        }
    });
    (port, receiver)
}

fn contains(bodies: &[u8], text: &[u8]) -> bool {
    bodies.windows(text.len()).any(|window| window == text)
}

#[actix_web::test]
async fn a_request_its_flow_and_its_units_are_one_trace_and_hold_no_secret() {
    let (port, received) = collector();
    let installation = installation()
        .with("PASSGATE_TELEMETRY__OTLP_ENDPOINT", &format!("http://127.0.0.1:{port}"))
        .with("PASSGATE_TELEMETRY__SERVICE_NAME", "acme-identity")
        .with("OTEL_EXPORTER_OTLP_HEADERS", "x-collector-key=opensesame");
    let (mut server, _) = installation.serve();
    let mut browser = ada(&installation).await;
    let alive = tokens(&installation, &mut browser).await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let answer = http()
        .get(installation.url("/oauth2/userinfo"))
        .bearer_auth(alive.text("access_token"))
        .header("traceparent", format!("00-{trace}-b7ad6b7169203331-00"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    // Nonsense is no trace, and no failure.
    let odd = http()
        .get(installation.url("/healthz"))
        .header("traceparent", "nonsense");
    assert_eq!(odd.send().await.unwrap().status(), 200);
    server.terminate();
    assert_eq!(server.wait(), Some(0));

    let mut bodies = Vec::new();
    let mut heads = Vec::new();
    while let Ok((head, body)) = received.try_recv() {
        heads.push(head);
        bodies.extend(body);
    }
    assert!(!heads.is_empty(), "the last spans were sent before the end");
    for head in &heads {
        assert!(head.starts_with("POST /v1/traces "), "{head}");
        assert!(head.to_lowercase().contains("x-collector-key: opensesame"), "{head}");
    }
    for name in [
        "POST token",
        "GET userinfo",
        "flow token",
        "flow bearer",
        "database read",
        "database write",
        "acme-identity",
    ] {
        assert!(contains(&bodies, name.as_bytes()), "{name}");
    }
    // The caller's trace goes on here: in the request's span, its flow's and its unit's.
    let id: Vec<u8> = (0..16)
        .map(|at| u8::from_str_radix(&trace[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let spans = bodies.windows(16).filter(|window| *window == id.as_slice()).count();
    assert!(spans >= 3, "{spans} spans of the caller's trace");
    let private = [
        ADA,
        "ada",
        "127.0.0.1",
        super::SECRET,
        "opensesame",
        alive.text("access_token"),
        alive.text("refresh_token"),
        crate::harness::app::PASSWORD,
    ];
    for private in private {
        assert!(!contains(&bodies, private.as_bytes()), "{private} is in the traces");
    }
}

#[actix_web::test]
async fn a_collector_that_is_away_costs_nobody_anything() {
    let installation = installation().with("PASSGATE_TELEMETRY__OTLP_ENDPOINT", "http://127.0.0.1:1");
    let (mut server, _) = installation.serve();
    ada(&installation).await;
    server.terminate();
    assert_eq!(server.wait(), Some(0));
}
