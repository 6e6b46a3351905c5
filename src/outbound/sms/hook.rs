//! A POST of `{"to": …, "text": …}` to an address of the operator's own, signed as Standard Webhooks are: whoever receives it
//! can tell that it is ours, new, and not a second copy.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Refusal, Text, judge};
use crate::model::Timestamp;
use crate::model::secret::Secret;
use crate::outbound::http::{Http, Request};

/// What the receiver may say of a text that it will never take.
const FOR_GOOD: [u16; 3] = [400, 410, 422];
/// Of the secret, in bytes: Standard Webhooks asks for as many.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// The hook.
pub struct Hook {
    url: String,
    key: hmac::Key,
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hook").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The secret cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret is whsec_ and the base64 form of 24 to 64 bytes")]
pub struct BadSecret;

impl Hook {
    /// Takes the address and the secret that signs: `whsec_` and base64.
    ///
    /// # Errors
    /// [`BadSecret`].
    pub fn new(url: String, secret: &Secret) -> Result<Self, BadSecret> {
        let text = secret.expose().trim();
        let bytes = STANDARD
            .decode(text.strip_prefix("whsec_").unwrap_or(text))
            .map_err(|_| BadSecret)?;
        if !LENGTHS.contains(&bytes.len()) {
            return Err(BadSecret);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        Ok(Self { url, key })
    }

    /// Delivers a text.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn deliver(&self, http: &Http, text: Text<'_>) -> Result<(), Refusal> {
        let body = json!({ "to": text.to, "text": text.body }).to_string();
        let request = Request::post(&self.url, "application/json", body.clone().into_bytes())
            .header("webhook-id", text.id)
            .header("webhook-timestamp", text.at.timestamp().to_string())
            .header("webhook-signature", self.sign(text.id, text.at, &body));
        judge(&http.send(request).await?, &FOR_GOOD)
    }

    fn sign(&self, id: &str, at: Timestamp, body: &str) -> String {
        let signed = format!("{id}.{}.{body}", at.timestamp());
        let tag = hmac::sign(&self.key, signed.as_bytes());
        format!("v1,{}", STANDARD.encode(tag.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_standard_webhooks() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into());
        let hook = Hook::new("https://x.example/".into(), &secret).unwrap();
        let at = chrono::DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        assert_eq!(
            hook.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, "{\"test\": 2432232314}"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert!(!format!("{hook:?}").contains("MfKQ"));
        for bad in ["", "whsec_", "whsec_AAAA", "whsec_?"] {
            assert_eq!(
                Hook::new(String::new(), &Secret::new(bad.into())).err(),
                Some(BadSecret),
                "{bad}"
            );
        }
    }
}
