//! Redirect URIs: what may be registered and when a requested one is the registered one.
//! RFC 6749 section 3.1.2, RFC 8252 sections 7.1 to 7.3 and 8.4, RFC 9700 section 2.1.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A registered redirect URI, kept byte for byte as it was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why a URI cannot be registered for redirects (RFC 7591 section 3.2.2, `invalid_redirect_uri`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Not an absolute URI, or one that two parsers may read differently.
    #[error("not an absolute URI in plain ASCII without spaces, control characters or backslashes")]
    Malformed,
    /// RFC 6749 section 3.1.2.
    #[error("must not have a fragment")]
    Fragment,
    /// RFC 9700 section 2.1: no patterns.
    #[error("must not contain a wildcard")]
    Wildcard,
    /// `user:password@` in front of the host.
    #[error("must not contain credentials")]
    Credentials,
    /// Plain http is for loopback addresses only (RFC 9700 section 2.6).
    #[error("plain http is only for loopback addresses")]
    InsecureHttp,
    /// A scheme that a browser executes or reads locally.
    #[error("this scheme cannot receive a redirect")]
    Scheme,
    /// The query already names a parameter of the authorization response.
    #[error("must not carry a parameter of the authorization response (code, state, iss, error)")]
    ReservedParameter,
}

const RESERVED: [&str; 9] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "response",
    "id_token",
    "access_token",
];

