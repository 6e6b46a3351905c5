//! Signing keys. A private key is parsed once and kept; a signature costs what the algorithm costs and no more.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256,
    RsaKeyPair, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::model::alg::SigningAlg;

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// A key pair with one algorithm, and its name: the RFC 7638 thumbprint.
pub struct SigningKey {
    kid: String,
    alg: SigningAlg,
    pair: Pair,
    public: Map<String, Value>,
    verifier: ParsedPublicKey,
}

/// A private key that cannot be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the private key cannot be made or read")]
pub struct KeyError;

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({} {})", self.alg.as_str(), self.kid)
    }
}

impl SigningKey {
    /// A new key in PKCS#8 form. RSA keys have 2048 bits; making one takes tenths of a second.
    pub fn generate(alg: SigningAlg) -> Result<Vec<u8>, KeyError> {
        let fail = |_| KeyError;
        match alg {
            SigningAlg::RS256 | SigningAlg::PS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(fail)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(fail)?;
                Ok(der.as_ref().to_vec())
            }
            SigningAlg::ES256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(fail)?;
                Ok(pair.to_pkcs8v1().map_err(fail)?.as_ref().to_vec())
            }
            SigningAlg::EdDSA => {
                let pair = Ed25519KeyPair::generate().map_err(fail)?;
                Ok(pair.to_pkcs8v1().map_err(fail)?.as_ref().to_vec())
            }
        }
    }

    /// Reads a key in PKCS#8 form.
    pub fn from_pkcs8(alg: SigningAlg, der: &[u8]) -> Result<Self, KeyError> {
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (pair, public) = match alg {
            SigningAlg::RS256 | SigningAlg::PS256 => {
                let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError)?;
                let public = json!({
                    "e": b64(pair.public_key().exponent().big_endian_without_leading_zero()),
                    "kty": "RSA",
                    "n": b64(pair.public_key().modulus().big_endian_without_leading_zero()),
                });
                (Pair::Rsa(Box::new(pair)), public)
            }
            SigningAlg::ES256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| KeyError)?;
                // SEC 1 section 2.3.3, uncompressed: 0x04, x, y.
                let point = pair.public_key().as_ref().get(1..).ok_or(KeyError)?;
                let (x, y) = point.split_at_checked(32).ok_or(KeyError)?;
                let public = json!({ "crv": "P-256", "kty": "EC", "x": b64(x), "y": b64(y) });
                (Pair::Ecdsa(Box::new(pair)), public)
            }
            SigningAlg::EdDSA => {
                let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| KeyError)?;
                let public = json!({ "crv": "Ed25519", "kty": "OKP", "x": b64(pair.public_key().as_ref()) });
                (Pair::Ed25519(Box::new(pair)), public)
            }
        };
        let Value::Object(mut public) = public else {
            return Err(KeyError);
        };
        let kid = thumbprint(&public);
        public.insert("kid".into(), kid.clone().into());
        public.insert("use".into(), "sig".into());
        public.insert("alg".into(), alg.as_str().into());
        let (algorithm, point): (&'static dyn VerificationAlgorithm, &[u8]) = match (&pair, alg) {
            (Pair::Rsa(pair), SigningAlg::PS256) => (&RSA_PSS_2048_8192_SHA256, pair.public_key().as_ref()),
            (Pair::Rsa(pair), _) => (&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref()),
            (Pair::Ecdsa(pair), _) => (&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref()),
            (Pair::Ed25519(pair), _) => (&ED25519, pair.public_key().as_ref()),
        };
        let verifier = ParsedPublicKey::new(algorithm, point).map_err(|_| KeyError)?;
        Ok(Self {
            kid,
            alg,
            pair,
            public,
            verifier,
        })
    }

    /// Its name in headers and in the key set.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its one algorithm.
    pub fn alg(&self) -> SigningAlg {
        self.alg
    }

    /// The public half as RFC 7517 has it.
    pub fn public_jwk(&self) -> &Map<String, Value> {
        &self.public
    }

    /// The header segment of a token of one type signed by this key (RFC 7515 section 4). See `crypto::jwt` for why its
    /// bytes matter.
    pub fn header(&self, typ: Option<&str>) -> String {
        let text = match typ {
            Some(typ) => format!(
                r#"{{"alg":"{}","typ":"{typ}","kid":"{}"}}"#,
                self.alg.as_str(),
                self.kid
            ),
            None => format!(r#"{{"alg":"{}","kid":"{}"}}"#, self.alg.as_str(), self.kid),
        };
        URL_SAFE_NO_PAD.encode(text)
    }

    /// The signature in the form that JWS wants (RFC 7518 section 3.4 for ECDSA).
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let encoding: &'static dyn aws_lc_rs::signature::RsaEncoding = match self.alg {
                    SigningAlg::PS256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                pair.sign(encoding, &random, message, &mut signature)
                    .map_err(|_| KeyError)?;
                Ok(signature)
            }
            Pair::Ecdsa(pair) => Ok(pair.sign(&random, message).map_err(|_| KeyError)?.as_ref().to_vec()),
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }

    /// Whether the signature (base64url) is this key's.
    pub fn verify(&self, message: &[u8], signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
            return false;
        };
        self.verifier.verify_sig(message, &signature).is_ok()
    }
}

/// RFC 7638 section 3: SHA-256 of the required members in lexical order. `public` holds exactly those.
fn thumbprint(public: &Map<String, Value>) -> String {
    let ordered: std::collections::BTreeMap<_, _> = public.iter().collect();
    let text = serde_json::to_string(&ordered).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_signs_what_it_verifies() {
        for alg in SigningAlg::ALL {
            let key = SigningKey::from_pkcs8(alg, &SigningKey::generate(alg).unwrap()).unwrap();
            let signature = URL_SAFE_NO_PAD.encode(key.sign(b"message").unwrap());
            assert!(key.verify(b"message", &signature), "{alg:?}");
            assert!(!key.verify(b"massage", &signature), "{alg:?}");
            assert!(!key.verify(b"message", ""), "{alg:?}");
            for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert!(!key.public_jwk().contains_key(private));
            }
        }
    }

    #[test]
    fn rfc7638_3_1_thumbprint() {
        let public = json!({
            "e": "AQAB",
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        });
        assert_eq!(
            thumbprint(public.as_object().unwrap()),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }
}
