//! Authorization requests that are refused, and where the refusal goes. RFC 6749 sections 3.1 and 4.1.2.1, RFC 9700.

use reqwest::Method;

use super::scene::{Scene, assert_sent, assert_shown};
use crate::harness::relying_party::REDIRECT_URI;

#[actix_web::test]
async fn az_01_an_unknown_client_is_shown_not_sent() {
    let mut scene = Scene::new().await;
    let page = scene
        .browser
        .get("/oauth2/authorize?client_id=nope&redirect_uri=https://evil.test/")
        .await;
    assert_shown(&page, "unknown client");
    let page = scene
        .browser
        .get("/oauth2/authorize?redirect_uri=https://evil.test/")
        .await;
    assert_shown(&page, "no client");
}

#[actix_web::test]
async fn az_03_oidcc_ensure_redirect_uri_in_authorization_request() {
    let mut scene = Scene::new().await;
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("redirect_uri", "")]))
        .await;
    assert_shown(&page, "one registered, none sent");
    let two = scene
        .party(serde_json::json!({ "client_id": "two", "redirect_uris": [REDIRECT_URI, "https://app.example/other"] }))
        .await;
    let page = scene.browser.get(&two.request("openid", &[("redirect_uri", "")])).await;
    assert_shown(&page, "two registered, none sent");
}

#[actix_web::test]
async fn az_05_tokens_never_come_through_the_front_channel() {
    let mut scene = Scene::new().await.consented("openid").await;
    for response_type in [
        "token",
        "id_token",
        "id_token token",
        "code token",
        "code id_token",
        "none",
        "CODE",
    ] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("response_type", response_type)]))
            .await;
        assert_sent(&scene.app, &page, "unsupported_response_type");
    }
}

#[actix_web::test]
async fn oidcc_response_type_missing_is_said_in_the_query_with_the_state() {
    let mut scene = Scene::new().await;
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("response_type", "")]))
        .await;
    assert_sent(&scene.app, &page, "invalid_request");
}

#[actix_web::test]
async fn az_06_a_repeated_client_id_or_redirect_uri_is_shown_not_sent() {
    let mut scene = Scene::new().await;
    for repeated in [
        "client_id=web",
        "client_id=evil",
        "redirect_uri=https://app.example/cb",
        "redirect_uri=https://evil.test/cb",
    ] {
        let request = format!("{}&{repeated}", scene.party.request("openid", &[]));
        assert_shown(&scene.browser.get(&request).await, repeated);
    }
}

#[actix_web::test]
async fn az_07_any_other_repeated_parameter_is_sent() {
    let mut scene = Scene::new().await.consented("openid").await;
    for name in [
        "scope",
        "nonce",
        "code_challenge",
        "response_type",
        "prompt=none&prompt",
        "foo=1&foo",
    ] {
        let request = format!("{}&{name}=again", scene.party.request("openid", &[]));
        assert_sent(&scene.app, &scene.browser.get(&request).await, "invalid_request");
    }
    // Which of two states is the client's cannot be known: none goes back.
    let page = scene
        .browser
        .get(&format!("{}&state=other", scene.party.request("openid", &[])))
        .await;
    assert_eq!(page.parameter("error").as_deref(), Some("invalid_request"));
    assert_eq!(page.parameter("state"), None);
}

#[actix_web::test]
async fn az_07_a_parameter_in_query_and_body_is_repeated() {
    let mut scene = Scene::new().await;
    let form = [("scope".to_owned(), "openid".to_owned())].into();
    let page = scene
        .browser
        .request(Method::POST, &scene.party.request("openid", &[]), Some(&form))
        .await;
    assert_eq!(page.status, 303);
    let location = page.headers["location"].to_str().unwrap().to_owned();
    assert_sent(&scene.app, &scene.browser.get(&location).await, "invalid_request");
}

#[actix_web::test]
async fn az_09_a_nonce_is_carried_whole_or_refused() {
    let mut scene = Scene::new().await.consented("openid").await;
    let nonce = "n".repeat(64);
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("nonce", &nonce)]))
        .await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    assert_eq!(
        crate::harness::relying_party::claims(tokens.text("id_token"))["nonce"],
        nonce.as_str()
    );
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("nonce", &"n".repeat(16 * 1024))]))
        .await;
    assert_sent(&scene.app, &page, "invalid_request");
}

#[actix_web::test]
async fn az_10_a_scope_that_the_client_may_not_have_is_neither_asked_for_nor_given() {
    let mut scene = Scene::new().await;
    let page = scene
        .browser
        .get(&scene.party.request("openid email admin api.write", &[]))
        .await;
    assert_eq!(page.url.path(), "/consent");
    assert!(!page.body.contains("api.write"));
    let page = scene.browser.decide(&page, "allow").await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    assert_eq!(tokens.text("scope"), "openid email");
    let page = scene.browser.get(&scene.party.request("admin", &[])).await;
    assert_sent(&scene.app, &page, "invalid_scope");
}

