//! Client authentication: RFC 6749 section 2.3, RFC 7591 section 2.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{ErrorCode, OAuthError};
use super::parameters::{self, Parameters};
use super::trace::Finding;
use crate::crypto::digest;
use crate::model::Timestamp;
use crate::model::client::{AuthMethod, Client};
use crate::model::secret::{Digest, Secret};

/// What a request says of who sends it.
#[derive(Debug)]
pub struct Presented {
    /// The client named.
    pub client_id: String,
    /// The secret, when one came.
    pub secret: Option<Secret>,
    /// How it came.
    pub method: AuthMethod,
}

/// The answer when a client is not who it says: the same for an unknown client, a wrong secret and a wrong method.
pub fn refused() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, "client authentication failed")
}

/// Reads the credentials of a request: the `Authorization` header, else the body. One way only (section 2.3); a
/// `client_id` in the body beside Basic is fine when it is the same.
pub fn present(authorization: Option<&str>, body: &Parameters) -> Result<Presented, OAuthError> {
    let invalid = |why| OAuthError::new(ErrorCode::InvalidRequest, why);
    for name in ["client_id", "client_secret"] {
        if body.is_repeated(name) {
            return Err(invalid("client_id or client_secret was sent more than once"));
        }
    }
    if body.get("client_assertion").is_some() || body.get("client_assertion_type").is_some() {
        return Err(refused().explained(Finding::new(
            "a client_assertion came, and this installation takes none",
            "Configure the library for client_secret_basic or client_secret_post.",
        )));
    }
    let Some(header) = authorization else {
        let nobody = || {
            refused().explained(Finding::new(
                "neither an Authorization header nor a client_id came",
                "Send client_id and client_secret by HTTP Basic or in the body; a public client sends client_id alone. \
                 A proxy in between may have taken the Authorization header away.",
            ))
        };
        let client_id = body.get("client_id").ok_or_else(nobody)?.to_owned();
        let secret = body.get("client_secret").map(|secret| Secret::new(secret.to_owned()));
        let method = if secret.is_some() {
            AuthMethod::ClientSecretPost
        } else {
            AuthMethod::None
        };
        return Ok(Presented {
            client_id,
            secret,
            method,
        });
    };
    if body.get("client_secret").is_some() {
        return Err(invalid("the client used more than one way to authenticate"));
    }
    let unreadable = || {
        refused().explained(Finding::new(
            "the Authorization header is not Basic with base64(client_id:client_secret)",
            "Form-urlencode client_id and client_secret, join them with a colon, encode that in base64 (RFC 6749 section 2.3.1).",
        ))
    };
    let (client_id, secret) = basic(header).ok_or_else(unreadable)?;
    if body.get("client_id").is_some_and(|named| named != client_id) {
        return Err(invalid(
            "client_id in the body is not the client of the Authorization header",
        ));
    }
    // `id:` with nothing behind it is how some libraries send a public client.
    let method = if secret.is_empty() {
        AuthMethod::None
    } else {
        AuthMethod::ClientSecretBasic
    };
    let secret = (method != AuthMethod::None).then(|| Secret::new(secret));
    Ok(Presented {
        client_id,
        secret,
        method,
    })
}

/// `Basic base64(id:secret)`, both form-urlencoded (section 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let at = bytes.iter().position(|byte| *byte == b':')?;
    let half = |range: &[u8]| parameters::decode(range).ok();
    Some((half(bytes.get(..at)?)?, half(bytes.get(at + 1..)?)?))
}

/// Judges the credentials against the registered client, in constant time and at the same cost whether or not there is
/// such a client. A switched-off client is no client.
pub fn judge(client: Option<&Client>, presented: &Presented, now: Timestamp) -> Result<(), OAuthError> {
    let nobody = Digest::of_nothing();
    let shown = presented.secret.as_ref().map(digest::digest);
    let stored = client.and_then(|client| client.secret.as_ref()).unwrap_or(&nobody);
    // Both are compared, whatever comes of the first: the time tells nothing.
    let previous = client.and_then(|client| client.previous_secret);
    let counts = previous.is_some_and(|previous| previous.expires_at > now);
    let before = previous.map_or(nobody, |previous| previous.digest);
    let shown_digest = shown.as_ref().unwrap_or(&nobody);
    let same = (shown_digest == stored) | ((*shown_digest == before) & counts);
    let Some(client) = client.filter(|client| client.disabled_at.is_none()) else {
        return Err(refused().explained(super::authorize::no_client(&presented.client_id, client.is_some())));
    };
    let registered = client.metadata.token_endpoint_auth_method;
    let allowed = match (registered, presented.method) {
        (AuthMethod::None, AuthMethod::None) => true,
        (AuthMethod::None, _) | (_, AuthMethod::None) => false,
        (registered, used) => same && shown.is_some() && (registered == used || !client.metadata.strict_auth_method),
    };
    if allowed {
        Ok(())
    } else {
        Err(refused().explained(mismatch(registered, presented.method, same && shown.is_some())))
    }
}

