//! The way to another Passgate, for whoever administers it from here. The operator names the address themselves, so it may
//! be a private one; a key leaves by https only, or stays on this machine.

use std::time::Duration;

use url::{Host, Url};

use super::http::tls;

/// How long a call may take: some change many rows.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest answer.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Another Passgate, with the key to administer it.
pub struct Remote {
    base: Url,
    key: String,
    client: reqwest::Client,
}

/// What it answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Not an address for this.
    #[error("{0} is not the address of a server: https://host, or http on this machine")]
    Address(String),
    /// No connection, no valid certificate, no whole answer.
    #[error("no answer could be had: {0}")]
    NoAnswer(String),
}

impl From<reqwest::Error> for RemoteError {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = std::error::Error::source(&error)
            .map(|cause| format!(": {cause}"))
            .unwrap_or_default();
        Self::NoAnswer(format!("{error}{cause}"))
    }
}

impl Remote {
    /// Takes the address and the key.
    ///
    /// # Errors
    /// [`RemoteError::Address`].
    pub fn new(address: &str, key: String) -> Result<Self, RemoteError> {
        let bad = || RemoteError::Address(address.to_owned());
        let base = Url::parse(address).map_err(|_| bad())?;
        let here = match base.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let plain = base.path() == "/" && base.query().is_none() && base.username().is_empty();
        if !plain || !(base.scheme() == "https" || base.scheme() == "http" && here) {
            return Err(bad());
        }
        let tls = tls::config().map_err(|error| RemoteError::NoAnswer(error.to_string()))?;
        let client = reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .user_agent("Passgate")
            .build()?;
        Ok(Self { base, key, client })
    }

    /// Calls. `path` begins with a slash and is encoded.
    ///
    /// # Errors
    /// [`RemoteError::NoAnswer`].
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        body: Option<Vec<u8>>,
        if_match: Option<&str>,
    ) -> Result<Answer, RemoteError> {
        let mut url = self
            .base
            .join(path)
            .map_err(|_| RemoteError::Address(path.to_owned()))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap_or_default();
        let mut request = self.client.request(method, url).bearer_auth(&self.key);
        if let Some(revision) = if_match {
            request = request.header("if-match", format!("\"{revision}\""));
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let mut response = request.send().await?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(RemoteError::NoAnswer("it is too large".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }
}
