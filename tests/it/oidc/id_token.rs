//! ID tokens. OpenID Connect Core sections 2, 3.1.3.6 and 3.1.3.7; CONFORMANCE.md section 5.3.

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::keys::{keys, verified};
use super::scene::{ADA, Scene};
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty, claims, header};

#[actix_web::test]
async fn core_3_1_3_7_what_a_party_checks() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid").await;
    let token = claims(tokens.text("id_token"));
    let now = scene.app.clock.now().timestamp();
    assert_eq!(token["iss"], scene.app.issuer.as_str());
    assert_eq!(token["sub"], scene.sub.as_str());
    assert_eq!(token["aud"], "web");
    assert_eq!(token["nonce"], "the nonce");
    assert_eq!(
        (token["iat"].as_i64(), token["exp"].as_i64()),
        (Some(now), Some(now + 3600))
    );
    assert_eq!(token["auth_time"].as_i64(), Some(now));
    assert_eq!((&token["acr"], &token["amr"]), (&json!("1"), &json!(["pwd"])));
    assert_eq!((&token["role"], &token["plan"]), (&json!("user"), &json!("free_user")));
    assert!(token.get("azp").is_none_or(|azp| azp == "web"));
    let hash = digest(&SHA256, tokens.text("access_token").as_bytes());
    assert_eq!(token["at_hash"], URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
}

/// `oidcc-idtoken-signature`, `oidcc-idtoken-rs256` (I3): RS256 unless the client says otherwise, verified with the
/// key set.
#[actix_web::test]
async fn oidcc_idtoken_rs256_by_default_and_the_others_by_client() {
    let mut scene = Scene::new().await;
    let keys = keys(&scene.app).await;
    let tokens = scene.tokens("openid").await;
    assert_eq!(header(tokens.text("id_token"))["alg"], "RS256");
    verified(&keys, tokens.text("id_token"));
    for (alg, kid_type) in [("RS256", "RSA"), ("PS256", "RSA"), ("ES256", "EC"), ("EdDSA", "OKP")] {
        let party = scene
            .party(json!({
                "client_id": format!("signed-{alg}"), "redirect_uris": [REDIRECT_URI], "consent": "skip",
                "id_token_signed_response_alg": alg,
            }))
            .await;
        let code = party.code(&mut scene.browser, "openid").await;
        let tokens = party.exchange(&code).await;
        for token in [tokens.text("id_token"), tokens.text("access_token")] {
            let head = header(token);
            assert_eq!(head["alg"], alg);
            let key = keys["keys"]
                .as_array()
                .unwrap()
                .iter()
                .find(|key| key["kid"] == head["kid"])
                .unwrap();
            assert_eq!(key["kty"], kid_type);
            verified(&keys, token);
        }
        let algorithm = if alg == "EdDSA" { &SHA512 } else { &SHA256 };
        let hash = digest(algorithm, tokens.text("access_token").as_bytes());
        let half = &hash.as_ref()[..hash.as_ref().len() / 2];
        assert_eq!(
            claims(tokens.text("id_token"))["at_hash"],
            URL_SAFE_NO_PAD.encode(half),
            "{alg}"
        );
    }
}

/// DESIGN.md section 4: many parties read nothing but the ID token; a client may have it slim.
#[actix_web::test]
async fn i6_profile_and_email_are_told_unless_the_client_wants_it_slim() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid profile email").await;
    let token = claims(tokens.text("id_token"));
    assert_eq!((&token["email"], &token["name"]), (&json!(ADA), &json!("Ada Lovelace")));
    let slim = scene
        .party(
            json!({ "client_id": "slim", "redirect_uris": [REDIRECT_URI], "consent": "skip", "slim_id_token": true }),
        )
        .await;
    let code = slim.code(&mut scene.browser, "openid profile email").await;
    let tokens = slim.exchange(&code).await;
    let token = claims(tokens.text("id_token"));
    assert!(token.get("email").is_none() && token.get("name").is_none());
    assert_eq!(slim.userinfo(tokens.text("access_token")).await.text("email"), ADA);
}

#[actix_web::test]
async fn core_3_1_2_1_without_openid_there_is_no_id_token() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("api.read").await;
    assert!(tokens.json.get("id_token").is_none());
    let userinfo = scene.party.userinfo(tokens.text("access_token")).await;
    assert_eq!(
        (userinfo.status.as_u16(), userinfo.error()),
        (403, "insufficient_scope")
    );
}

/// TK-02: the same person is the same `sub` to every client, and it says nothing about them.
#[actix_web::test]
async fn tk_02_sub_is_stable_and_random() {
    let mut scene = Scene::new().await;
    let other = scene.evil().await;
    let sub_for = async |party: &RelyingParty, scene: &mut Scene| {
        let code = party.code(&mut scene.browser, "openid").await;
        claims(party.exchange(&code).await.text("id_token"))["sub"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let party = scene.party.clone();
    let subs = [sub_for(&party, &mut scene).await, sub_for(&other, &mut scene).await];
    assert_eq!(subs, [scene.sub.clone(), scene.sub.clone()]);
    let another = scene.app.user("eve@example.com").await;
    assert_ne!(another, scene.sub);
    assert!(uuid::Uuid::parse_str(&another).is_ok());
}
