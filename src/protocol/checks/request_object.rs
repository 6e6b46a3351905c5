//! Request objects: OpenID Connect Core section 6.1, RFC 9101. Signed ones by value are unfolded into ordinary parameters
//! before anything else is judged; `request_uri` and `registration` are not supported, and said so: ignoring them would
//! answer another request than the one that was meant.

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

use crate::model::Timestamp;
use crate::model::client::Client;
use crate::model::interaction::RequestParameters;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;

/// Algorithms that a request object may be signed with, as discovery lists them. `none` proves nothing.
pub const SIGNING_ALGS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 60;

const INSIDE_MEANING: [&str; 8] = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub", "typ"];

/// Refuses what is not supported.
pub fn check(parameters: &Parameters) -> Result<(), OAuthError> {
    for (name, code, why) in [
        (
            "request_uri",
            ErrorCode::RequestUriNotSupported,
            "request_uri is not supported",
        ),
        (
            "registration",
            ErrorCode::RegistrationNotSupported,
            "the registration parameter is not supported",
        ),
    ] {
        if parameters.get(name).is_some() {
            return Err(OAuthError::new(code, why));
        }
    }
    Ok(())
}

/// The parameters of a request with those of its request object in their place: what is inside wins (Core section 6.1).
/// `None` when there is no request object.
pub fn unfold(
    parameters: &Parameters,
    client: &Client,
    issuer: &str,
    now: Timestamp,
) -> Result<Option<Parameters>, OAuthError> {
    let Some(object) = parameters.get("request") else {
        return Ok(None);
    };
    let refuse = |why| OAuthError::new(ErrorCode::InvalidRequestObject, why);
    if parameters.any_repeated() {
        return Err(OAuthError::new(
            ErrorCode::InvalidRequest,
            "a parameter was sent more than once",
        ));
    }
    let Some(keys) = &client.metadata.jwks else {
        return Err(OAuthError::new(
            ErrorCode::RequestNotSupported,
            "this client has no keys registered that could sign a request object",
        ));
    };
    let claims = verify(object, keys).ok_or(refuse("the request object is not signed by a key of this client"))?;
    judge(&claims, client, issuer, now).map_err(refuse)?;
    let mut values = parameters.values.0.clone();
    values.remove("request");
    for (name, value) in claims {
        if !INSIDE_MEANING.contains(&name.as_str()) {
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            // Both agree, or the request is not the one that was signed.
            let differs = parameters.get(&name).is_some_and(|outside| outside != text);
            if differs && (name == "client_id" || name == "response_type") {
                return Err(refuse(
                    "client_id or response_type differs inside and outside the request object",
                ));
            }
            values.insert(name, text);
        }
    }
    Ok(Some(RequestParameters(values).into()))
}

/// The claims, when one of the client's keys signed them.
fn verify(object: &str, keys: &JwkSet) -> Option<Map<String, Value>> {
    let header = jsonwebtoken::decode_header(object).ok()?;
    // RFC 9101 section 10.8: a JWT that was made for something else says so in its type.
    let typ = header.typ.as_deref().unwrap_or("JWT");
    if !["JWT", "jwt", "oauth-authz-req+jwt"].contains(&typ) || header.crit.is_some() {
        return None;
    }
    let algorithm = header.alg;
    let mut validation = Validation::new(algorithm);
    // Lifetimes and audience are judged below, against the time that is passed in.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let fits = |key: &&Jwk| {
        let named = header.kid.is_none() || key.common.key_id == header.kid;
        named
            && key
                .common
                .key_algorithm
                .is_none_or(|alg| alg.to_string() == format!("{algorithm:?}"))
    };
    let supported = matches!(
        algorithm,
        Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256 | Algorithm::EdDSA
    );
    keys.keys.iter().filter(fits).filter(|_| supported).find_map(|key| {
        let key = DecodingKey::from_jwk(key).ok()?;
        Some(
            jsonwebtoken::decode::<Map<String, Value>>(object, &key, &validation)
                .ok()?
                .claims,
        )
    })
}

