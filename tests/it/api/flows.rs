//! Every journey by JSON: what is asked, what is wrong, what comes next.

use serde_json::json;

use super::*;
use crate::harness::app::{Options, PASSWORD};
use crate::harness::authenticator::Authenticator;
use crate::harness::database::on_every_engine;
use crate::journeys::{ADA, Phone, code_to};

on_every_engine! {
async fn a_person_signs_in_by_password(database) {
    let app = TestApp::on(&database.url);
    let sub = app.user(ADA).await;
    let mut script = Script::new(&app);
    assert_eq!(script.who().await, Value::Null);
    let flow = script.begin("sign_in").await;
    assert_eq!((flow.step(), flow.fields()), ("identify", vec!["identifier", "credential"]));
    let nobody = script.go_on(&flow, json!({})).await;
    assert_eq!((nobody.status.as_u16(), nobody.errors()), (400, vec![("identifier", "missing")]));
    let named = script.go_on(&flow, json!({ "identifier": ADA })).await;
    assert_eq!((named.status.as_u16(), named.step()), (200, "first_factor"));
    assert_eq!((named.json["method"].as_str(), named.fields()), (Some("password"), vec!["password", "remember"]));
    let wrong = script.go_on(&flow, json!({ "password": "not this one at all" })).await;
    assert_eq!((wrong.status.as_u16(), wrong.errors()), (401, vec![("password", "wrong")]));
    assert_eq!(wrong.step(), "first_factor");
    let done = script.go_on(&flow, json!({ "password": PASSWORD })).await;
    assert_eq!((done.status.as_u16(), done.step()), (200, "done"));
    assert_eq!(done.json["outcome"], "signed_in");
    assert_eq!(done.json["redirect_to"], format!("{}/account", app.issuer));
    let who = script.who().await;
    assert_eq!((who["sub"].as_str(), who["email"].as_str()), (Some(&*sub), Some(ADA)));
    assert_eq!(script.browser(&app).get("/account").await.status, 200);
    // It is over.
    assert_eq!(script.go_on(&flow, json!({ "password": PASSWORD })).await.json["code"], "flow_gone");
    let out = script.send(Method::DELETE, "/api/session", None).await;
    assert_eq!((out.status.as_u16(), script.who().await), (204, Value::Null));
}

async fn the_answers_for_somebody_and_nobody_are_the_same(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut answers = Vec::new();
    for who in [ADA, "nobody@example.com"] {
        let mut script = Script::new(&app);
        let flow = script.begin("sign_in").await;
        let named = script.go_on(&flow, json!({ "identifier": who })).await;
        let wrong = script.go_on(&flow, json!({ "password": "not this one at all" })).await;
        let mailed = script.go_on(&flow, json!({ "action": "choose", "method": "email" })).await;
        let code = script.go_on(&flow, json!({ "code": "000000" })).await;
        let shape = |answer: &Answer| {
            let mut json = answer.json.clone();
            for volatile in ["id", "expires_at", "identifier", "sent_to"] {
                json.as_object_mut().unwrap().remove(volatile);
            }
            (answer.status, json)
        };
        answers.push([shape(&named), shape(&wrong), shape(&mailed), shape(&code)]);
    }
    assert_eq!(answers[0], answers[1]);
}

async fn a_second_factor_is_set_up_and_asked_for(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut script = Script::new(&app);
    let flow = script.begin("sign_in").await;
    // Both at once, as a simple page sends them.
    let done = script.go_on(&flow, json!({ "identifier": ADA, "password": PASSWORD })).await;
    assert_eq!(done.step(), "done");

    let flow = script.begin("enrol").await;
    assert_eq!(flow.step(), "enrol");
    let key = script.go_on(&flow, json!({ "action": "choose", "method": "totp" })).await;
    assert!(key.json["totp"]["qr_svg"].as_str().unwrap().starts_with("<svg"), "{key:?}");
    let phone = Phone::of(key.json["totp"]["secret"].as_str().unwrap());
    let wrong = script.go_on(&flow, json!({ "code": "12" })).await;
    assert_eq!(wrong.errors(), [("code", "wrong")]);
    let codes = script.go_on(&flow, json!({ "code": phone.code(&app) })).await;
    assert_eq!((codes.step(), codes.json["recovery_codes"].as_array().unwrap().len()), ("keep_codes", 10));
    let done = script.go_on(&flow, json!({})).await;
    assert_eq!(done.json["outcome"], "factor_added");

    app.advance(31);
    let mut script = Script::new(&app);
    let flow = script.begin("sign_in").await;
    let asked = script.go_on(&flow, json!({ "identifier": ADA, "password": PASSWORD })).await;
    assert_eq!((asked.step(), asked.json["method"].as_str()), ("second_factor", Some("totp")));
    assert_eq!(script.who().await, Value::Null, "not signed in yet");
    let done = script.go_on(&flow, json!({ "code": phone.code(&app) })).await;
    assert_eq!(done.step(), "done");
    let session = script.get("/api/session").await.json;
    assert_eq!((session["acr"].as_str(), session["fresh"].as_bool()), (Some("2"), Some(true)));
}

async fn a_passkey_signs_in(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let mut device = Authenticator::new(&app.address);
    let mut script = Script::within(&app, &browser);
    let flow = script.begin("enrol").await;
    let asked = script.go_on(&flow, json!({ "action": "choose", "method": "passkey" })).await;
    let made: Value = serde_json::from_str(&device.create(&asked.json["credential_options"])).unwrap();
    let codes = script.go_on(&flow, json!({ "credential": made, "name": "Laptop" })).await;
    assert_eq!(codes.step(), "keep_codes", "{codes:?}");
    script.go_on(&flow, json!({})).await;

    let mut script = Script::new(&app);
    let flow = script.begin("sign_in").await;
    let asked = script.go_on(&flow, json!({ "action": "choose", "method": "passkey" })).await;
    let shown: Value = serde_json::from_str(&device.get(&asked.json["credential_options"])).unwrap();
    let done = script.go_on(&flow, json!({ "credential": shown })).await;
    assert_eq!(done.step(), "done", "{done:?}");
    assert_eq!(script.get("/api/session").await.json["acr"], "phr");
}

async fn an_account_is_made(database) {
    let app = Options::new(Some(&database.url))
        .with("PASSGATE_ACCOUNTS__VERIFY_EMAIL", "before")
        .with("PASSGATE_ACCOUNTS__USERNAME", "required")
        .with("PASSGATE_ACCOUNTS__TERMS_VERSION", "2026-11")
        .spawn();
    let mut script = Script::new(&app);
    script.headers.push(("accept-language", "zh-CN".to_owned()));
    let flow = script.begin("sign_up").await;
    assert_eq!(flow.step(), "apply");
    assert_eq!(flow.fields(), ["name", "identifier", "username", "password", "terms"]);
    assert_eq!(flow.json["terms"]["version"], "2026-11");
    let refused = script.go_on(&flow, json!({ "identifier": "ada", "password": "short" })).await;
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.errors(),
        [("identifier", "invalid"), ("username", "missing"), ("password", "too_short"), ("terms", "not_accepted")]
    );
    let said = refused.json["errors"][0]["message"].as_str().unwrap();
    assert!(said.chars().any(|c| c > '\u{4e00}'), "in the person's language: {said}");
    let given = json!({
        "name": "Ada", "identifier": ADA, "username": "ada", "password": PASSWORD, "terms": "2026-11",
    });
    let mail = script.go_on(&flow, given).await;
    assert_eq!((mail.step(), mail.json["sent_to"].as_str()), ("verify_mail", Some(ADA)));
    let done = script.go_on(&flow, json!({ "code": code_to(&app, ADA, 1).await })).await;
    assert_eq!(done.step(), "done", "{done:?}");
    let who = script.who().await;
    assert_eq!((who["preferred_username"].as_str(), who["email_verified"].as_bool()), (Some("ada"), Some(true)));
}