/// Why credentials are not those of a client, for the trace alone.
fn mismatch(registered: AuthMethod, used: AuthMethod, right: bool) -> Finding {
    let finding = match (registered, used) {
        (AuthMethod::None, _) => Finding::new(
            "the client is public, and a secret came",
            "Send client_id without a secret, or register the client with an authentication method.",
        ),
        (_, AuthMethod::None) => Finding::new(
            "the client has a secret, and none came",
            "Send the client_secret by HTTP Basic or in the body, or register the client as public.",
        ),
        (_, _) if right => Finding::new(
            "the secret is right, but came in another way than the client is registered for",
            "Send the secret in the registered way, or switch strict_auth_method off.",
        ),
        (_, AuthMethod::ClientSecretBasic) => Finding::new(
            "the secret is not that of the client",
            "Look for an old secret, a space or a line end. By HTTP Basic the secret is form-urlencoded before base64 \
             (RFC 6749 section 2.3.1): a library that leaves this out fails with + / = % in secrets.",
        ),
        (_, AuthMethod::ClientSecretPost) => Finding::new(
            "the secret is not that of the client",
            "Look for an old secret, a space or a line end, and for characters that the form should have encoded.",
        ),
    };
    finding.registered([registered.as_str().to_owned()]).sent(used.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::authorize::tests::{client, public_client};
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn body(text: &str) -> Parameters {
        Parameters::read(&[text.as_bytes()]).unwrap()
    }

    fn header(id: &str, secret: &str) -> String {
        format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
    }

    fn with_secret(secret: &str) -> Client {
        Client {
            secret: Some(digest::digest(&Secret::new(secret.to_owned()))),
            ..client()
        }
    }

    fn code(result: Result<Presented, OAuthError>) -> ErrorCode {
        result.unwrap_err().code
    }

    #[test]
    fn rfc6749_2_3_1_basic_is_form_urlencoded() {
        let presented = present(Some(&header("we%3Ab", "a%2Bb%2F%3D%20+c")), &body("")).unwrap();
        assert_eq!(presented.client_id, "we:b");
        assert_eq!(presented.secret.unwrap().expose(), "a+b/=  c");
    }

    #[test]
    fn rfc6749_2_3_one_way_to_authenticate() {
        assert_eq!(
            code(present(Some(&header("a", "b")), &body("client_secret=b"))),
            ErrorCode::InvalidRequest
        );
        assert_eq!(
            code(present(Some(&header("a", "b")), &body("client_id=c"))),
            ErrorCode::InvalidRequest
        );
        assert!(present(Some(&header("a", "b")), &body("client_id=a")).is_ok());
        assert_eq!(
            code(present(None, &body("client_id=a&client_id=a"))),
            ErrorCode::InvalidRequest
        );
        assert_eq!(
            code(present(Some("Bearer x"), &body("client_id=a"))),
            ErrorCode::InvalidClient
        );
        assert_eq!(
            code(present(None, &body("client_assertion=x&client_id=a"))),
            ErrorCode::InvalidClient
        );
        assert_eq!(code(present(None, &body(""))), ErrorCode::InvalidClient);
    }

    #[test]
    fn either_way_of_sending_the_secret_is_fine_unless_the_client_is_strict() {
        let mut client = with_secret("s");
        let post = present(None, &body("client_id=web&client_secret=s")).unwrap();
        assert!(judge(Some(&client), &post, NOW).is_ok());
        client.metadata.strict_auth_method = true;
        assert!(judge(Some(&client), &post, NOW).is_err());
        let basic = present(Some(&header("web", "s")), &body("")).unwrap();
        assert!(judge(Some(&client), &basic, NOW).is_ok());
    }

    #[test]
    fn who_is_refused() {
        let right = present(None, &body("client_id=web&client_secret=s")).unwrap();
        let wrong = present(None, &body("client_id=web&client_secret=t")).unwrap();
        let none = present(None, &body("client_id=web")).unwrap();
        let client = with_secret("s");
        assert!(judge(Some(&client), &wrong, NOW).is_err());
        assert!(judge(Some(&client), &none, NOW).is_err());
        assert!(judge(None, &right, NOW).is_err());
        assert!(judge(Some(&public_client()), &right, NOW).is_err());
        assert!(judge(Some(&public_client()), &none, NOW).is_ok());
        let disabled = Client {
            disabled_at: Some(chrono::DateTime::UNIX_EPOCH),
            ..with_secret("s")
        };
        assert!(judge(Some(&disabled), &right, NOW).is_err());
    }

    #[test]
    fn an_empty_basic_password_is_a_public_client() {
        let presented = present(Some(&header("web", "")), &body("")).unwrap();
        assert!(judge(Some(&public_client()), &presented, NOW).is_ok());
        assert!(judge(Some(&with_secret("s")), &presented, NOW).is_err());
    }

    #[test]
    fn a_secret_that_was_replaced_counts_until_its_end() {
        let digest = digest::digest(&Secret::new("old".to_owned()));
        let expires_at = NOW + chrono::TimeDelta::seconds(1);
        let client = Client {
            previous_secret: Some(crate::model::client::PreviousSecret { digest, expires_at }),
            ..with_secret("new")
        };
        for (secret, at, right) in [
            ("new", NOW, true),
            ("old", NOW, true),
            ("new", expires_at, true),
            ("old", expires_at, false),
        ] {
            let presented = present(None, &body(&format!("client_id=web&client_secret={secret}"))).unwrap();
            assert_eq!(judge(Some(&client), &presented, at).is_ok(), right, "{secret} {at}");
        }
    }
}
