//! PKCE with S256 only. RFC 7636, RFC 9700 sections 2.1.1 and 4.8.2.

use super::scene::{Scene, assert_refused, assert_sent, redemption};
use crate::harness::app::Options;
use crate::harness::relying_party::{CHALLENGE, REDIRECT_URI, VERIFIER};

#[actix_web::test]
async fn pk_01_whoever_must_use_pkce_and_does_not_is_refused() {
    let mut scene = Scene::new().await;
    let spa = scene.spa().await;
    let strict = scene
        .party(serde_json::json!({ "client_id": "strict", "redirect_uris": [REDIRECT_URI], "require_pkce": true }))
        .await;
    for party in [spa, strict] {
        let page = scene
            .browser
            .get(&party.request("openid", &[("code_challenge", ""), ("code_challenge_method", "")]))
            .await;
        assert_sent(&scene.app, &page, "invalid_request");
    }
}

#[actix_web::test]
async fn pk_01_an_installation_may_demand_pkce_of_everybody() {
    let app = Options::new(None)
        .with("PASSGATE_CLIENTS__PKCE_CONFIDENTIAL", "required")
        .spawn();
    let mut scene = Scene::on(app).await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let page = scene.browser.get(&scene.party.request("openid", &without)).await;
    assert_sent(&scene.app, &page, "invalid_request");
    scene.tokens("openid").await;
}

#[actix_web::test]
async fn pk_03_a_challenge_is_32_bytes_in_base64url_and_the_method_is_s256() {
    let mut scene = Scene::new().await.consented("openid").await;
    for challenge in [
        &CHALLENGE[..42],
        &format!("{CHALLENGE}A"),
        &"a".repeat(128),
        &format!("{}=", &CHALLENGE[..42]),
        &format!("{CHALLENGE}="),
        &format!("+/{}", &CHALLENGE[2..]),
        &format!("\u{e9}{}", &CHALLENGE[1..]),
    ] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("code_challenge", challenge)]))
            .await;
        assert_sent(&scene.app, &page, "invalid_request");
    }
    for method in ["plain", "s256", "S512", ""] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("code_challenge_method", method)]))
            .await;
        assert_sent(&scene.app, &page, "invalid_request");
    }
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("code_challenge", "")]))
        .await;
    assert_sent(&scene.app, &page, "invalid_request");
}

#[actix_web::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    Scene::new().await.tokens("openid").await;
}

/// PK-04, PK-07, PK-08: whatever is wrong with the verifier, the code is burned.
#[actix_web::test]
async fn pk_04_a_missing_or_wrong_verifier_burns_the_code() {
    let mut scene = Scene::new().await.consented("openid").await;
    for verifier in [
        None,
        Some(CHALLENGE.to_owned()),
        Some(VERIFIER[..42].to_owned()),
        Some("a".repeat(129)),
        Some(VERIFIER.replace('d', "%")),
        Some(VERIFIER.replace('d', " ")),
        Some(VERIFIER.to_uppercase()),
    ] {
        let code = scene.code("openid").await;
        let mut form = redemption(&code);
        form.pop();
        if let Some(verifier) = &verifier {
            form.push(("code_verifier", verifier));
        }
        assert_refused(&scene.party.token(&form).await, 400, "invalid_grant");
        assert_refused(&scene.party.exchange(&code).await, 400, "invalid_grant");
    }
}

#[actix_web::test]
async fn pk_05_a_verifier_without_a_challenge_is_refused() {
    let mut scene = Scene::new().await.consented("openid").await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let page = scene.browser.get(&scene.party.request("openid", &without)).await;
    let code = scene.party.code_of(&page);
    assert_refused(&scene.party.exchange(&code).await, 400, "invalid_grant");
    let page = scene.browser.get(&scene.party.request("openid", &without)).await;
    let code = scene.party.code_of(&page);
    let form = redemption(&code);
    assert_eq!(scene.party.token(&form[..3]).await.status, 200);
}

/// OAuth 2.1 section 4.1.3: with PKCE the redirect URI need not be repeated; without it, it must be.
#[actix_web::test]
async fn rfc6749_4_1_3_the_redirect_uri_must_be_the_same() {
    let mut scene = Scene::new().await.consented("openid").await;
    let code = scene.code("openid").await;
    let mut form = redemption(&code);
    form[2].1 = "https://app.example/other";
    assert_refused(&scene.party.token(&form).await, 400, "invalid_grant");

    let code = scene.code("openid").await;
    let mut form = redemption(&code);
    form.remove(2);
    assert_eq!(scene.party.token(&form).await.status, 200);

    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let page = scene.browser.get(&scene.party.request("openid", &without)).await;
    let code = scene.party.code_of(&page);
    let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
    assert_refused(&scene.party.token(&form).await, 400, "invalid_grant");
}
