//! The discovery documents say what works, all of it and nothing else. OpenID Connect Discovery 1.0, RFC 8414.

use serde_json::Value;

use super::scene::Scene;
use crate::harness::app::TestApp;
use crate::harness::relying_party::Answer;

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

async fn document(app: &TestApp, path: &str) -> Answer {
    Answer::read(app.http.get(app.url(path)).send().await.unwrap()).await
}

fn list<'a>(document: &'a Value, name: &str) -> Vec<&'a str> {
    document[name]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value.as_str().unwrap())
        .collect()
}

/// `oidcc-discovery-endpoint-verification` (D1 to D5).
#[actix_web::test]
async fn oidcc_discovery_endpoint_verification() {
    let app = TestApp::spawn();
    let answer = document(&app, OPENID).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    let json = &answer.json;
    assert_eq!(json["issuer"], app.issuer.as_str());
    for (name, value) in json.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            assert!(
                value.as_str().unwrap().starts_with(&format!("{}/", app.issuer)),
                "{name}"
            );
        }
    }
    assert!(list(json, "id_token_signing_alg_values_supported").contains(&"RS256"));
    assert!(!list(json, "id_token_signing_alg_values_supported").contains(&"none"));
    assert!(list(json, "scopes_supported").contains(&"openid"));
    assert!(list(json, "response_types_supported").contains(&"code"));
    assert!(list(json, "subject_types_supported").contains(&"public"));
    for claim in [
        "sub",
        "iss",
        "auth_time",
        "acr",
        "role",
        "plan",
        "name",
        "email",
        "address",
        "phone_number",
    ] {
        assert!(list(json, "claims_supported").contains(&claim), "{claim}");
    }
    // PK-11.
    assert_eq!(list(json, "code_challenge_methods_supported"), ["S256"]);
    let mut snapshot = json.clone();
    for value in snapshot.as_object_mut().unwrap().values_mut() {
        if let Some(text) = value.as_str() {
            *value = text.replacen(&app.issuer, "[issuer]", 1).into();
        }
    }
    insta::assert_json_snapshot!("discovery_document", snapshot);
}

#[actix_web::test]
async fn rfc8414_3_both_addresses_give_the_same_document() {
    let app = TestApp::spawn();
    let (openid, oauth) = (document(&app, OPENID).await, document(&app, OAUTH).await);
    assert_eq!(openid.json, oauth.json);
    for answer in [openid, oauth] {
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        let tag = answer.headers["etag"].to_str().unwrap();
        let again = app
            .http
            .get(app.url(OPENID))
            .header("If-None-Match", tag)
            .send()
            .await
            .unwrap();
        assert_eq!(again.status(), 304);
    }
}

/// DESIGN.md section 4: nothing is built from `Host` or `X-Forwarded-*`.
#[actix_web::test]
async fn d1_the_issuer_is_the_setting_whatever_a_request_says() {
    let app = TestApp::spawn();
    let request = app.http.get(app.url(OPENID)).header("Host", "evil.test");
    let request = request
        .header("X-Forwarded-Host", "evil.test")
        .header("X-Forwarded-Proto", "https");
    let answer = request
        .header("Forwarded", "host=evil.test;proto=https")
        .send()
        .await
        .unwrap();
    assert!(!answer.text().await.unwrap().contains("evil.test"));
}

/// What is advertised is there: every endpoint, every response mode, every grant, every prompt.
#[actix_web::test]
async fn what_is_advertised_works() {
    let mut scene = Scene::new().await.consented("openid").await;
    let json = document(&scene.app, OPENID).await.json;
    for (name, value) in json
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.ends_with("_endpoint"))
    {
        let response = scene
            .app
            .http
            .post(value.as_str().unwrap())
            .form(&[("x", "y")])
            .send()
            .await
            .unwrap();
        assert!(
            ![404, 405, 500].contains(&response.status().as_u16()),
            "{name}: {}",
            response.status()
        );
    }
    for mode in list(&json, "response_modes_supported") {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("response_mode", mode)]))
            .await;
        assert!(
            page.parameter("code").is_some() || page.form().fields.contains_key("code"),
            "{mode}"
        );
    }
    for grant in list(&json, "grant_types_supported") {
        let answer = scene.party.token(&[("grant_type", grant)]).await;
        assert_ne!(answer.error(), "unsupported_grant_type", "{grant}");
    }
    scene.app.advance(1);
    for prompt in list(&json, "prompt_values_supported") {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("prompt", prompt)]))
            .await;
        assert_ne!(page.parameter("error").as_deref(), Some("invalid_request"), "{prompt}");
    }
    for alg in list(&json, "id_token_signing_alg_values_supported") {
        let metadata = serde_json::json!({
            "client_id": format!("alg-{alg}"), "grant_types": ["client_credentials"],
            "id_token_signed_response_alg": alg,
        });
        let party = scene.party(metadata).await;
        let answer = party.token(&[("grant_type", "client_credentials")]).await;
        assert_eq!(
            crate::harness::relying_party::header(answer.text("access_token"))["alg"],
            alg
        );
    }
}
