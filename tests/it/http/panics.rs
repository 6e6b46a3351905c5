//! HT-10: a handler that panics. There is none, so this one is made for it.

use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::Value;

use crate::harness::app::http;

async fn broken() -> HttpResponse {
    panic!("secret detail")
}

#[actix_web::test]
async fn ht_10_a_panic_is_a_plain_500_and_the_worker_goes_on() {
    let server = HttpServer::new(|| {
        App::new()
            .wrap(from_fn(passgate::web::around))
            .route("/broken", web::get().to(broken))
            .route("/well", web::get().to(HttpResponse::Ok))
    })
    .workers(1)
    .bind("127.0.0.1:0")
    .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let http = http();
    for _ in 0..20 {
        let response = http.get(format!("http://{address}/broken")).send().await.unwrap();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let body = response.text().await.unwrap();
        assert!(!body.contains("secret detail") && !body.contains("panick"), "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (body["error"].as_str(), body["request_id"].as_str()),
            (Some("server_error"), Some(id.as_str()))
        );
        assert_eq!(
            http.get(format!("http://{address}/well"))
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
    }
    handle.stop(false).await;
}
