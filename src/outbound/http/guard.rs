//! The two questions that are asked of every request: may this URL be called, and may this name have these addresses.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::address::is_public;
use super::{Exceptions, HttpError};

/// Asks for the addresses of a name.
pub(super) type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// Asks the system.
pub(super) fn system() -> Lookup {
    Arc::new(|name| Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) }))
}

/// Reads a URL that may be called: https, a host, no name or password, port 443, and no address that is not public. The
/// parser writes hosts as browsers do, so `0177.0.0.1` and `2130706433` are seen as the address that they are.
///
/// # Errors
/// [`HttpError::Forbidden`].
pub(super) fn url(text: &str, exceptions: &Exceptions) -> Result<Url, HttpError> {
    let url = Url::parse(text).map_err(|_| HttpError::Forbidden("it is no address"))?;
    let Some(host) = url.host_str() else {
        return Err(HttpError::Forbidden("it has no host"));
    };
    match url.scheme() {
        "https" => {}
        "http" if exceptions.may_be_plain(host) => {}
        _ => return Err(HttpError::Forbidden("it is not https")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(HttpError::Forbidden("it holds a name or password"));
    }
    // Written or not, the port of the scheme counts as none.
    if url.port().is_some_and(|port| !exceptions.may_use_port(host, port)) {
        return Err(HttpError::Forbidden("its port is not 443"));
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        Some(Host::Domain(_)) | None => None,
    };
    if address.is_some_and(|address| !is_public(address)) && !exceptions.may_be_private(host) {
        return Err(HttpError::Forbidden("it is not public"));
    }
    Ok(url)
}

/// Resolves names for the client. The connection is made to the very addresses that were judged here, so a name that means
/// something else a moment later gains nothing.
pub(super) struct Resolver {
    pub(super) exceptions: Arc<Exceptions>,
    pub(super) lookup: Lookup,
}

/// One of a name's addresses is not public.
#[derive(Debug, thiserror::Error)]
#[error("the name has an address that is not public")]
pub(super) struct NotPublic;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let answer = (self.lookup)(name.as_str().to_owned());
        let may_be_private = self.exceptions.may_be_private(name.as_str());
        Box::pin(async move {
            let addresses = answer.await?;
            // One bad answer spoils the name: which of them is taken is not ours to choose.
            if !may_be_private && !addresses.iter().all(|address| is_public(address.ip())) {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}