async fn an_account_is_made_that_has_a_passkey_and_no_password(database) {
    let app = TestApp::on(&database.url);
    let mut device = Authenticator::new(&app.address);
    let mut script = Script::new(&app);
    let flow = script.begin("sign_up").await;
    assert_eq!(flow.json["methods"], json!(["password", "passkey", "email"]));
    let mail = script.go_on(&flow, json!({ "identifier": ADA, "method": "passkey" })).await;
    assert_eq!(mail.step(), "verify_mail", "{mail:?}");
    let asked = script.go_on(&flow, json!({ "code": code_to(&app, ADA, 1).await })).await;
    assert_eq!((asked.step(), asked.json["method"].as_str()), ("enrol", Some("passkey")), "{asked:?}");
    let made: Value = serde_json::from_str(&device.create(&asked.json["credential_options"])).unwrap();
    let codes = script.go_on(&flow, json!({ "credential": made })).await;
    assert_eq!(codes.step(), "keep_codes", "{codes:?}");
    assert_eq!(script.go_on(&flow, json!({})).await.step(), "done");
    assert_eq!(script.who().await["email"], ADA);
}

async fn a_forgotten_password_is_set_anew(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut script = Script::new(&app);
    let flow = script.begin("recover").await;
    let sent = script.go_on(&flow, json!({ "identifier": ADA })).await;
    assert_eq!((sent.step(), sent.json["actions"].as_array().unwrap().contains(&json!("again"))), ("first_factor", true));
    let asked = script.go_on(&flow, json!({ "code": code_to(&app, ADA, 1).await })).await;
    assert_eq!((asked.step(), asked.fields()), ("new_password", vec!["password"]));
    let weak = script.go_on(&flow, json!({ "password": "password" })).await;
    assert_eq!(weak.errors(), [("password", "common")]);
    let done = script.go_on(&flow, json!({ "password": "a wholly different phrase" })).await;
    assert_eq!(done.json["outcome"], "password_set");
    assert_eq!(script.who().await, Value::Null, "a reset signs nobody in");
}

