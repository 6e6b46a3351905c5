//! Who a client is. RFC 6749 section 2.3.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use passgate::flow::clients;
use passgate::model::audit::Origin;
use reqwest::header::AUTHORIZATION;
use serde_json::json;

use super::scene::{Scene, assert_refused};
use crate::harness::app::TestApp;
use crate::harness::relying_party::{Answer, RelyingParty};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const SECRET: &str = "a secret+with/odd=chars&%41:ü";

/// A machine with a secret of its own making; its basic credentials.
async fn machine(app: &TestApp) -> String {
    app.client(json!({
        "client_id": "m2m", "client_secret": SECRET, "grant_types": ["client_credentials"], "scope": "api.read",
    }))
    .await
    .unwrap()
}

async fn ask(app: &TestApp, authorization: Option<&str>, form: &[(&str, &str)]) -> Answer {
    let request = app.http.post(app.url("/oauth2/token")).form(form);
    let request = match authorization {
        Some(value) => request.header(AUTHORIZATION, value),
        None => request,
    };
    Answer::read(request.send().await.unwrap()).await
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// CONFORMANCE.md T6: both halves are form-urlencoded before they go into the header.
#[actix_web::test]
async fn rfc6749_2_3_1_basic_credentials_are_form_urlencoded() {
    let app = TestApp::spawn();
    machine(&app).await;
    assert_eq!(
        ask(&app, Some(&basic("m2m", &encoded(SECRET))), &[GRANT]).await.status,
        200
    );
    assert_eq!(
        ask(&app, Some(&basic("m%32m", &encoded(SECRET))), &[GRANT])
            .await
            .status,
        200
    );
    assert_refused(
        &ask(&app, Some(&basic("m2m", SECRET)), &[GRANT]).await,
        401,
        "invalid_client",
    );
}

#[actix_web::test]
async fn oidcc_server_client_secret_post() {
    let mut scene = Scene::new().await;
    let post = scene
        .party(json!({
            "client_id": "post", "redirect_uris": [crate::harness::relying_party::REDIRECT_URI],
            "token_endpoint_auth_method": "client_secret_post", "consent": "skip",
        }))
        .await;
    let code = post.code(&mut scene.browser, "openid").await;
    let mut form = super::scene::redemption(&code);
    form.extend([
        ("client_id", "post"),
        ("client_secret", post.secret.as_deref().unwrap()),
    ]);
    let tokens = ask(&scene.app, None, &form).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
}

#[actix_web::test]
async fn ca_02_one_way_to_authenticate() {
    let app = TestApp::spawn();
    let secret = machine(&app).await;
    let header = basic("m2m", &encoded(&secret));
    let answer = ask(&app, Some(&header), &[GRANT, ("client_secret", &secret)]).await;
    assert_refused(&answer, 400, "invalid_request");
    let assertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let form = [
        GRANT,
        ("client_assertion_type", assertion),
        ("client_assertion", "eyJhbGciOiJub25lIn0.e30."),
    ];
    assert_ne!(ask(&app, Some(&header), &form).await.status, 200);
    let with_secret = [form.as_slice(), &[("client_id", "m2m"), ("client_secret", &secret)]].concat();
    assert_refused(&ask(&app, None, &with_secret).await, 401, "invalid_client");
}

#[actix_web::test]
async fn ca_03_a_client_id_in_the_body_is_the_one_of_the_header() {
    let app = TestApp::spawn();
    let header = basic("m2m", &encoded(&machine(&app).await));
    assert_eq!(
        ask(&app, Some(&header), &[GRANT, ("client_id", "m2m")]).await.status,
        200
    );
    assert_refused(
        &ask(&app, Some(&header), &[GRANT, ("client_id", "web")]).await,
        400,
        "invalid_request",
    );
}

#[actix_web::test]
async fn ca_04_an_unknown_client_and_a_wrong_secret_look_the_same() {
    let app = TestApp::spawn();
    machine(&app).await;
    let form = |id| {
        [
            GRANT,
            ("client_id", id),
            ("client_secret", "not the secret at all, but long"),
        ]
    };
    let mut unknown = ask(&app, None, &form("nobody")).await;
    let mut wrong = ask(&app, None, &form("m2m")).await;
    assert_refused(&unknown, 401, "invalid_client");
    for answer in [&mut unknown, &mut wrong] {
        assert!(answer.headers.remove("x-request-id").is_some());
        answer.headers.remove("date");
    }
    assert_eq!(
        (unknown.status, &unknown.headers, &unknown.json),
        (wrong.status, &wrong.headers, &wrong.json)
    );
    let none = ask(&app, None, &[GRANT, ("client_id", "m2m")]).await;
    assert_eq!(none.json, wrong.json);
}

#[actix_web::test]
async fn ca_06_a_secret_in_the_address_is_refused() {
    let app = TestApp::spawn();
    let secret = machine(&app).await;
    for query in [
        format!("client_secret={}", encoded(&secret)),
        "code=x".to_owned(),
        "refresh_token=x".to_owned(),
        "token=x".to_owned(),
    ] {
        let request = app.http.post(app.url(&format!("/oauth2/token?{query}")));
        let request = request.form(&[GRANT, ("client_id", "m2m"), ("client_secret", &secret)]);
        let answer = Answer::read(request.send().await.unwrap()).await;
        assert_refused(&answer, 400, "invalid_request");
    }
}

/// DESIGN.md section 4: libraries choose between basic and post by themselves, unless the client forbids it.
#[actix_web::test]
async fn ca_07_either_way_of_sending_the_secret_unless_the_client_is_strict() {
    let app = TestApp::spawn();
    let secret = machine(&app).await;
    assert_eq!(
        ask(&app, None, &[GRANT, ("client_id", "m2m"), ("client_secret", &secret)])
            .await
            .status,
        200
    );
    app.client(json!({
        "client_id": "strict", "client_secret": SECRET, "grant_types": ["client_credentials"],
        "strict_auth_method": true,
    }))
    .await;
    let post = ask(&app, None, &[GRANT, ("client_id", "strict"), ("client_secret", SECRET)]).await;
    assert_refused(&post, 401, "invalid_client");
    assert_eq!(
        ask(&app, Some(&basic("strict", &encoded(SECRET))), &[GRANT])
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn ca_16_a_deleted_client_is_refused_at_once_and_its_tokens_are_dead() {
    let scene = Scene::new().await;
    let evil = scene.evil().await;
    let token = evil.token(&[GRANT]).await;
    assert_eq!(token.status, 200);
    clients::delete(&scene.app.state, "evil", &Origin::command_line())
        .await
        .unwrap();
    assert_refused(&evil.token(&[GRANT]).await, 401, "invalid_client");
    assert_refused(
        &evil.introspect(token.text("access_token")).await,
        401,
        "invalid_client",
    );
}

#[actix_web::test]
async fn ca_19_a_public_client_has_no_secret() {
    let mut scene = Scene::new().await;
    let spa = scene.spa().await;
    let guessed = RelyingParty::new(&scene.app, "spa", Some("any secret, even a long one"));
    let code = spa.code(&mut scene.browser, "openid").await;
    assert_refused(&guessed.exchange(&code).await, 401, "invalid_client");
    // The request of nobody we know burned nothing.
    assert_eq!(spa.exchange(&code).await.status, 200);
}

#[actix_web::test]
async fn rfc6749_2_3_what_is_no_authentication_is_invalid_client() {
    let app = TestApp::spawn();
    machine(&app).await;
    for header in [
        "Bearer x",
        "Basic",
        "Basic !!!",
        "Basic bTJt",
        &basic("m2m", "%zz"),
        &basic("m2m", ""),
    ] {
        assert_refused(&ask(&app, Some(header), &[GRANT]).await, 401, "invalid_client");
    }
    let in_form = ask(&app, None, &[GRANT, ("client_id", "m2m"), ("client_secret", "wrong")]).await;
    assert_refused(&in_form, 401, "invalid_client");
    assert!(
        !in_form.headers.contains_key("www-authenticate"),
        "it would hide the error from some libraries"
    );
    assert_refused(&ask(&app, None, &[GRANT]).await, 401, "invalid_client");
    let basic_challenge = ask(&app, Some("Basic !!!"), &[GRANT]).await;
    assert!(
        basic_challenge.headers["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Basic ")
    );
}
