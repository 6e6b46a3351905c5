//! The way to another Passgate, for whoever administers it from here. The operator names the address themselves, so it may
//! be a private one; a key leaves by https only, or stays on this machine.

use std::time::Duration;

use url::{Host, Url};

use super::http::tls;

/// How long an answer, or its next part, may take: some calls change many rows.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest answer.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Another Passgate, with the key to administer it.
pub struct Remote {
    base: Url,
    key: String,
    client: reqwest::Client,
}

/// A call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// Begins with a slash and is encoded.
    pub path: &'a str,
    /// Further parameters.
    pub query: &'a [(String, String)],
    /// Media type and text of the body, where there is one.
    pub body: Option<(&'a str, &'a [u8])>,
    /// The revision that must be there.
    pub if_match: Option<&'a str>,
}

/// An answer under way.
#[derive(Debug)]
pub struct Response(reqwest::Response);

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
            .read_timeout(PATIENCE)
            .connect_timeout(PATIENCE)
            .user_agent("Passgate")
            .build()?;
        Ok(Self { base, key, client })
    }

    /// Calls.
    ///
    /// # Errors
    /// [`RemoteError::NoAnswer`].
    pub async fn call(&self, call: Request<'_>) -> Result<Response, RemoteError> {
        let mut url = self
            .base
            .join(call.path)
            .map_err(|_| RemoteError::Address(call.path.to_owned()))?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        let method = reqwest::Method::from_bytes(call.method.as_bytes()).unwrap_or_default();
        let mut request = self.client.request(method, url).bearer_auth(&self.key);
        if let Some(revision) = call.if_match {
            request = request.header("if-match", format!("\"{revision}\""));
        }
        if let Some((kind, body)) = call.body {
            request = request.header("content-type", kind).body(body.to_vec());
        }
        Ok(Response(request.send().await?))
    }
}

impl Response {
    /// Its status.
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// The next part of its body; `None` at the end.
    ///
    /// # Errors
    /// [`RemoteError::NoAnswer`] where it breaks off.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, RemoteError> {
        Ok(self.0.chunk().await?.map(|part| part.to_vec()))
    }

    /// All of it.
    ///
    /// # Errors
    /// [`RemoteError::NoAnswer`] where it breaks off or is too large.
    pub async fn whole(mut self) -> Result<Answer, RemoteError> {
        let (status, mut body) = (self.status(), Vec::new());
        while let Some(part) = self.next().await? {
            if body.len() + part.len() > MOST_BYTES {
                return Err(RemoteError::NoAnswer("it is too large".to_owned()));
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { status, body })
    }
}
