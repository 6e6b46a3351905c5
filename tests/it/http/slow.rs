//! HT-02: who sends slowly is not waited for.

use std::time::Duration;

use futures_util::future::join_all;

use crate::harness::app::TestApp;
use crate::harness::raw::{Raw, Reply};

async fn unfinished(app: &TestApp, request: &str) -> Reply {
    let mut connection = Raw::connect(app).await;
    connection.send(request.as_bytes()).await;
    // Longer than any deadline: the server must be the one that ends it.
    connection.read(Duration::from_secs(25)).await
}

#[actix_web::test]
async fn ht_02_heads_and_bodies_that_do_not_come_are_cut_off_while_others_are_served() {
    let app = TestApp::spawn();
    let body = |path: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na=b"
        )
    };
    let chunks = "POST /oauth2/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc";
    let requests = [
        body("/oauth2/token"),
        body("/sign-in"),
        body("/oauth2/authorize"),
        body("/playground"),
        body("/oauth2/userinfo"),
        chunks.to_owned(),
        "GET / HTTP/1.1\r\nHost: x\r\nX-Half: ".to_owned(),
        "GE".to_owned(),
    ];
    // Many of each, so that a server that waited would have no room for anybody else.
    let slow = join_all(
        requests
            .iter()
            .cycle()
            .take(requests.len() * 25)
            .map(|request| unfinished(&app, request)),
    );
    let others = async {
        let started = app.http.get(app.url("/healthz")).send().await.unwrap();
        assert_eq!(started.status(), 200);
        for _ in 0..20 {
            assert_eq!(app.http.get(app.url("/sign-in")).send().await.unwrap().status(), 200);
        }
    };
    let (replies, ()) = tokio::join!(slow, others);
    for (reply, request) in replies.iter().zip(requests.iter().cycle()) {
        let refused = reply.statuses().iter().all(|status| [400, 408].contains(status));
        // Of chunks that nobody reads actix-http goes on to throw away what comes, without a deadline: an open socket, no
        // worker. Everything else is closed.
        let closed = reply.closed || request.contains("chunked");
        assert!(closed && refused, "{request:?}: {reply:?}");
    }
}
