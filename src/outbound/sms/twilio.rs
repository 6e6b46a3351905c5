//! The Messages resource of Twilio, which other providers offer as well.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::{Refusal, Text, judge};
use crate::model::secret::Secret;
use crate::outbound::http::{Http, Request};

/// Where Twilio is.
pub const BASE: &str = "https://api.twilio.com";

/// An account there.
pub struct Twilio {
    url: String,
    authorization: Secret,
    sender: String,
}

impl std::fmt::Debug for Twilio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Twilio").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Twilio {
    /// Takes the base of the address ([`BASE`] where it is empty), the account with its token, and the sender: a number, a name,
    /// or a messaging service (`MG…`).
    pub fn new(base: &str, account: &str, token: &Secret, sender: String) -> Self {
        let base = if base.is_empty() { BASE } else { base };
        let account_part: String = form_urlencoded::byte_serialize(account.as_bytes()).collect();
        let credentials = format!("{account}:{}", token.expose());
        Self {
            url: format!(
                "{}/2010-04-01/Accounts/{account_part}/Messages.json",
                base.trim_end_matches('/')
            ),
            authorization: Secret::new(format!("Basic {}", STANDARD.encode(credentials))),
            sender,
        }
    }

    /// Delivers a text.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn deliver(&self, http: &Http, text: Text<'_>) -> Result<(), Refusal> {
        // The identifier of a messaging service is MG and 32 digits.
        let is_service = self.sender.len() == 34 && self.sender.starts_with("MG");
        let from = if is_service { "MessagingServiceSid" } else { "From" };
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("To", text.to)
            .append_pair(from, &self.sender)
            .append_pair("Body", text.body)
            .finish();
        let request = Request::post(&self.url, "application/x-www-form-urlencoded", body.into_bytes())
            .header("authorization", self.authorization.expose());
        judge(&http.send(request).await?, &[400])
    }
}
