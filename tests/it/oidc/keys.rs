//! Signing keys: published before they sign, kept after. OpenID Connect Core section 10.1, RFC 7517.

use std::collections::BTreeSet;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use passgate::flow::keys::rotate;
use passgate::model::audit::Origin;
use serde_json::Value;

use super::scene::Scene;
use crate::harness::app::{Options, TestApp};
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{Answer, RelyingParty, header};

/// The key set as it is published.
pub async fn keys(app: &TestApp) -> Value {
    let answer = Answer::read(app.http.get(app.url("/.well-known/jwks.json")).send().await.unwrap()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.headers["content-type"].to_str().unwrap()),
        (200, "application/json")
    );
    answer.json
}

fn kids(keys: &Value) -> BTreeSet<String> {
    keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

/// Verifies a token as a service does that knows nothing but the key set.
#[track_caller]
pub fn verified(keys: &Value, token: &str) {
    let keys: JwkSet = serde_json::from_value(keys.clone()).unwrap();
    let head = decode_header(token).unwrap();
    let key = keys.find(head.kid.as_deref().unwrap()).expect("the key is published");
    let mut validation = Validation::new(head.alg);
    // The clock of the test is not the verifier's.
    validation.validate_exp = false;
    validation.validate_aud = false;
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap();
}

on_every_engine! {
    /// CONFORMANCE.md D6.
    async fn d6_the_key_set_is_public_and_every_key_has_a_name_of_its_own(database) {
        let app = TestApp::on(&database.url);
        let set = keys(&app).await;
        let list = set["keys"].as_array().unwrap();
        assert_eq!(kids(&set).len(), list.len());
        for key in list {
            let allowed = ["kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"];
            assert!(
                key.as_object()
                    .unwrap()
                    .keys()
                    .all(|name| allowed.contains(&name.as_str())),
                "{key}"
            );
            assert_eq!(key["use"], "sig");
        }
        let types: BTreeSet<_> = list.iter().map(|key| key["kty"].as_str().unwrap()).collect();
        assert_eq!(types, ["EC", "OKP", "RSA"].into());
    }

    /// `oidcc-server-rotate-keys` (D7) and KR-01: what was published yesterday verifies what is signed today, and
    /// today's keys what was signed yesterday.
    async fn oidcc_server_rotate_keys(database) {
        let mut scene = Scene::at(&database).await.consented("openid").await;
        let mut before = keys(&scene.app).await;
        let mut old = Vec::new();
        for round in 0..3 {
            let tokens = scene.tokens("openid").await;
            let signer = header(tokens.text("id_token"))["kid"].as_str().unwrap().to_owned();
            old.push(tokens);
            let rotated = rotate(&scene.app.state, &Origin::command_line()).await.unwrap();
            let after = keys(&scene.app).await;
            assert!(
                kids(&after).is_superset(&kids(&before)),
                "{round}: nothing is withdrawn"
            );
            assert_eq!(kids(&after).len(), kids(&before).len() + rotated.len());
            let fresh = scene.tokens("openid").await;
            let now_signing = header(fresh.text("id_token"))["kid"].as_str().unwrap().to_owned();
            assert_ne!(now_signing, signer);
            assert!(
                kids(&before).contains(&now_signing),
                "{round}: published before it signs"
            );
            assert!(rotated.iter().any(|key| key.active == now_signing));
            verified(&before, fresh.text("id_token"));
            for tokens in &old {
                verified(&after, tokens.text("id_token"));
                assert_eq!(
                    scene.party.introspect(tokens.text("access_token")).await.json["active"],
                    true
                );
                let hint = [("prompt", "none"), ("id_token_hint", tokens.text("id_token"))];
                let page = scene.browser.get(&scene.party.request("openid", &hint)).await;
                scene.party.code_of(&page);
            }
            before = after;
        }
    }

    /// Keys that no living token needs are withdrawn in the end.
    async fn d7_retired_keys_are_withdrawn_after_a_week_and_more(database) {
        let app = TestApp::on(&database.url);
        let first = kids(&keys(&app).await);
        rotate(&app.state, &Origin::command_line()).await.unwrap();
        // A client's access tokens may live for a day.
        app.advance(8 * 24 * 3600 + 1);
        let rotated = rotate(&app.state, &Origin::command_line()).await.unwrap();
        let later = kids(&keys(&app).await);
        // The first key of each algorithm is gone; the second one was signing until just now.
        assert_eq!(
            (first.len(), first.intersection(&later).count()),
            (2 * rotated.len(), rotated.len())
        );
    }

    /// KR-01: tokens are issued all the while; each verifies with the set that was published before the rotation began.
    async fn kr_01_rotation_under_use_breaks_no_token(database) {
        let scene = Scene::at(&database).await;
        let before = keys(&scene.app).await;
        let signing = async {
            let mut tokens = Vec::new();
            for _ in 0..40 {
                tokens.push(scene.party.token(&[("grant_type", "client_credentials")]).await);
            }
            tokens
        };
        let origin = Origin::command_line();
        let (tokens, rotated) = tokio::join!(signing, rotate(&scene.app.state, &origin));
        rotated.unwrap();
        let after = keys(&scene.app).await;
        for answer in &tokens {
            let token = answer.text("access_token");
            verified(&before, token);
            verified(&after, token);
            assert_eq!(scene.party.introspect(token).await.json["active"], true);
        }
    }

    /// A restart and another node have the same keys.
    async fn keys_outlive_the_process(database) {
        let options = Options::new(Some(&database.url));
        let mut scene = Scene::on(options.spawn()).await;
        let tokens = scene.tokens("openid offline_access").await;
        let before = keys(&scene.app).await;
        let node = options.another_node(&scene.app).spawn();
        assert_eq!(keys(&node).await, before);
        let there = RelyingParty::new(&node, "web", scene.party.secret.as_deref());
        assert_eq!(there.userinfo(tokens.text("access_token")).await.status, 200);
        assert_eq!(there.refresh(tokens.text("refresh_token")).await.status, 200);
    }

    async fn the_key_set_is_cached_by_its_tag_until_it_changes(database) {
        let app = TestApp::on(&database.url);
        let ask = async |tag: &str| {
            app.http
                .get(app.url("/.well-known/jwks.json"))
                .header("If-None-Match", tag)
                .send()
                .await
                .unwrap()
        };
        let first = ask("\"none\"").await;
        assert_eq!(first.headers()["access-control-allow-origin"], "*");
        assert!(first.headers()["cache-control"].to_str().unwrap().contains("max-age="));
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!(ask(&tag).await.status(), 304);
        rotate(&app.state, &Origin::command_line()).await.unwrap();
        assert_eq!(ask(&tag).await.status(), 200);
    }
}