#[actix_web::test]
async fn az_11_a_monstrous_scope_is_a_small_error() {
    let mut scene = Scene::new().await;
    for scope in ["a".repeat(20_000), "a ".repeat(10_000)] {
        let page = scene.browser.get(&scene.party.request(&scope, &[])).await;
        assert_sent(&scene.app, &page, "invalid_scope");
    }
    let form = [("scope".to_owned(), "a".repeat(1_000_000))].into();
    let page = scene
        .browser
        .request(Method::POST, "/oauth2/authorize?client_id=web", Some(&form))
        .await;
    assert_eq!(page.status, 413);
}

#[actix_web::test]
async fn az_13_prompt_none_stands_alone() {
    let mut scene = Scene::new().await.consented("openid").await;
    for prompt in ["none login", "login none", "none consent"] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("prompt", prompt)]))
            .await;
        assert_sent(&scene.app, &page, "invalid_request");
    }
}

#[actix_web::test]
async fn az_22_scripts_of_other_sites_read_nothing_here() {
    let mut scene = Scene::new().await;
    scene
        .browser
        .headers
        .push(("Origin".into(), "https://app.example".into()));
    for request in [
        scene.party.request("openid", &[]),
        "/oauth2/authorize?client_id=nope".to_owned(),
    ] {
        let page = scene.browser.request(Method::GET, &request, None).await;
        assert!(
            page.headers
                .keys()
                .all(|name| !name.as_str().starts_with("access-control-")),
            "{:?}",
            page.headers
        );
    }
}

#[actix_web::test]
async fn az_25_other_methods_are_not_allowed_and_make_nothing() {
    let mut scene = Scene::new().await.consented("openid").await;
    let request = scene.party.request("openid", &[]);
    for method in [
        Method::HEAD,
        Method::PUT,
        Method::DELETE,
        Method::TRACE,
        Method::OPTIONS,
    ] {
        let page = scene.browser.request(method.clone(), &request, None).await;
        assert_eq!(page.status, 405, "{method}");
        assert_eq!(page.headers["allow"], "GET, POST", "{method}");
        assert!(!page.headers.contains_key("location"), "{method}");
    }
}

#[actix_web::test]
async fn az_26_an_unknown_response_mode_is_refused() {
    let mut scene = Scene::new().await.consented("openid").await;
    for mode in ["web_message", "fragment", "jwt", "query.jwt", "nonsense"] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("response_mode", mode)]))
            .await;
        assert_sent(&scene.app, &page, "invalid_request");
    }
}

/// CONFORMANCE.md A20: the unsigned-request-object modules accept a refusal, never that they are ignored.
#[actix_web::test]
async fn oidcc_request_objects_are_said_not_to_be_supported() {
    let mut scene = Scene::new().await.consented("openid").await;
    for (name, value, error) in [
        ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
        (
            "request_uri",
            "https://app.example/request.jwt",
            "request_uri_not_supported",
        ),
        ("registration", "{}", "registration_not_supported"),
    ] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[(name, value)]))
            .await;
        assert_sent(&scene.app, &page, error);
    }
}

#[actix_web::test]
async fn a8_malformed_values_are_errors_of_the_request() {
    let mut scene = Scene::new().await.consented("openid").await;
    for (name, value) in [
        ("max_age", "-1"),
        ("max_age", "soon"),
        ("claims", "{"),
        ("claims", "[]"),
        ("claims", r#"{"userinfo":5}"#),
        ("code_challenge_method", "plain"),
    ] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[(name, value)]))
            .await;
        assert_sent(&scene.app, &page, "invalid_request");
    }
    let page = scene.browser.get(&scene.party.request("open\u{e9}id", &[])).await;
    assert_sent(&scene.app, &page, "invalid_scope");
}

#[actix_web::test]
async fn rfc6749_3_1_a_query_that_is_no_form_is_a_bad_request() {
    let mut scene = Scene::new().await;
    for broken in ["%zz", "%", "%00", "%ff%fe", &"a=&".repeat(200)] {
        let page = scene
            .browser
            .get(&format!("/oauth2/authorize?client_id=web&x={broken}"))
            .await;
        assert_shown(&page, broken);
    }
}

#[actix_web::test]
async fn rfc6749_4_1_2_1_a_client_without_the_grant_is_unauthorized() {
    let mut scene = Scene::new().await;
    let machine = scene
        .party(serde_json::json!({
            "client_id": "m2m", "redirect_uris": [REDIRECT_URI], "grant_types": ["client_credentials"],
            "scope": "openid api.read",
        }))
        .await;
    let page = scene.browser.get(&machine.request("openid", &[])).await;
    assert_sent(&scene.app, &page, "unauthorized_client");
}
