//! Authorization requests that go well, in every shape that parties send. OpenID Connect Core section 3.1.2.1.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use url::Url;

use super::scene::{ADA, Scene};
use crate::harness::relying_party::claims;

#[actix_web::test]
async fn a9_state_comes_back_byte_for_byte_and_no_state_stays_none() {
    let mut scene = Scene::new().await.consented("openid").await;
    let odd = format!("{}&=+%25\"' <>{{}}\\ü漢%00", "s".repeat(128));
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("state", &odd)]))
        .await;
    assert_eq!(page.parameter("state"), Some(odd));
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("state", "")]))
        .await;
    assert_eq!(page.parameter("state"), None);
    assert_eq!(page.parameter("iss").as_deref(), Some(scene.app.issuer.as_str()));
}

#[actix_web::test]
async fn a19_codes_and_tokens_cannot_be_guessed() {
    let mut scene = Scene::new().await.consented("openid").await;
    let (one, two) = (scene.code("openid").await, scene.code("openid").await);
    assert_ne!(one, two);
    // 256 random bits in base64url, behind a readable prefix.
    assert!(one.len() >= 43, "{}", one.len());
    let tokens = scene.party.exchange(&one).await;
    let again = scene.party.exchange(&two).await;
    assert_ne!(
        claims(tokens.text("access_token"))["jti"],
        claims(again.text("access_token"))["jti"]
    );
}

#[actix_web::test]
async fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    let mut scene = Scene::new().await.consented("openid").await;
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("extra", "foobar")]))
        .await;
    scene.party.code_of(&page);
}

#[actix_web::test]
async fn oidcc_what_a_party_wishes_for_never_breaks_the_flow() {
    let mut scene = Scene::new().await.consented("openid").await;
    for (module, name, value) in [
        ("oidcc-display-page", "display", "page"),
        ("oidcc-display-popup", "display", "popup"),
        ("oidcc-ui-locales", "ui_locales", "se en zh-Hans xx-YY"),
        ("oidcc-claims-locales", "claims_locales", "se"),
        ("oidcc-ensure-request-with-acr-values-succeeds", "acr_values", "1 2"),
        ("oidcc-login-hint", "login_hint", "somebody@else.example"),
    ] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[(name, value)]))
            .await;
        let tokens = scene.party.exchange(&page.parameter("code").expect(module)).await;
        assert_eq!(tokens.status, 200, "{module}");
    }
}

#[actix_web::test]
async fn oidcc_display_page_and_popup_show_a_fresh_sign_in() {
    let scene = Scene::new().await;
    for display in ["page", "popup"] {
        let mut browser = scene.app.browser();
        let page = browser
            .get(&scene.party.request("openid", &[("display", display)]))
            .await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-in"));
    }
}

#[actix_web::test]
async fn oidcc_login_hint_fills_the_sign_in_page() {
    let scene = Scene::new().await;
    let mut browser = scene.app.browser();
    let page = browser
        .get(&scene.party.request("openid", &[("login_hint", ADA)]))
        .await;
    assert_eq!(page.form().fields["identifier"], ADA);
}

#[actix_web::test]
async fn oidcc_ui_locales_choose_the_language_of_the_pages() {
    let scene = Scene::new().await;
    for (locales, lang) in [("zh-Hans", "zh-Hans"), ("xx en", "en")] {
        let mut browser = scene.app.browser();
        let page = browser
            .get(&scene.party.request("openid", &[("ui_locales", locales)]))
            .await;
        assert!(page.has(&format!("html[lang='{lang}']")), "{locales}");
    }
}

#[actix_web::test]
async fn oidcc_alternate_happy_flow_the_order_of_parameters_and_scopes_means_nothing() {
    let mut scene = Scene::new().await.consented("openid email").await;
    let request = scene.party.request("email openid", &[]);
    let mut parameters: Vec<_> = request.split_once('?').unwrap().1.split('&').collect();
    parameters.reverse();
    let page = scene
        .browser
        .get(&format!("/oauth2/authorize?{}", parameters.join("&")))
        .await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    assert!(!tokens.text("id_token").is_empty());
}