impl RedirectUri {
    /// Takes a URI for registration. An https URI, an http URI of a loopback address (or `localhost`), or a private-use
    /// scheme in reverse domain name form (RFC 8252 section 7.1).
    pub fn register(text: &str) -> Result<Self, RedirectUriError> {
        let plain = text.len() <= 2048
            && text
                .bytes()
                .all(|b| (0x21..=0x7e).contains(&b) && !b"\\<>\"^`{|}".contains(&b));
        if !plain {
            return Err(RedirectUriError::Malformed);
        }
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        if text.contains('*') {
            return Err(RedirectUriError::Wildcard);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectUriError::Credentials);
        }
        match url.scheme() {
            "https" => {
                if url.host().is_none() || !text.starts_with("https://") {
                    return Err(RedirectUriError::Malformed);
                }
            }
            "http" => {
                if !text.starts_with("http://") {
                    return Err(RedirectUriError::Malformed);
                }
                if !is_loopback(&url) {
                    return Err(RedirectUriError::InsecureHttp);
                }
            }
            // RFC 8252 section 7.1: a private-use scheme is a reversed domain name, so it has a dot; everything else
            // (javascript, data, file, blob …) is something that a browser acts on.
            private_use if private_use.contains('.') && text.starts_with(private_use) => {}
            _ => return Err(RedirectUriError::Scheme),
        }
        if url.query_pairs().any(|(name, _)| RESERVED.contains(&name.as_ref())) {
            return Err(RedirectUriError::ReservedParameter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The registered bytes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a requested URI is this one: byte for byte (RFC 9700 section 2.1), except that a loopback IP literal may
    /// change its port (RFC 8252 section 7.3).
    pub fn accepts(&self, requested: &str) -> bool {
        if self.0 == requested {
            return true;
        }
        match (split_loopback(&self.0), split_loopback(requested)) {
            (Some(registered), Some(asked)) => registered == asked,
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for RedirectUri {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::register(&text).map_err(serde::de::Error::custom)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Splits `http://127.0.0.1:PORT/rest` or `http://[::1]:PORT/rest` into (literal, rest), leaving the port out. Works on
/// the bytes, so that what it accepts differs from the registered text in nothing but digits of the port.
fn split_loopback(text: &str) -> Option<(&str, &str)> {
    let after_scheme = text.strip_prefix("http://")?;
    let literal = ["127.0.0.1", "[::1]"]
        .into_iter()
        .find(|literal| after_scheme.starts_with(literal))?;
    let after_host = after_scheme.strip_prefix(literal)?;
    let rest = match after_host.strip_prefix(':') {
        Some(with_port) => {
            let digits = with_port.bytes().take_while(u8::is_ascii_digit).count();
            let (port, rest) = with_port.split_at(digits);
            port.parse::<u16>().ok().filter(|port| *port != 0)?;
            rest
        }
        None => after_host,
    };
    (rest.is_empty() || rest.starts_with('/') || rest.starts_with('?'))
        .then_some((literal, rest))
        .filter(|(_, rest)| {
            rest.bytes()
                .all(|b| (0x21..=0x7e).contains(&b) && b != b'#' && b != b'\\')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn registered(text: &str) -> RedirectUri {
        RedirectUri::register(text).unwrap()
    }

    #[test]
    fn rfc9700_2_1_anything_but_the_same_bytes_is_refused() {
        let uri = registered("https://app.example/cb");
        for other in [
            "https://app.example/cb/../evil",
            "https://app.example/cb/%2e%2e/evil",
            "https://app.example/cb%2f..%2fevil",
            "https://app.example/cb?x=1",
            "https://app.example/cb#frag",
            "https://app.example.evil.test/cb",
            "https://app.exampleX/cb",
            "https://appXexample/cb",
            "HTTPS://app.example/cb",
            "https://APP.EXAMPLE/cb",
            "https://app.example:443/cb",
            "//app.example/cb",
            "http://app.example/cb",
            "https://app.example/cb/",
            "https://app。example/cb",
            "https://аpp.example/cb",
            "https%3A%2F%2Fapp.example%2Fcb",
            "http://127.0.0.1/cb",
            "https://app.example/cb ",
            "",
        ] {
            assert!(!uri.accepts(other), "{other}");
        }
        assert!(uri.accepts("https://app.example/cb"));
    }

    #[test]
    fn rfc8252_7_3_the_loopback_ip_may_change_its_port() {
        let uri = registered("http://127.0.0.1/cb?a=1");
        assert!(uri.accepts("http://127.0.0.1:51004/cb?a=1"));
        for other in [
            "http://127.0.0.1:51004/cb?a=2",
            "http://127.0.0.1:51004/other",
            "http://127.0.0.1:0/cb?a=1",
            "http://127.0.0.1:99999/cb?a=1",
            "http://127.0.0.1:80@evil.test/cb?a=1",
            "http://127.0.0.1.evil.test/cb?a=1",
            "http://[::1]:80/cb?a=1",
            "http://localhost:80/cb?a=1",
            "https://127.0.0.1/cb?a=1",
        ] {
            assert!(!uri.accepts(other), "{other}");
        }
        assert!(registered("http://[::1]:3000/cb").accepts("http://[::1]:4000/cb"));
    }

    #[test]
    fn localhost_by_name_keeps_its_port() {
        assert!(!registered("http://localhost:3000/cb").accepts("http://localhost:4000/cb"));
    }

    #[test]
    fn what_cannot_be_registered() {
        use RedirectUriError::*;
        for (text, why) in [
            ("https://app.example/cb#f", Fragment),
            ("*", Wildcard),
            ("https://*.app.example/cb", Wildcard),
            ("https://app.example/*", Wildcard),
            ("javascript:alert(1)", Scheme),
            ("JaVaScript:alert(1)", Scheme),
            ("\u{1}javascript:alert(1)", Malformed),
            ("data:text/html,x", Scheme),
            ("vbscript:x", Scheme),
            ("file:///etc/passwd", Scheme),
            ("blob:https://a/b", Scheme),
            ("http://app.example/cb", InsecureHttp),
            ("https://u:p@app.example/cb", Credentials),
            ("https://app.example/cb?code=1", ReservedParameter),
            ("https://app.example/cb?iss=1", ReservedParameter),
            ("/cb", Malformed),
            ("HTTPS://app.example/cb", Malformed),
            ("https:app.example", Malformed),
            ("https://app.example\\@evil.test/cb", Malformed),
        ] {
            assert_eq!(RedirectUri::register(text), Err(why), "{text}");
        }
        registered("com.example.app:/oauth2redirect");
        registered("http://localhost:3000/cb");
    }

    proptest! {
        /// RU-22: accepted means the same bytes, or a loopback IP literal with the same rest.
        #[test]
        fn accepted_is_equal_or_loopback(candidate in "http://(127\\.0\\.0\\.1|\\[::1\\]|localhost|app\\.example)(:[0-9]{0,6})?(/[a-c@:.]{0,4})?") {
            let uri = registered("http://127.0.0.1:8000/a");
            if uri.accepts(&candidate) && candidate != uri.as_str() {
                let url = Url::parse(&candidate).unwrap();
                prop_assert_eq!(url.host_str(), Some("127.0.0.1"));
                prop_assert_eq!(url.path(), "/a");
                prop_assert!(url.username().is_empty());
            }
        }
    }
}
