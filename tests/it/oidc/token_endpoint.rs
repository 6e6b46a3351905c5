//! What the token endpoint takes and what it answers. RFC 6749 sections 3.2, 4.4 and 5.

use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use super::scene::{Scene, assert_refused, redemption};
use crate::harness::relying_party::{Answer, claims, header};

async fn raw(scene: &Scene, content_type: Option<&str>, body: Vec<u8>) -> Answer {
    let party = &scene.party;
    let request = scene.app.http.post(scene.app.url("/oauth2/token"));
    let mut request = request.basic_auth(&party.client_id, party.secret.as_ref()).body(body);
    if let Some(content_type) = content_type {
        request = request.header(CONTENT_TYPE, content_type);
    }
    Answer::read(request.send().await.unwrap()).await
}

const FORM: &str = "application/x-www-form-urlencoded";

#[actix_web::test]
async fn te_02_a_body_that_is_no_form_is_an_oauth_error() {
    let scene = Scene::new().await;
    let form = b"grant_type=client_credentials".to_vec();
    assert_eq!(raw(&scene, Some(FORM), form.clone()).await.status, 200);
    assert_eq!(
        raw(
            &scene,
            Some("application/x-www-form-urlencoded; charset=UTF-8"),
            form.clone()
        )
        .await
        .status,
        200
    );
    for (content_type, body) in [
        (
            Some("application/json"),
            br#"{"grant_type":"client_credentials"}"#.to_vec(),
        ),
        (Some("multipart/form-data; boundary=x"), b"--x--".to_vec()),
        (None, form.clone()),
        (Some("text/plain"), form.clone()),
        (Some("application/x-www-form-urlencoded; charset=utf-16"), form.clone()),
        (Some("nonsense"), form),
    ] {
        assert_refused(&raw(&scene, content_type, body).await, 400, "invalid_request");
    }
}

#[actix_web::test]
async fn te_03_a_repeated_parameter_is_an_error() {
    let mut scene = Scene::new().await;
    let code = scene.code("openid").await;
    for repeated in [
        ("grant_type", "authorization_code"),
        ("code", "other"),
        ("client_id", "web"),
        ("foo", "1"),
    ] {
        let mut form = redemption(&code);
        form.extend([("client_id", "web"), ("foo", "1"), repeated]);
        assert_refused(&scene.party.token(&form).await, 400, "invalid_request");
    }
    assert_eq!(scene.party.exchange(&code).await.status, 200);
}

#[actix_web::test]
async fn te_04_grants_that_do_not_exist_here() {
    let scene = Scene::new().await;
    for grant in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "CLIENT_CREDENTIALS",
        "x",
    ] {
        let form = [
            ("grant_type", grant),
            ("username", super::scene::ADA),
            ("password", crate::harness::app::PASSWORD),
        ];
        assert_refused(&scene.party.token(&form).await, 400, "unsupported_grant_type");
    }
    assert_refused(&scene.party.token(&[]).await, 400, "invalid_request");
    assert_refused(&scene.party.token(&[("grant_type", "")]).await, 400, "invalid_request");
    assert_refused(
        &scene.party.token(&[("grant_type", "authorization_code")]).await,
        400,
        "invalid_request",
    );
    assert_refused(
        &scene.party.token(&[("grant_type", "refresh_token")]).await,
        400,
        "invalid_request",
    );
}

#[actix_web::test]
async fn rfc6749_5_2_a_grant_that_the_client_is_not_registered_for() {
    let mut scene = Scene::new().await;
    let (spa, plain) = (
        scene.spa().await,
        scene
            .party(json!({ "client_id": "plain", "redirect_uris": ["https://app.example/cb"], "consent": "skip" }))
            .await,
    );
    assert_refused(
        &spa.token(&[("grant_type", "client_credentials")]).await,
        400,
        "unauthorized_client",
    );
    assert_refused(&plain.refresh("x").await, 400, "unauthorized_client");
    let code = plain.code(&mut scene.browser, "openid offline_access").await;
    assert!(plain.exchange(&code).await.json.get("refresh_token").is_none());
}

#[actix_web::test]
async fn te_06_a_machine_gets_no_scope_of_a_person() {
    let scene = Scene::new().await;
    let ask = async |scope: &str| {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        scene.party.token(&form).await
    };
    for scope in [
        "openid",
        "openid offline_access",
        "api.read profile",
        "api.write",
        "bad\"scope",
    ] {
        assert_refused(&ask(scope).await, 400, "invalid_scope");
    }
    for answer in [ask("api.read").await, ask("").await] {
        assert_eq!((answer.status.as_u16(), answer.text("scope")), (200, "api.read"));
        assert!(answer.json.get("refresh_token").is_none() && answer.json.get("id_token").is_none());
        let token = claims(answer.text("access_token"));
        assert_eq!((&token["sub"], &token["client_id"]), (&json!("web"), &json!("web")));
        for of_a_person in ["role", "plan", "sid", "auth_time", "acr"] {
            assert!(token.get(of_a_person).is_none(), "{of_a_person}");
        }
        let userinfo = scene.party.userinfo(answer.text("access_token")).await;
        assert_eq!(
            (userinfo.status.as_u16(), userinfo.error()),
            (403, "insufficient_scope")
        );
    }
}

