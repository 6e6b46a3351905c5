//! Redirect URIs match byte for byte. RFC 9700 section 2.1, RFC 8252 section 7.3.

use passgate::flow::clients;
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use passgate::protocol::registration::Registration;
use serde_json::json;

use super::scene::{Scene, assert_shown};
use crate::harness::app::TestApp;
use crate::harness::relying_party::{REDIRECT_URI, VERIFIER};

/// RU-02 to RU-20 and `oidcc-ensure-registered-redirect-uri`: what is not the registered text is shown, not followed.
#[actix_web::test]
async fn ru_anything_but_the_registered_bytes_is_shown_not_sent() {
    let mut scene = Scene::new().await.consented("openid").await;
    for uri in [
        "https://app.example/cb/extra",
        "https://app.example/cb/../evil",
        "https://app.example/cb/%2e%2e/evil",
        "https://app.example/cb%2f..%2fevil",
        "https://app.example/cb?x=1",
        "https://app.example/cb?",
        "https://app.example/cb#frag",
        "https://app.example/cb/",
        "https://app.example/CB",
        "https://app.example.evil.test/cb",
        "https://app.exampleX/cb",
        "https://appXexample/cb",
        "https://app.example@evil.test/cb",
        "https://user@app.example/cb",
        "https://evil.test\\@app.example/cb",
        "HTTPS://app.example/cb",
        "https://APP.EXAMPLE/cb",
        "https://app.example:443/cb",
        "//app.example/cb",
        "http://app.example/cb",
        "https://app\u{3002}example/cb",
        "https://\u{430}pp.example/cb",
        "https://app.exam\u{ad}ple/cb",
        "https%3A%2F%2Fapp.example%2Fcb",
        "http://127.0.0.1/cb",
        "http://[::1]:4000/cb",
        "https://app.example/cb ",
        " https://app.example/cb",
        "https://app.example/cb\r\nLocation: https://evil.test",
        "https://evil.test/",
        "javascript:alert(1)",
    ] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("redirect_uri", uri)]))
            .await;
        assert_shown(&page, uri);
    }
}

#[actix_web::test]
async fn ru_20_a_value_is_decoded_exactly_once() {
    let mut scene = Scene::new().await.consented("openid").await;
    for uri in [
        "https%253A%252F%252Fapp.example%252Fcb",
        "https%3A%2F%2Fapp.example%2Fcb%252e",
        "+https://app.example/cb",
    ] {
        let request = scene.party.request("openid", &[("redirect_uri", "")]);
        let page = scene.browser.get(&format!("{request}&redirect_uri={uri}")).await;
        assert_shown(&page, uri);
    }
}

/// `oidcc-redirect-uri-query-OK`, `oidcc-redirect-uri-query-mismatch` (RU-03).
#[actix_web::test]
async fn ru_03_a_registered_query_is_kept_and_no_other_is_taken() {
    let mut scene = Scene::new().await;
    let uri = "https://app.example/cb?tenant=a%20b";
    let party = scene
        .party(json!({ "client_id": "query", "redirect_uris": [uri], "consent": "skip" }))
        .await;
    for other in [
        "https://app.example/cb?tenant=a%20c",
        "https://app.example/cb?tenant=a+b",
        "https://app.example/cb",
    ] {
        let page = scene
            .browser
            .get(&party.request("openid", &[("redirect_uri", other)]))
            .await;
        assert_shown(&page, other);
    }
    let page = scene
        .browser
        .get(&party.request("openid", &[("redirect_uri", uri)]))
        .await;
    assert!(page.url.as_str().starts_with(&format!("{uri}&code=")), "{}", page.url);
    let code = party.code_of(&page);
    let form = |uri| {
        [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", uri),
            ("code_verifier", VERIFIER),
        ]
    };
    assert_eq!(party.token(&form(uri)).await.status, 200);
}

#[actix_web::test]
async fn ru_12_a_loopback_address_may_change_its_port() {
    let mut scene = Scene::new().await;
    let party = scene
        .party(json!({
            "client_id": "native", "redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"],
            "token_endpoint_auth_method": "none", "consent": "skip",
        }))
        .await;
    for uri in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:51004/cb",
        "com.example.app:/cb",
    ] {
        let page = scene
            .browser
            .request(
                reqwest::Method::GET,
                &party.request("openid", &[("redirect_uri", uri)]),
                None,
            )
            .await;
        assert!(
            page.headers["location"]
                .to_str()
                .unwrap()
                .starts_with(&format!("{uri}?code=")),
            "{uri}"
        );
    }
    for uri in [
        "http://127.0.0.1:51004/other",
        "http://localhost/cb",
        "http://127.0.0.2/cb",
        "http://127.0.0.1:0/cb",
    ] {
        let page = scene
            .browser
            .get(&party.request("openid", &[("redirect_uri", uri)]))
            .await;
        assert_shown(&page, uri);
    }
}

#[actix_web::test]
async fn ru_16_a_client_without_redirect_uris_does_not_take_the_first_that_comes() {
    let mut scene = Scene::new().await;
    let party = scene
        .party(json!({ "client_id": "m2m", "grant_types": ["client_credentials"] }))
        .await;
    for _ in 0..2 {
        let page = scene
            .browser
            .get(&party.request("openid", &[("redirect_uri", "https://evil.test/cb")]))
            .await;
        assert_shown(&page, "no redirect URI registered");
    }
}

/// RU-04, RU-11, RU-15, RU-18, RU-19 and `oidcc-redirect-uri-regfrag`.
#[actix_web::test]
async fn ru_what_cannot_be_registered() {
    let app = TestApp::spawn();
    for uri in [
        "https://app.example/cb#frag",
        "*",
        "https://*.app.example/cb",
        "https://app.example/*",
        "http://app.example/cb",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://app.example/x",
        "https://app.example/cb?code=1",
        "https://app.example/cb?state=1",
        "https://app.example/cb?error=1",
        "https://app.example/cb?iss=1",
        "app.example/cb",
    ] {
        let registration = Registration::read(json!({ "redirect_uris": [REDIRECT_URI, uri] })).unwrap();
        let refused = clients::register(&app.state, &registration, &Authority::all(), &Origin::command_line())
            .await
            .unwrap_err();
        assert!(
            refused.to_string().starts_with("invalid_redirect_uri"),
            "{uri}: {refused}"
        );
    }
    assert!(
        clients::list(&app.state)
            .await
            .unwrap()
            .iter()
            .all(|client| client.id.contains("playground"))
    );
}