#[actix_web::test]
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let mut scene = Scene::new().await.consented("openid").await;
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("nonce", "")]))
        .await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    assert!(claims(tokens.text("id_token")).get("nonce").is_none());
}

/// A form from another site comes without our cookies: the browser asks again, with them.
#[actix_web::test]
async fn oidcc_ensure_post_request_succeeds() {
    let mut scene = Scene::new().await.consented("openid").await;
    let request = Url::parse(&scene.app.url(&scene.party.request("openid", &[]))).unwrap();
    let form: BTreeMap<String, String> = request.query_pairs().into_owned().collect();
    let mut stranger = scene.app.browser();
    stranger.headers.push(("Origin".into(), "https://app.example".into()));
    stranger.headers.push(("Sec-Fetch-Site".into(), "cross-site".into()));
    let page = stranger.request(Method::POST, "/oauth2/authorize", Some(&form)).await;
    assert_eq!(page.status, 303);
    let page = scene.browser.get(page.headers["location"].to_str().unwrap()).await;
    assert_eq!(page.parameter("state").as_deref(), Some("the state"));
    assert_eq!(scene.party.exchange(&scene.party.code_of(&page)).await.status, 200);
}

#[actix_web::test]
async fn oidcc_claims_essential_is_told_where_it_was_asked_for() {
    let mut scene = Scene::new().await;
    let wish = json!({ "userinfo": { "name": { "essential": true } } }).to_string();
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("claims", &wish)]))
        .await;
    let page = scene.browser.decide(&page, "allow").await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    assert!(claims(tokens.text("id_token")).get("name").is_none());
    assert_eq!(
        scene.party.userinfo(tokens.text("access_token")).await.text("name"),
        "Ada Lovelace"
    );
    // It belongs to the grant: a refreshed token tells it too.
    let refreshed = scene.party.refresh(tokens.text("refresh_token")).await;
    assert_eq!(
        scene.party.userinfo(refreshed.text("access_token")).await.text("name"),
        "Ada Lovelace"
    );

    let wish = json!({ "id_token": { "email": null, "name": { "value": "Somebody Else" } } }).to_string();
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("claims", &wish)]))
        .await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    let id_token = claims(tokens.text("id_token"));
    assert_eq!(id_token["email"], ADA);
    assert!(id_token.get("name").is_none());
    assert!(
        scene
            .party
            .userinfo(tokens.text("access_token"))
            .await
            .json
            .get("email")
            .is_none()
    );
}

#[actix_web::test]
async fn a18_claims_that_cannot_be_met_never_break_the_flow() {
    let mut scene = Scene::new().await.consented("openid").await;
    let wish = json!({
        "userinfo": {
            "unheard_of": { "essential": true }, "sub": { "value": "another" }, "gender": { "essential": true },
        },
        "id_token": { "auth_time": { "essential": true }, "iss": { "value": "https://evil.test" }, "x": null },
        "elsewhere": { "y": null },
    });
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("claims", &wish.to_string())]))
        .await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    let id_token = claims(tokens.text("id_token"));
    assert_eq!(id_token["iss"], scene.app.issuer.as_str());
    assert!(id_token["auth_time"].is_i64());
    let userinfo = scene.party.userinfo(tokens.text("access_token")).await;
    assert_eq!(userinfo.text("sub"), scene.sub);
    assert!(userinfo.json.get("unheard_of").is_none() && userinfo.json.get("gender").is_none());
}

#[actix_web::test]
async fn az_30_an_acr_that_cannot_be_reached_gives_an_error_not_a_lower_acr() {
    let mut scene = Scene::new().await.consented("openid").await;
    let wish = |value: &str| json!({ "id_token": { "acr": { "essential": true, "values": [value] } } }).to_string();
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("claims", &wish("phr"))]))
        .await;
    super::scene::assert_sent(&scene.app, &page, "unmet_authentication_requirements");
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("claims", &wish("1"))]))
        .await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    assert_eq!(claims(tokens.text("id_token"))["acr"], "1");
}
