//! Public keys of authenticators: COSE on the wire (RFC 9053), JSON Web Keys at rest (RFC 7518 section 6), so that what lies
//! in the database belongs to no library.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use webauthn_rs_core::proto::{COSEAlgorithm, COSEEC2Key, COSEKey, COSEKeyType, COSERSAKey, ECDSACurve};

/// What authenticators are asked for, the preferred one first. Every authenticator knows one of these: ES256 is what all
/// newer ones make, RS256 what older TPMs do.
pub const ALGORITHMS: [COSEAlgorithm; 2] = [COSEAlgorithm::ES256, COSEAlgorithm::RS256];

/// The key at rest; `None` when its algorithm is none of ours.
pub fn to_jwk(key: &COSEKey) -> Option<Value> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match (key.type_, &key.key) {
        (COSEAlgorithm::ES256, COSEKeyType::EC_EC2(point)) if point.curve == ECDSACurve::SECP256R1 => {
            Some(json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "x": text(&point.x), "y": text(&point.y) }))
        }
        (COSEAlgorithm::RS256, COSEKeyType::RSA(rsa)) => {
            Some(json!({ "kty": "RSA", "alg": "RS256", "n": text(&rsa.n), "e": text(&rsa.e) }))
        }
        _ => None,
    }
}

/// The key as the verifier wants it; `None` when it was not written by [`to_jwk`].
pub fn from_jwk(jwk: &Value) -> Option<COSEKey> {
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok();
    match jwk.get("alg")?.as_str()? {
        "ES256" => Some(COSEKey {
            type_: COSEAlgorithm::ES256,
            key: COSEKeyType::EC_EC2(COSEEC2Key {
                curve: ECDSACurve::SECP256R1,
                x: bytes("x")?,
                y: bytes("y")?,
            }),
        }),
        "RS256" => Some(COSEKey {
            type_: COSEAlgorithm::RS256,
            key: COSEKeyType::RSA(COSERSAKey {
                n: bytes("n")?,
                e: bytes("e")?.try_into().ok()?,
            }),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_as_it_was() {
        let point = COSEKey {
            type_: COSEAlgorithm::ES256,
            key: COSEKeyType::EC_EC2(COSEEC2Key {
                curve: ECDSACurve::SECP256R1,
                x: vec![1; 32],
                y: vec![2; 32],
            }),
        };
        let rsa = COSEKey {
            type_: COSEAlgorithm::RS256,
            key: COSEKeyType::RSA(COSERSAKey {
                n: vec![3; 256],
                e: [1, 0, 1],
            }),
        };
        for key in [point, rsa] {
            assert_eq!(from_jwk(&to_jwk(&key).unwrap()), Some(key));
        }
    }

    #[test]
    fn other_algorithms_and_mixtures_are_no_keys() {
        let mixed = COSEKey {
            type_: COSEAlgorithm::RS256,
            key: COSEKeyType::EC_EC2(COSEEC2Key {
                curve: ECDSACurve::SECP256R1,
                x: vec![1; 32],
                y: vec![2; 32],
            }),
        };
        assert_eq!(to_jwk(&mixed), None);
        for bad in [
            json!({}),
            json!({ "alg": "ES256", "x": "AQ" }),
            json!({ "alg": "RS256", "n": "AQ", "e": "AQ" }),
            json!({ "alg": "none" }),
            json!([]),
        ] {
            assert_eq!(from_jwk(&bad), None, "{bad}");
        }
    }
}