fn judge(claims: &Map<String, Value>, client: &Client, issuer: &str, now: Timestamp) -> Result<(), &'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let time = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .map(Some)
            .ok_or("a time in the request object is no number of seconds"),
    };
    if claims.get("iss").is_some_and(|iss| *iss != client.id) {
        return Err("iss of the request object is not the client");
    }
    // RFC 9101 section 10.8: with the client as its subject it would be a client assertion.
    if text("sub").is_some_and(|sub| sub == client.id) {
        return Err("sub of the request object is the client");
    }
    let for_us = match claims.get("aud") {
        None => true,
        Some(Value::String(one)) => one == issuer,
        Some(Value::Array(many)) => many.iter().any(|aud| aud == issuer),
        Some(_) => false,
    };
    if !for_us {
        return Err("aud of the request object is not this issuer");
    }
    if time("exp")?.is_some_and(|exp| now.timestamp() > exp.saturating_add(LEEWAY)) {
        return Err("the request object has expired");
    }
    if time("nbf")?.is_some_and(|nbf| now.timestamp() < nbf.saturating_sub(LEEWAY)) {
        return Err("the request object is not valid yet");
    }
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err("a request object cannot contain another one");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::jwt;
    use crate::crypto::keys::SigningKey;
    use crate::model::alg::SigningAlg;
    use crate::protocol::authorize::tests::client;
    use serde_json::json;

    const ISSUER: &str = "https://id.example";

    struct Signer(SigningKey);

    impl Signer {
        fn new(alg: SigningAlg) -> Self {
            Self(SigningKey::from_pkcs8(alg, &SigningKey::generate(alg).unwrap()).unwrap())
        }

        fn client(&self) -> Client {
            let mut client = client();
            let keys = json!({ "keys": [self.0.public_jwk()] });
            client.metadata.jwks = Some(serde_json::from_value(keys).unwrap());
            client
        }

        fn sign(&self, typ: Option<&str>, claims: &Value) -> String {
            jwt::sign(&self.0, typ, claims).unwrap()
        }
    }

    fn unfolded(client: &Client, object: &str, outside: &str) -> Result<Option<Parameters>, ErrorCode> {
        let text = format!("client_id=web&state=outside&request={object}{outside}");
        let now = chrono::DateTime::from_timestamp(1000, 0).unwrap();
        unfold(&Parameters::read(&[text.as_bytes()]).unwrap(), client, ISSUER, now).map_err(|error| error.code)
    }

    #[test]
    fn core_6_1_what_is_inside_wins() {
        for alg in SigningAlg::ALL {
            let signer = Signer::new(alg);
            let object = signer.sign(
                Some("oauth-authz-req+jwt"),
                &json!({ "iss": "web", "aud": ISSUER, "exp": 1100, "state": "inside", "max_age": 5, "claims": { "userinfo": {} } }),
            );
            let parameters = unfolded(&signer.client(), &object, "&scope=openid").unwrap().unwrap();
            assert_eq!(parameters.get("state"), Some("inside"), "{alg:?}");
            assert_eq!(parameters.get("max_age"), Some("5"));
            assert_eq!(parameters.get("claims"), Some(r#"{"userinfo":{}}"#));
            assert_eq!(parameters.get("scope"), Some("openid"));
            assert_eq!(parameters.get("request"), None);
        }
    }

    #[test]
    fn pr_10_pr_11_what_is_no_request_object_of_this_client() {
        let (signer, other) = (Signer::new(SigningAlg::ES256), Signer::new(SigningAlg::ES256));
        let client = signer.client();
        let bad = Err(ErrorCode::InvalidRequestObject);
        assert_eq!(unfolded(&client, &other.sign(None, &json!({ "iss": "web" })), ""), bad);
        for claims in [
            json!({ "iss": "other" }),
            json!({ "iss": ["web"] }),
            json!({ "aud": "https://else.example" }),
            json!({ "exp": 900 }),
            json!({ "exp": "9999999999" }),
            json!({ "nbf": 1100 }),
            json!({ "sub": "web" }),
            json!({ "request": "x" }),
            json!({ "client_id": "other" }),
        ] {
            assert_eq!(unfolded(&client, &signer.sign(None, &claims), ""), bad, "{claims}");
        }
        assert_eq!(unfolded(&client, &signer.sign(Some("at+jwt"), &json!({})), ""), bad);
        let none = "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6ImEifQ.";
        assert_eq!(unfolded(&client, none, ""), bad);
        assert_eq!(unfolded(&client, "garbage", ""), bad);
        assert_eq!(
            unfolded(&crate::protocol::authorize::tests::client(), none, ""),
            Err(ErrorCode::RequestNotSupported)
        );
    }
}
