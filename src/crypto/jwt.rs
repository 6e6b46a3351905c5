//! Signed tokens of our own making: RFC 7515, RFC 7519, RFC 8725.
//!
//! A token that we issued has, to the byte, one of the headers that we write. So verification starts with an exact lookup
//! of the header segment in the key set: algorithm, key and type are ours or the token is refused, whatever else a header
//! might say. Claims are read only after the signature was verified.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::keys::{KeyError, SigningKey};
use super::keyset::KeySet;
use crate::model::Timestamp;
use crate::model::alg::SigningAlg;

/// The longest token that is looked at, in bytes: what `protocol::mappings` lets a client add is a good half of it.
const MAX_BYTES: usize = 32 * 1024;

/// Claims whose signature was verified. Only [`verify`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// The claims.
    pub fn claims(&self) -> &T {
        &self.0
    }

    /// The claims themselves.
    pub fn into_claims(self) -> T {
        self.0
    }
}

/// The token is not one that we issued, or not of the type that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this issuer, or of another type")]
pub struct JwtError;

/// Signs claims. `typ` is left out of the header where it is `None`.
pub fn sign(key: &SigningKey, typ: Option<&str>, claims: &impl Serialize) -> Result<String, KeyError> {
    let body = serde_json::to_vec(claims).map_err(|_| KeyError)?;
    let mut token = key.header(typ);
    token.reserve(body.len() * 4 / 3 + 360);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(body, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// Whether a token may be past its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It must be alive at this moment.
    Enforced(Timestamp),
    /// It may be old: it only names somebody (OpenID Connect Core section 3.1.2.1, `id_token_hint`).
    Ignored,
}

#[derive(Deserialize)]
struct Always {
    iss: String,
    exp: i64,
}

/// Verifies a token that we are said to have issued: signature, type, issuer and lifetime.
pub fn verify<T: DeserializeOwned>(
    keys: &KeySet,
    issuer: &str,
    typ: Option<&str>,
    expiry: Expiry,
    token: &str,
) -> Result<Verified<T>, JwtError> {
    if token.len() > MAX_BYTES {
        return Err(JwtError);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(JwtError)?;
    let (header, body) = message.split_once('.').ok_or(JwtError)?;
    let (key, found) = keys.by_header(header).ok_or(JwtError)?;
    if found != typ || !key.verify(message.as_bytes(), signature) {
        return Err(JwtError);
    }
    let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| JwtError)?;
    let always: Always = serde_json::from_slice(&body).map_err(|_| JwtError)?;
    let alive = match expiry {
        Expiry::Enforced(now) => now.timestamp() < always.exp,
        Expiry::Ignored => true,
    };
    if always.iss != issuer || !alive {
        return Err(JwtError);
    }
    serde_json::from_slice(&body).map(Verified).map_err(|_| JwtError)
}

/// `at_hash` and `c_hash`: the left half of the hash that the algorithm uses (OpenID Connect Core section 3.1.3.6).
pub fn left_half_hash(alg: SigningAlg, value: &str) -> String {
    let hash = match alg {
        // RFC 8032: Ed25519 hashes with SHA-512.
        SigningAlg::EdDSA => &aws_lc_rs::digest::SHA512,
        SigningAlg::RS256 | SigningAlg::PS256 | SigningAlg::ES256 => &aws_lc_rs::digest::SHA256,
    };
    let sum = aws_lc_rs::digest::digest(hash, value.as_bytes());
    let (left, _) = sum.as_ref().split_at(sum.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::super::keyset::{KeyEntry, KeyState};
    use super::*;
    use serde_json::{Value, json};
    use std::sync::Arc;

    const TYPES: [Option<&str>; 2] = [Some("at+jwt"), None];

    fn set(alg: SigningAlg) -> KeySet {
        let key = SigningKey::from_pkcs8(alg, &SigningKey::generate(alg).unwrap()).unwrap();
        KeySet::new(
            vec![KeyEntry {
                key: Arc::new(key),
                state: KeyState::Active,
            }],
            &TYPES,
        )
    }

    fn read(set: &KeySet, typ: Option<&str>, token: &str) -> Result<Verified<Value>, JwtError> {
        verify(set, "https://id.example", typ, Expiry::Ignored, token)
    }

    fn claims() -> Value {
        json!({ "iss": "https://id.example", "exp": 100, "sub": "a" })
    }

    fn forge(header: Value, claims: &Value, signature: &str) -> String {
        let b64 = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{signature}", b64(&header), b64(claims))
    }

    #[test]
    fn rfc8725_only_our_own_headers_are_looked_at() {
        for alg in SigningAlg::ALL {
            let set = set(alg);
            let key = set.active(alg).unwrap();
            let claims = claims();
            let token = sign(key, Some("at+jwt"), &claims).unwrap();
            assert_eq!(read(&set, Some("at+jwt"), &token).unwrap().claims(), &claims);
            assert!(read(&set, None, &token).is_err(), "the type is checked");

            let signature = token.rsplit_once('.').unwrap().1;
            let kid = key.kid();
            for bad in ["none", "None", "nOnE", "", "HS256", "RS512"] {
                for signature in ["", signature] {
                    let token = forge(json!({ "alg": bad, "typ": "at+jwt", "kid": kid }), &claims, signature);
                    assert!(read(&set, Some("at+jwt"), &token).is_err(), "{bad}");
                }
            }
            for extra in [
                json!({ "crit": ["x"] }),
                json!({ "b64": false }),
                json!({ "jwk": {} }),
                json!({ "jku": "x" }),
            ] {
                let mut header = json!({ "alg": alg.as_str(), "typ": "at+jwt", "kid": kid });
                header
                    .as_object_mut()
                    .unwrap()
                    .extend(extra.as_object().unwrap().clone());
                assert!(read(&set, Some("at+jwt"), &forge(header, &claims, signature)).is_err());
            }
        }
    }

    #[test]
    fn a_changed_byte_anywhere_is_refused() {
        let set = set(SigningAlg::ES256);
        let token = sign(set.active(SigningAlg::ES256).unwrap(), None, &claims()).unwrap();
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last character of a base64url text may have bits that mean nothing; strict decoding refuses those too.
            assert!(read(&set, None, &changed).is_err(), "byte {at}");
        }
        for bad in [
            "",
            ".",
            "..",
            "a.b.c",
            &token[1..],
            &format!("{token}.x"),
            &format!("{token} "),
        ] {
            assert!(read(&set, None, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn another_installations_key_is_refused() {
        let (ours, theirs) = (set(SigningAlg::EdDSA), set(SigningAlg::EdDSA));
        let token = sign(theirs.active(SigningAlg::EdDSA).unwrap(), None, &claims()).unwrap();
        assert!(read(&ours, None, &token).is_err());
    }

    #[test]
    fn issuer_and_lifetime_are_judged_here_so_that_no_caller_forgets() {
        let set = set(SigningAlg::EdDSA);
        let key = set.active(SigningAlg::EdDSA).unwrap();
        let at = |second| Expiry::Enforced(chrono::DateTime::from_timestamp(second, 0).unwrap());
        let token = sign(key, None, &claims()).unwrap();
        let with = |issuer, expiry, token: &str| verify::<Value>(&set, issuer, None, expiry, token).is_ok();
        assert!(with("https://id.example", at(99), &token));
        assert!(!with("https://id.example", at(100), &token));
        assert!(!with("https://id.example/", Expiry::Ignored, &token));
        for exp in [json!("9999999999"), json!(1e300), json!(null), json!({}), json!(99.5)] {
            let mut bad = claims();
            bad["exp"] = exp;
            assert!(
                !with("https://id.example", Expiry::Ignored, &sign(key, None, &bad).unwrap()),
                "{bad}"
            );
        }
    }

    #[test]
    fn the_header_is_a_contract_between_nodes_of_two_versions() {
        let set = set(SigningAlg::EdDSA);
        let key = set.active(SigningAlg::EdDSA).unwrap();
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(key.header(Some("at+jwt"))).unwrap()).unwrap();
        assert_eq!(
            text,
            format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{}"}}"#, key.kid())
        );
    }
}
