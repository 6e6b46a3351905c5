//! Who may call what, made from the OpenAPI document: an operation that is added is in here by itself.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

/// Each operation of the document: method, path with ids of nothing, the right that it needs.
async fn operations(app: &TestApp) -> Vec<(Method, String, String)> {
    let document = Program::with(app, "").get("/openapi.json").await.ok();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path: Vec<_> = path
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    "00000000-0000-4000-8000-000000000000"
                } else {
                    part
                }
            })
            .collect();
        for (method, operation) in methods.as_object().unwrap() {
            let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).unwrap();
            let permission = operation["x-permission"].as_str().unwrap().to_owned();
            all.push((method, path.join("/"), permission));
        }
    }
    assert!(all.len() >= 4);
    all
}

fn body(method: &Method) -> Option<Value> {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH).then(|| json!({}))
}

on_every_engine! {
    async fn ad_01_an_operation_is_open_to_its_right_and_to_nothing_else(database) {
        let app = TestApp::on(&database.url);
        let operations = operations(&app).await;
        let rights: BTreeSet<_> = operations.iter().map(|(_, _, permission)| permission.clone()).collect();
        for right in &rights {
            let holder = Program::new(&app, &[right]).await;
            for (method, path, needed) in &operations {
                let answer = holder.send(method.clone(), path, body(method)).await;
                match needed == right {
                    // Let in: what is said then is about the input, or it is done.
                    true => assert!(!matches!(answer.status.as_u16(), 401 | 403 | 405 | 500..), "{right} {method} {path} {answer:?}"),
                    false => assert_eq!(answer.code(), "insufficient_permission", "{right} {method} {path}"),
                }
            }
        }
        for (method, path, _) in &operations {
            for nobody in ["", "pgk_expired", "e30.e30.e30"] {
                let answer = Program::with(&app, nobody).send(method.clone(), path, body(method)).await;
                assert_eq!(answer.code(), "unauthenticated", "{method} {path}");
            }
        }
    }

    async fn ad_01_a_person_without_an_administrative_role_may_nothing(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let person = Program::with(&app, "").header("cookie", &cookies.join("; ")).header("sec-fetch-site", "same-origin");
        for (method, path, _) in operations(&app).await {
            let answer = person.send(method.clone(), &path, body(&method)).await;
            assert_eq!(answer.code(), "insufficient_permission", "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn the_document_says_what_the_interface_does() {
    let app = TestApp::spawn();
    let mut document = Program::with(&app, "").get("/openapi.json").await.ok();
    document["info"]["version"] = "[version]".into();
    insta::assert_json_snapshot!("administration", document);
}

#[actix_web::test]
async fn every_reference_of_the_document_leads_somewhere() {
    let app = TestApp::spawn();
    let document = Program::with(&app, "").get("/openapi.json").await.ok();
    let mut open = vec![&document];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    let target = document.pointer(reference.strip_prefix('#').unwrap());
                    assert!(target.is_some(), "{reference}");
                    seen += 1;
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    assert!(seen > 10);
}