#[actix_web::test]
async fn te_07_a_refresh_never_widens_and_a_narrow_one_does_not_narrow_the_grant() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid email offline_access").await;
    let with = async |token: &str, scope: &str| {
        scene
            .party
            .token(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", token),
                ("scope", scope),
            ])
            .await
    };
    for scope in ["openid profile", "openid email api.read", "admin"] {
        assert_refused(&with(tokens.text("refresh_token"), scope).await, 400, "invalid_scope");
    }
    let narrow = with(tokens.text("refresh_token"), "openid").await;
    assert_eq!(
        (narrow.status.as_u16(), narrow.text("scope")),
        (200, "openid"),
        "{narrow:?}"
    );
    assert!(
        scene
            .party
            .userinfo(narrow.text("access_token"))
            .await
            .json
            .get("email")
            .is_none()
    );
    let whole = scene.party.refresh(narrow.text("refresh_token")).await;
    assert_eq!(whole.text("scope"), "openid email offline_access");
}

/// RFC 6749 section 5.1, CONFORMANCE.md T4 and T5.
#[actix_web::test]
async fn te_08_answers_are_never_cached_and_say_how_long_they_hold() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid").await;
    for answer in [&tokens, &scene.party.refresh(tokens.text("refresh_token")).await] {
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["pragma"], "no-cache");
        assert_eq!(answer.json["expires_in"], 300);
        assert_eq!(answer.text("token_type"), "Bearer");
    }
    let secret = scene.party.secret.clone().unwrap();
    let refused = scene.party.refresh(&secret).await;
    assert_refused(&refused, 400, "invalid_grant");
    assert!(!refused.json.to_string().contains(&secret));
}

#[actix_web::test]
async fn te_10_garbage_is_an_oauth_error() {
    let scene = Scene::new().await;
    let many = "a=1&".repeat(10_000);
    for (body, status) in [
        (&b"grant_type=%zz"[..], 400),
        (b"grant_type=client_credentials&x=%00", 400),
        (b"grant_type=client_credentials&x=%ff%fe", 400),
        (b"\xff\xfe=\x80", 400),
        (b"\xef\xbb\xbfgrant_type=client_credentials", 400),
        (b"a[]=1&a[]=2", 400),
        (b"=&&==&", 400),
        (many.as_bytes(), 400),
        (&[b'a'; 70_000], 413),
    ] {
        assert_refused(&raw(&scene, Some(FORM), body.to_vec()).await, status, "invalid_request");
    }
}

#[actix_web::test]
async fn te_11_scripts_of_registered_origins_may_ask_without_cookies() {
    let scene = Scene::new().await;
    scene.spa().await;
    for (origin, allowed) in [
        ("https://app.example", true),
        ("https://evil.test", false),
        ("null", false),
    ] {
        for path in ["/oauth2/token", "/oauth2/userinfo", "/oauth2/revoke"] {
            let request = scene.app.http.request(reqwest::Method::OPTIONS, scene.app.url(path));
            let request = request
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST");
            let response = request.send().await.unwrap();
            let answered = response
                .headers()
                .get("access-control-allow-origin")
                .map(|value| value.to_str().unwrap());
            assert_eq!(answered, allowed.then_some(origin), "{path}");
            assert!(!response.headers().contains_key("access-control-allow-credentials"));
        }
    }
    let response = scene
        .app
        .http
        .post(scene.app.url("/oauth2/token"))
        .header("Origin", "https://app.example");
    let response = response.send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example");
}

#[actix_web::test]
async fn rfc6749_3_2_get_is_not_allowed_and_accept_means_nothing() {
    let scene = Scene::new().await;
    let response = scene.app.http.get(scene.app.url("/oauth2/token")).send().await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers()["allow"].to_str().unwrap()
        ),
        (405, "POST, OPTIONS")
    );
    let party = &scene.party;
    let request = scene
        .app
        .http
        .post(scene.app.url("/oauth2/token"))
        .header("Accept", "text/html");
    let request = request
        .basic_auth("web", party.secret.as_ref())
        .form(&[("grant_type", "client_credentials")]);
    assert_eq!(
        request.send().await.unwrap().headers()[CONTENT_TYPE],
        "application/json"
    );
}

/// RFC 9068 section 2, and what services authorise on.
#[actix_web::test]
async fn rfc9068_2_the_access_token_says_what_a_service_needs() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid email").await;
    let (head, token) = (header(tokens.text("access_token")), claims(tokens.text("access_token")));
    assert_eq!((&head["typ"], &head["alg"]), (&json!("at+jwt"), &json!("RS256")));
    assert_eq!(token["iss"], scene.app.issuer.as_str());
    assert_eq!(token["aud"], scene.app.issuer.as_str());
    assert_eq!(token["sub"], scene.sub.as_str());
    assert_eq!(token["client_id"], "web");
    assert_eq!(token["scope"], "openid email");
    assert_eq!(token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap(), 300);
    for member in ["jti", "sid", "role", "plan", "acr"] {
        assert!(token[member].as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
    assert!(token.get("email").is_none());
}
