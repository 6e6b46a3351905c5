//! Forms that only our own pages can send: a token bound to the browser and to whoever is signed in, and a look at where
//! the request says it comes from.

use actix_web::http::header::{self, HeaderMap};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::headers::text;
use crate::crypto::sealing::MasterKey;
use crate::model::secret::Secret;

/// The token of a browser and its session. When somebody else signs in, forms that were open before are worth nothing.
pub fn token(master_key: &MasterKey, browser: &Secret, session: Option<&str>) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &master_key.derive("csrf"));
    let bound = format!("{}\n{}", browser.expose(), session.unwrap_or_default());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, bound.as_bytes()))
}

/// Whether a form comes from our own origin as far as the browser says. Older browsers say nothing; then the token decides.
/// A page with `Referrer-Policy: no-referrer` sends `Origin: null`, which counts only where `Sec-Fetch-Site` vouches.
pub fn same_origin(headers: &HeaderMap, issuer: &str) -> bool {
    let origin = text(headers, header::ORIGIN);
    match text(headers, header::HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin" | "none") => origin.is_none_or(|origin| origin == issuer || origin == "null"),
        Some(_) => false,
        None => origin.is_none_or(|origin| origin == issuer),
    }
}

/// Whether the browser itself says that a page of ours sent the request: silence is no answer here.
pub fn vouched_for(headers: &HeaderMap, issuer: &str) -> bool {
    let says = |name| headers.contains_key(name);
    same_origin(headers, issuer) && (says(header::ORIGIN) || says(header::HeaderName::from_static("sec-fetch-site")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn same(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(header::HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        same_origin(&headers, "https://id.example")
    }

    #[test]
    fn a_browser_vouches_for_our_pages_only_when_it_says_so() {
        let vouched = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(header::HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            vouched_for(&headers, "https://id.example")
        };
        assert!(vouched(&[("origin", "https://id.example")]));
        assert!(vouched(&[("sec-fetch-site", "same-origin")]));
        for bad in [
            &[][..],
            &[("origin", "https://evil.test")],
            &[("sec-fetch-site", "cross-site")],
        ] {
            assert!(!vouched(bad), "{bad:?}");
        }
    }

    #[test]
    fn cs_02_forms_from_elsewhere_are_refused() {
        assert!(same(&[]));
        assert!(same(&[("origin", "https://id.example")]));
        assert!(same(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        for bad in [
            &[("origin", "https://evil.test")][..],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.test")],
        ] {
            assert!(!same(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_token_is_bound_to_browser_and_session() {
        let key = MasterKey::generate();
        let browser = |text: &str| Secret::new(text.to_owned());
        let mine = token(&key, &browser("a"), Some("s"));
        assert_eq!(mine, token(&key, &browser("a"), Some("s")));
        assert_ne!(mine, token(&key, &browser("b"), Some("s")));
        assert_ne!(mine, token(&key, &browser("a"), Some("t")));
        assert_ne!(mine, token(&key, &browser("a"), None));
    }
}
