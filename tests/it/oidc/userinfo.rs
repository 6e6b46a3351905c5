//! Who a token is about. OpenID Connect Core section 5.3, RFC 6750.

use passgate::flow::users::Change;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::scene::{ADA, Scene, person_with_every_claim};
use crate::harness::app::TestApp;
use crate::harness::relying_party::{Answer, RelyingParty, claims};

async fn by_form(app: &TestApp, form: &[(&str, &str)]) -> Answer {
    Answer::read(
        app.http
            .post(app.url("/oauth2/userinfo"))
            .form(form)
            .send()
            .await
            .unwrap(),
    )
    .await
}

/// A person with every claim, and a token for a scope.
async fn told(scope: &str) -> (Value, Value) {
    let app = TestApp::spawn();
    person_with_every_claim(&app).await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let code = party.code(&mut browser, scope).await;
    let tokens = party.exchange(&code).await;
    let userinfo = party.userinfo(tokens.text("access_token")).await;
    assert_eq!(userinfo.headers["content-type"], "application/json");
    (userinfo.json, claims(tokens.text("id_token")))
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// `oidcc-userinfo-get`, `oidcc-userinfo-post-header`, `oidcc-userinfo-post-body` (I7).
#[actix_web::test]
async fn oidcc_userinfo_by_get_by_post_and_in_the_body() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid email").await;
    let token = tokens.text("access_token");
    let get = scene.party.userinfo(token).await;
    let header = scene
        .app
        .http
        .post(scene.app.url("/oauth2/userinfo"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let header = Answer::read(header).await;
    let body = by_form(&scene.app, &[("access_token", token)]).await;
    for answer in [&get, &header, &body] {
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.text("sub"), scene.sub);
        assert_eq!(answer.json, get.json);
    }
}

/// `oidcc-scope-profile` (I10): all fourteen.
#[actix_web::test]
async fn oidcc_scope_profile() {
    let (userinfo, _) = told("openid profile").await;
    for claim in [
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
    ] {
        assert!(userinfo[claim].as_str().is_some_and(|text| !text.is_empty()), "{claim}");
    }
    assert_eq!(userinfo["updated_at"], 1_700_000_000);
    assert!(userinfo.get("email").is_none() && userinfo.get("address").is_none());
}

#[actix_web::test]
async fn oidcc_scope_email() {
    let (userinfo, _) = told("openid email").await;
    assert_eq!(
        (&userinfo["email"], &userinfo["email_verified"]),
        (&json!(ADA), &json!(true))
    );
    assert_eq!(names(&userinfo), ["email", "email_verified", "plan", "role", "sub"]);
}

#[actix_web::test]
async fn oidcc_scope_address() {
    let (userinfo, id_token) = told("openid address").await;
    assert!(userinfo["address"].as_object().unwrap().values().all(Value::is_string));
    assert!(id_token.get("address").is_none());
}

#[actix_web::test]
async fn oidcc_scope_phone() {
    let (userinfo, id_token) = told("openid phone").await;
    assert_eq!(userinfo["phone_number"], "+44 20 7946 0000");
    assert_eq!(userinfo["phone_number_verified"], true);
    assert!(id_token.get("phone_number").is_none());
}

/// `oidcc-scope-all`, and that both tellings are the same where both tell.
#[actix_web::test]
async fn oidcc_scope_all() {
    let (userinfo, id_token) = told("openid profile email address phone").await;
    for claim in ["name", "email", "address", "phone_number", "sub", "role", "plan"] {
        assert!(userinfo.get(claim).is_some(), "{claim}");
    }
    for (claim, value) in userinfo.as_object().unwrap() {
        assert!(id_token.get(claim).is_none_or(|told| told == value), "{claim}");
    }
}

/// I8: a claim that a person does not have is left out.
#[actix_web::test]
async fn core_5_3_2_no_claim_is_null_or_empty() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid profile email address phone").await;
    let userinfo = scene.party.userinfo(tokens.text("access_token")).await.json;
    for (claim, value) in userinfo.as_object().unwrap() {
        assert!(!value.is_null() && value != "" && value != "null", "{claim}");
    }
    assert!(userinfo.get("birthdate").is_none() && userinfo.get("address").is_none());
    assert!(userinfo["updated_at"].as_i64().unwrap() <= scene.app.clock.now().timestamp());
}

/// TE-22 and CONFORMANCE.md I13.
#[actix_web::test]
async fn te_22_a_bad_token_is_invalid_token() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid").await;
    let token = tokens.text("access_token");
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    let (_, rest) = token.split_once('.').unwrap();
    let assert_bad = |answer: Answer| {
        assert_eq!(
            (answer.status, answer.error()),
            (StatusCode::UNAUTHORIZED, "invalid_token"),
            "{answer:?}"
        );
        let challenge = answer.headers["www-authenticate"].to_str().unwrap();
        assert!(
            challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""),
            "{challenge}"
        );
    };
    for bad in [
        "x",
        "a.b.c",
        &format!("{unsigned}."),
        &format!("eyJhbGciOiJub25lIn0.{rest}"),
        &"x".repeat(20_000),
    ] {
        assert_bad(scene.party.userinfo(bad).await);
    }
    scene.party.revoke(token).await;
    assert_bad(scene.party.userinfo(token).await);
    let late = scene.tokens("openid").await;
    scene.app.advance(299);
    assert_eq!(scene.party.userinfo(late.text("access_token")).await.status, 200);
    scene.app.advance(1);
    assert_bad(scene.party.userinfo(late.text("access_token")).await);
    let gone = scene.tokens("openid").await;
    scene.change(Change::Disable).await;
    assert_bad(scene.party.userinfo(gone.text("access_token")).await);
}

#[actix_web::test]
async fn rfc6750_3_1_without_a_token_there_is_a_challenge_and_no_error() {
    let app = TestApp::spawn();
    for answer in [
        Answer::read(app.http.get(app.url("/oauth2/userinfo")).send().await.unwrap()).await,
        by_form(&app, &[]).await,
    ] {
        assert_eq!(answer.status, 401);
        let challenge = answer.headers["www-authenticate"].to_str().unwrap();
        assert!(
            challenge.starts_with("Bearer") && !challenge.contains("error"),
            "{challenge}"
        );
    }
    // Tokens in addresses end in logs (RFC 6750 section 5.3): not looked at.
    let answer = app
        .http
        .get(app.url("/oauth2/userinfo?access_token=x"))
        .send()
        .await
        .unwrap();
    assert!(!answer.headers()["www-authenticate"].to_str().unwrap().contains("error"));
}

#[actix_web::test]
async fn rfc6750_2_a_token_comes_in_one_way_and_once() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid").await;
    let token = tokens.text("access_token");
    let twice = by_form(&scene.app, &[("access_token", token), ("access_token", token)]).await;
    let request = scene
        .app
        .http
        .post(scene.app.url("/oauth2/userinfo"))
        .bearer_auth(token);
    let both = Answer::read(request.form(&[("access_token", token)]).send().await.unwrap()).await;
    for answer in [twice, both] {
        assert_eq!((answer.status.as_u16(), answer.error()), (400, "invalid_request"));
    }
}