async fn a_flow_is_worth_nothing_in_another_browser(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut mine = Script::new(&app);
    let flow = mine.begin("sign_in").await;
    mine.go_on(&flow, json!({ "identifier": ADA })).await;
    let mut other = Script::new(&app);
    let path = format!("/api/flows/{}", flow.json["id"].as_str().unwrap());
    let answer = other.get(&path).await;
    assert_eq!((answer.status.as_u16(), answer.json["code"].as_str()), (410, Some("flow_gone")));
    assert_eq!(other.go_on(&flow, json!({ "password": PASSWORD })).await.status, 410);
    assert_eq!(mine.get(&path).await.step(), "first_factor");
}

async fn what_changes_an_account_needs_its_person_lately(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut stranger = Script::new(&app);
    let refused = stranger.post("/api/flows", json!({ "kind": "enrol" })).await;
    assert_eq!((refused.status.as_u16(), refused.json["code"].as_str()), (401, Some("sign_in_required")));
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    app.advance(601);
    let mut script = Script::within(&app, &browser);
    let refused = script.post("/api/flows", json!({ "kind": "enrol" })).await;
    assert_eq!((refused.status.as_u16(), refused.json["code"].as_str()), (403, Some("fresh_sign_in_required")));
    // The same person proves it once more, and nobody else can.
    app.user("eve@example.com").await;
    let flow = script.post("/api/flows", json!({ "kind": "sign_in", "again": true })).await;
    assert_eq!((flow.step(), flow.json["identifier"].as_str()), ("first_factor", Some(ADA)));
    let eve = script.go_on(&flow, json!({ "identifier": "eve@example.com", "password": PASSWORD })).await;
    assert_eq!(eve.step(), "done", "the password is Ada's as well: it is she who is proved");
    assert_eq!(script.who().await["email"], ADA);
    assert_eq!(script.begin("enrol").await.step(), "enrol");
}
}
