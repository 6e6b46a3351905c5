//! The one client for requests that leave. Whoever can name an address here (an administrator, a client's metadata, another
//! provider's answer) must not reach what only this machine can reach. So: https, port 443, a name that is resolved once and
//! has public addresses alone, a connection to the address that was judged, no redirects, five seconds in all, 64 KiB of
//! answer, no decompression, no proxy of the environment. Exceptions are settings and nothing else.
//!
//! A connection serves one request: it belongs to the runtime that awaits it, and none outlives it.

mod address;
mod exceptions;
mod guard;
pub(super) mod tls;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use address::is_public;
pub use exceptions::{BadEntry, Exceptions};

/// How long a request may take, from the question for the name to the last byte of the answer.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer.
pub const MOST_BYTES: usize = 64 * 1024;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    url: String,
    body: Option<(&'static str, Vec<u8>)>,
    headers: Vec<(Cow<'static, str>, String)>,
    patience: Duration,
}

impl Request {
    /// A GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            body: None,
            headers: Vec::new(),
            patience: PATIENCE,
        }
    }

    /// A POST of a body of a media type.
    pub fn post(url: impl Into<String>, media_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            body: Some((media_type, body)),
            ..Self::get(url)
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With less patience than [`PATIENCE`]; more is not to be had.
    #[must_use]
    pub fn within(mut self, patience: Duration) -> Self {
        self.patience = patience.min(PATIENCE);
        self
    }
}

/// What came back. A redirect is an answer like any other; nobody follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type, with its parameters; empty where there is none.
    pub media_type: String,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why nothing came back. The sentences may be shown to whoever named the address: they say nothing about the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The address may not be called.
    #[error("this address may not be called: {0}")]
    Forbidden(&'static str),
    /// No connection, no valid certificate, or no whole answer.
    #[error("no answer could be had")]
    NoAnswer,
    /// It took too long.
    #[error("the answer took too long")]
    TooSlow,
    /// More than [`MOST_BYTES`], or compressed although nobody asked for it.
    #[error("the answer is too large")]
    TooLarge,
}

/// The client. Made at once; the certificates of the system are read at the first request.
pub struct Http {
    exceptions: Arc<Exceptions>,
    lookup: guard::Lookup,
    client: OnceLock<Option<reqwest::Client>>,
}

impl Http {
    /// Takes the exceptions that are set.
    pub fn new(exceptions: Exceptions) -> Self {
        Self::with_lookup(exceptions, guard::system())
    }

    fn with_lookup(exceptions: Exceptions, lookup: guard::Lookup) -> Self {
        Self {
            exceptions: Arc::new(exceptions),
            lookup,
            client: OnceLock::new(),
        }
    }

    /// Whether a URL may be called, as far as its text says: for whoever takes one in before it is called.
    ///
    /// # Errors
    /// [`HttpError::Forbidden`].
    pub fn check(&self, url: &str) -> Result<(), HttpError> {
        guard::url(url, &self.exceptions).map(drop)
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn send(&self, request: Request) -> Result<Answer, HttpError> {
        let url = guard::url(&request.url, &self.exceptions)?;
        let client = self.client().ok_or(HttpError::NoAnswer)?;
        let patience = request.patience;
        let host = url.host_str().unwrap_or_default().to_owned();
        match tokio::time::timeout(patience, self.exchange(client, url, request)).await {
            Err(_) => {
                tracing::debug!(host, "a request that left took too long");
                Err(HttpError::TooSlow)
            }
            Ok(answer) => answer,
        }
    }

    async fn exchange(&self, client: &reqwest::Client, url: url::Url, request: Request) -> Result<Answer, HttpError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let lost = |error: reqwest::Error| {
            if is_not_public(&error) {
                return HttpError::Forbidden("it is not public");
            }
            tracing::debug!(host, error = %error.without_url(), "a request that left had no answer");
            HttpError::NoAnswer
        };
        let mut asked = match request.body {
            None => client.get(url),
            Some((media_type, body)) => client.post(url).header("content-type", media_type).body(body),
        };
        for (name, value) in request.headers {
            asked = asked.header(name.as_ref(), value);
        }
        let mut response = asked.send().await.map_err(&lost)?;
        // The resolver has judged the address already; this holds whatever the library makes of it.
        let peer_is_public = response.remote_addr().is_some_and(|peer| is_public(peer.ip()));
        if !peer_is_public && !self.exceptions.may_be_private(&host) {
            return Err(HttpError::Forbidden("it is not public"));
        }
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        if header("content-encoding").is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
            return Err(HttpError::TooLarge);
        }
        let (status, media_type) = (
            response.status().as_u16(),
            header("content-type").unwrap_or_default().to_owned(),
        );
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(&lost)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            media_type,
            body,
        })
    }

    fn client(&self) -> Option<&reqwest::Client> {
        self.client
            .get_or_init(|| {
                let built = tls::config().map_err(|error| error.to_string()).and_then(|tls| {
                    reqwest::Client::builder()
                        .use_preconfigured_tls(tls)
                        .dns_resolver(Arc::new(guard::Resolver {
                            exceptions: Arc::clone(&self.exceptions),
                            lookup: Arc::clone(&self.lookup),
                        }))
                        .redirect(reqwest::redirect::Policy::none())
                        .referer(false)
                        .no_proxy()
                        .pool_max_idle_per_host(0)
                        .user_agent("Passgate")
                        .build()
                        .map_err(|error| error.to_string())
                });
                built
                    .inspect_err(|error| tracing::error!(error, "nothing can leave by HTTP"))
                    .ok()
            })
            .as_ref()
    }
}

/// Whether the resolver refused.
fn is_not_public(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<guard::NotPublic>() {
            return true;
        }
        cause = inner.source();
    }
    false
}
