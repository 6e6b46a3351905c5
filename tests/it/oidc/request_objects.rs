//! Signed request objects, by value. OpenID Connect Core section 6.1, RFC 9101; CONFORMANCE.md A20 and A21.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::scene::{Scene, assert_sent, assert_shown};
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty};

/// A key of the application's own.
struct Key(Vec<u8>, Value);

impl Key {
    fn new() -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let public = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "request", "alg": "EdDSA", "use": "sig" });
        Self(pair.to_pkcs8v1().unwrap().as_ref().to_vec(), public)
    }

    fn sign(&self, claims: &Value) -> String {
        let header = Header {
            kid: Some("request".into()),
            ..Header::new(Algorithm::EdDSA)
        };
        encode(&header, claims, &EncodingKey::from_ed_der(&self.0)).unwrap()
    }
}

async fn signing_party(scene: &Scene, key: &Key) -> RelyingParty {
    let metadata = json!({
        "client_id": "signing", "redirect_uris": [REDIRECT_URI], "consent": "skip", "jwks": { "keys": [key.1] },
    });
    scene.party(metadata).await
}

/// `oidcc-ensure-request-object-with-redirect-uri`: what is inside wins, the redirect URI too.
#[actix_web::test]
async fn oidcc_ensure_request_object_with_redirect_uri() {
    let mut scene = Scene::new().await;
    let key = Key::new();
    let party = signing_party(&scene, &key).await;
    let inside = json!({
        "iss": "signing", "aud": scene.app.issuer, "client_id": "signing", "response_type": "code",
        "redirect_uri": REDIRECT_URI, "state": "inside", "scope": "openid", "nonce": "inside",
    });
    let object = key.sign(&inside);
    let outside = [("request", object.as_str()), ("redirect_uri", "https://evil.test/cb")];
    let page = scene.browser.get(&party.request("openid email", &outside)).await;
    assert_eq!(page.parameter("state").as_deref(), Some("inside"));
    let tokens = party.exchange(&party.code_of(&page)).await;
    assert_eq!(tokens.text("scope"), "openid");
    assert_eq!(
        crate::harness::relying_party::claims(tokens.text("id_token"))["nonce"],
        "inside"
    );
    // And the other way round.
    let evil = key.sign(&json!({ "client_id": "signing", "redirect_uri": "https://evil.test/cb" }));
    assert_shown(
        &scene.browser.get(&party.request("openid", &[("request", &evil)])).await,
        "inside",
    );
}

/// `oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported`, and what else is no request of this
/// client: an error, never ignored.
#[actix_web::test]
async fn oidcc_a_request_object_that_the_client_did_not_sign_is_refused() {
    let mut scene = Scene::new().await;
    let key = Key::new();
    let party = signing_party(&scene, &key).await;
    let claims = json!({ "client_id": "signing", "response_type": "code", "nonce": "inside" });
    let signed = key.sign(&claims);
    let (unsigned, _) = signed.rsplit_once('.').unwrap();
    let body = unsigned.split_once('.').unwrap().1;
    let past = scene.app.clock.now().timestamp() - 600;
    for (what, object) in [
        ("none", format!("eyJhbGciOiJub25lIn0.{body}.")),
        ("no signature", format!("{unsigned}.")),
        ("another key", Key::new().sign(&claims)),
        ("no JWT", "x".to_owned()),
        ("expired", key.sign(&json!({ "client_id": "signing", "exp": past }))),
        (
            "exp is text",
            key.sign(&json!({ "client_id": "signing", "exp": "9999999999" })),
        ),
        (
            "for somebody else",
            key.sign(&json!({ "client_id": "signing", "aud": "https://other.example" })),
        ),
        ("another issuer", key.sign(&json!({ "iss": "web" }))),
        ("another client", key.sign(&json!({ "client_id": "web" }))),
        (
            "an assertion",
            key.sign(&json!({ "iss": "signing", "sub": "signing", "aud": scene.app.issuer })),
        ),
    ] {
        let page = scene
            .browser
            .get(&party.request("openid", &[("request", &object)]))
            .await;
        assert!(page.parameter("code").is_none(), "{what}");
        assert_sent(&scene.app, &page, "invalid_request_object");
        let evil = [("request", object.as_str()), ("redirect_uri", "https://evil.test/cb")];
        assert_shown(&scene.browser.get(&party.request("openid", &evil)).await, what);
    }
}
