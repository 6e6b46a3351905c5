//! PKCE: RFC 7636 with S256 only, RFC 9700 section 2.1.1.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::client::Client;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::trace::{Finding, shown};

/// The only method (RFC 7636 section 4.2); `plain` protects nothing.
pub const METHOD: &str = "S256";

/// At the authorization endpoint: the challenge, which is the base64url form of 32 bytes. `required` is the
/// installation's setting for confidential clients.
pub fn challenge(parameters: &Parameters, client: &Client, required: bool) -> Result<Option<String>, OAuthError> {
    let refuse = |why| OAuthError::new(ErrorCode::InvalidRequest, why);
    let Some(challenge) = parameters.get("code_challenge") else {
        if parameters.get("code_challenge_method").is_some() {
            return Err(refuse("code_challenge_method came without code_challenge"));
        }
        if client.is_public() || client.metadata.require_pkce || required {
            let why = match client.is_public() {
                true => "the client is public, and no code_challenge came",
                false => "this client or installation demands PKCE, and no code_challenge came",
            };
            return Err(
                refuse("this client must use PKCE: code_challenge is missing").explained(Finding::new(
                    why,
                    "Turn PKCE with S256 on in the client library; in a browser it needs https or localhost.",
                )),
            );
        }
        return Ok(None);
    };
    if parameters.get("code_challenge_method") != Some(METHOD) {
        let sent = shown(
            parameters
                .get("code_challenge_method")
                .unwrap_or("plain, as nothing was sent"),
        );
        return Err(refuse("code_challenge_method must be S256").explained(
            Finding::new(
                "code_challenge_method is not S256",
                "Send code_challenge_method=S256 with the base64url form of SHA-256(code_verifier); plain protects nothing.",
            )
            .sent(&sent),
        ));
    }
    match URL_SAFE_NO_PAD.decode(challenge) {
        Ok(bytes) if bytes.len() == 32 => Ok(Some(challenge.to_owned())),
        _ => Err(
            refuse("code_challenge is not the base64url form of a SHA-256 digest").explained(Finding::new(
                format!(
                    "code_challenge has {} characters, or others than base64url has",
                    challenge.len()
                ),
                "Send base64url(SHA-256(code_verifier)) without padding: 43 characters.",
            )),
        ),
    }
}

/// At the token endpoint: a challenge must be answered, and a verifier without a challenge is refused
/// (RFC 9700 section 4.8.2).
pub fn verify(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), OAuthError> {
    let refuse = |why| Err(OAuthError::new(ErrorCode::InvalidGrant, why));
    let explain = |why: &'static str, found: String, change: &'static str| {
        Err(OAuthError::new(ErrorCode::InvalidGrant, why).explained(Finding::new(found, change)))
    };
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => explain(
            "code_verifier is missing",
            "the authorization request had a code_challenge, and no code_verifier came with the code".into(),
            "Send the code_verifier whose digest was the code_challenge; keep it between the two requests.",
        ),
        (None, Some(_)) => refuse("code_verifier came, but the authorization request had no code_challenge"),
        (Some(challenge), Some(verifier)) => {
            let well_formed = (43..=128).contains(&verifier.len())
                && verifier
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
            let computed = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
            if well_formed && crate::crypto::digest::constant_time_eq(computed.as_bytes(), challenge.as_bytes()) {
                Ok(())
            } else {
                let found = match well_formed {
                    true => "code_verifier is another one than that of the code_challenge".to_owned(),
                    false => format!(
                        "code_verifier has {} characters; it takes 43 to 128 of A-Z a-z 0-9 - . _ ~",
                        verifier.len()
                    ),
                };
                explain(
                    "code_verifier does not match code_challenge",
                    found,
                    "Keep one verifier for each sign-in: two tabs or a restarted process easily mix them up. \
                     The challenge is base64url(SHA-256(verifier)) without padding.",
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::authorize::tests::{client, public_client};

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn asked(pairs: &[(&str, &str)]) -> Parameters {
        let text = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        Parameters::read(&[text.as_bytes()]).unwrap()
    }

    #[test]
    fn rfc7636_appendix_b() {
        assert!(verify(Some(CHALLENGE), Some(VERIFIER)).is_ok());
        assert!(verify(Some(CHALLENGE), Some(CHALLENGE)).is_err());
    }

    #[test]
    fn rfc9700_4_8_2_neither_half_stands_alone() {
        assert!(verify(Some(CHALLENGE), None).is_err());
        assert!(verify(None, Some(VERIFIER)).is_err());
        assert!(verify(None, None).is_ok());
    }

    #[test]
    fn rfc7636_4_1_the_form_of_a_verifier() {
        for bad in [
            "a".repeat(42),
            "a".repeat(129),
            format!("{}%", "a".repeat(43)),
            format!("{} ", "a".repeat(43)),
        ] {
            let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, bad.as_bytes()));
            assert!(verify(Some(&challenge), Some(&bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn rfc7636_4_2_the_form_of_a_challenge() {
        for bad in [
            &CHALLENGE[..42],
            &format!("{CHALLENGE}A"),
            &format!("{CHALLENGE}="),
            &"a".repeat(128),
            "ü",
        ] {
            let parameters = asked(&[("code_challenge", bad), ("code_challenge_method", "S256")]);
            assert!(challenge(&parameters, &client(), false).is_err(), "{bad}");
        }
        let plus = CHALLENGE.replace('-', "+");
        let parameters = asked(&[("code_challenge", &plus), ("code_challenge_method", "S256")]);
        assert!(challenge(&parameters, &client(), false).is_err());
    }

    #[test]
    fn rfc9700_2_1_1_public_clients_must_and_plain_never() {
        assert!(challenge(&asked(&[]), &public_client(), false).is_err());
        assert!(challenge(&asked(&[]), &client(), true).is_err());
        assert_eq!(challenge(&asked(&[]), &client(), false), Ok(None));
        assert!(challenge(&asked(&[("code_challenge", CHALLENGE)]), &client(), false).is_err());
        let plain = asked(&[("code_challenge", VERIFIER), ("code_challenge_method", "plain")]);
        assert!(challenge(&plain, &client(), false).is_err());
    }
}
