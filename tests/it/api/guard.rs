//! Who may call: CS-02, CS-03 and the bounds of bodies.

use super::*;
use crate::harness::app::{Options, PASSWORD};
use crate::journeys::ADA;

fn app() -> TestApp {
    Options::new(None)
        .with("PASSGATE_HEADLESS__ORIGINS", "http://localhost:3999")
        .spawn()
}

#[actix_web::test]
async fn cs_02_pages_of_strangers_are_refused_with_and_without_cookies() {
    let app = app();
    app.user(ADA).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    for start in [Script::new(&app), Script::within(&app, &browser)] {
        let mut script = start;
        for headers in [
            vec![("origin", "https://evil.test".to_owned())],
            vec![("origin", "null".to_owned())],
            vec![("origin", "http://localhost:39990".to_owned())],
            vec![("sec-fetch-site", "cross-site".to_owned())],
            vec![
                ("sec-fetch-site", "cross-site".to_owned()),
                ("origin", app.issuer.clone()),
            ],
        ] {
            script.headers = headers.clone();
            for (method, path) in [
                (Method::POST, "/api/flows"),
                (Method::GET, "/api/session"),
                (Method::DELETE, "/api/session"),
                (Method::OPTIONS, "/api/flows"),
            ] {
                let body =
                    (method == Method::POST).then(|| ("application/json", json!({ "kind": "sign_in" }).to_string()));
                let answer = script.send(method.clone(), path, body).await;
                assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
                assert!(!answer.headers.contains_key("access-control-allow-origin"));
            }
        }
    }
    assert_eq!(
        Script::within(&app, &browser).who().await["email"],
        ADA,
        "nobody was signed out"
    );
}

#[actix_web::test]
async fn cs_03_only_json_is_taken() {
    let app = app();
    let mut script = Script::new(&app);
    let body = json!({ "kind": "sign_in" }).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ] {
        let answer = script
            .send(Method::POST, "/api/flows", Some((kind, body.clone())))
            .await;
        assert_eq!(answer.status, 415, "{kind}");
        assert_eq!(answer.json["code"], "unsupported_media_type");
    }
    let answer = script
        .send(
            Method::POST,
            "/api/flows",
            Some(("application/json; charset=utf-8", body)),
        )
        .await;
    assert_eq!(answer.status, 201);
}

#[actix_web::test]
async fn bodies_that_make_no_sense_are_said_to() {
    let app = app();
    let mut script = Script::new(&app);
    let flow = script.begin("sign_in").await;
    for (body, detail) in [
        ("{", "no JSON at line 1"),
        ("[]", "invalid length"),
        ("\"x\"", "invalid type"),
        ("{\"identifier\":7}", "invalid type"),
        ("{\"surprise\":1}", "unknown field `surprise`"),
        ("{\"action\":\"fly\"}", "unknown variant"),
        ("{\"identifier\":\"a\",\"identifier\":\"b\"}", "duplicate field"),
    ] {
        let answer = script
            .send(Method::POST, &flow.path(), Some(("application/json", body.to_owned())))
            .await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json");
        let said = answer.json["detail"].as_str().unwrap();
        assert!(said.contains(detail), "{body}: {said}");
    }
    let huge = format!("{{\"identifier\":\"{}\"}}", "a".repeat(70_000));
    let answer = script
        .send(Method::POST, &flow.path(), Some(("application/json", huge)))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json["code"].as_str()),
        (413, Some("too_large"))
    );
    let missing = script.get("/api/flows/nonsense").await;
    assert_eq!(missing.json["code"], "flow_gone");
    // Null is as good as nothing.
    let named = script
        .go_on(&flow, json!({ "identifier": ADA, "code": null, "credential": null }))
        .await;
    assert_eq!(named.step(), "first_factor");
}

#[actix_web::test]
async fn declared_origins_may_call_with_cookies() {
    let app = app();
    app.user(ADA).await;
    let origin = "http://localhost:3999";
    let mut script = Script::new(&app).from(origin);
    script.headers.push(("sec-fetch-site", "same-site".to_owned()));
    let asked = script.send(Method::OPTIONS, "/api/flows", None).await;
    assert_eq!(asked.status, 204);
    for name in ["access-control-allow-methods", "access-control-allow-headers"] {
        assert!(asked.headers.contains_key(name), "{name}");
    }
    let flow = script.begin("sign_in").await;
    let done = script
        .go_on(&flow, json!({ "identifier": ADA, "password": PASSWORD }))
        .await;
    assert_eq!(done.step(), "done");
    for answer in [&asked, &flow, &done] {
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        assert_eq!(answer.headers["access-control-allow-credentials"], "true");
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "Origin"));
    }
    assert_eq!(script.who().await["email"], ADA);
    // The pages and the protocol are not opened by it.
    let page = script.get("/account").await;
    assert!(!page.headers.contains_key("access-control-allow-origin"));
}

#[actix_web::test]
async fn limits_hold_here_as_they_do_on_the_pages() {
    let app = Options::new(None)
        .with("PASSGATE_LIMITS__ENABLED", "true")
        .with("PASSGATE_LIMITS__SIGN_IN_PER_MINUTE", "3")
        .with("PASSGATE_LIMITS__FLOWS_PER_MINUTE", "2")
        .spawn();
    let mut script = Script::new(&app);
    let flow = script.begin("sign_in").await;
    script.begin("sign_in").await;
    let refused = script.post("/api/flows", json!({ "kind": "sign_in" })).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json["code"].as_str()),
        (429, Some("rate_limited"))
    );
    assert!(refused.headers.contains_key("retry-after"));
    for _ in 0..3 {
        script
            .go_on(&flow, json!({ "identifier": ADA, "password": "wrong" }))
            .await;
    }
    let refused = script
        .go_on(&flow, json!({ "identifier": ADA, "password": "wrong" }))
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.errors()),
        (429, vec![("", "rate_limited")])
    );
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.step(), "first_factor", "the flow waits");
}
