//! `redirect_uri`: OpenID Connect Core section 3.1.2.1, RFC 9700 section 2.1. A failure is shown here, never redirected.

use url::Url;

use crate::model::client::Client;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::response::{ResponseMode, ResponseTarget};
use crate::protocol::trace::{Finding, shown};

/// Gives the place where every later answer, good or bad, goes. The state is left out where it came twice.
pub fn check(parameters: &Parameters, client: &Client) -> Result<ResponseTarget, OAuthError> {
    let refuse = |why| OAuthError::new(ErrorCode::InvalidRequest, why);
    if parameters.is_repeated("redirect_uri") {
        return Err(refuse("redirect_uri was sent more than once"));
    }
    let requested = parameters
        .get("redirect_uri")
        .ok_or_else(|| refuse("redirect_uri is missing").explained(missing(client)))?;
    if client.redirect_uri(requested).is_none() {
        return Err(refuse("redirect_uri is not registered for this client").explained(difference(client, requested)));
    }
    let state = parameters
        .get("state")
        .filter(|_| !parameters.is_repeated("state"))
        .map(str::to_owned);
    Ok(ResponseTarget::new(requested.to_owned(), ResponseMode::Query, state))
}

fn registered(client: &Client) -> Vec<String> {
    let uris = client.metadata.redirect_uris.iter();
    uris.map(|uri| without_values(uri.as_str())).take(20).collect()
}

fn missing(client: &Client) -> Finding {
    Finding::new("no redirect_uri came", "Send the registered redirect_uri.").registered(registered(client))
}

/// A URI as it may be kept: the names of its query without their values, no credentials, no fragment.
pub fn without_values(uri: &str) -> String {
    let end = uri.find(['?', '#']).unwrap_or(uri.len());
    let (head, rest) = uri.split_at_checked(end).unwrap_or_default();
    // As it was written, which may be what differs: a parser would tidy it up.
    let head = match head.split_once("://") {
        None => head.to_owned(),
        Some((scheme, after)) => {
            let at = after.find('/').unwrap_or(after.len());
            let (authority, path) = after.split_at_checked(at).unwrap_or_default();
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
    };
    let query = rest
        .split('#')
        .next()
        .and_then(|rest| rest.strip_prefix('?'))
        .unwrap_or_default();
    let names = query.split('&').filter(|pair| !pair.is_empty());
    let names: Vec<_> = names
        .map(|pair| format!("{}=...", pair.split('=').next().unwrap_or_default()))
        .collect();
    match names.is_empty() {
        true => shown(&head),
        false => shown(&format!("{head}?{}", names.join("&"))),
    }
}

/// In what a URI differs from a registered one: the first thing that a person would look at, and how much there is of it.
fn differs(registered: &str, sent: &str) -> (usize, &'static str) {
    let (Ok(known), Ok(asked)) = (Url::parse(registered), Url::parse(sent)) else {
        return (9, "its form: it is no absolute URI");
    };
    let host = |url: &Url| url.host_str().map(str::to_owned);
    let loopback = |url: &Url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let parts = [
        (known.scheme() != asked.scheme(), "the scheme (http or https)"),
        (
            host(&known) != host(&asked) && loopback(&known) && loopback(&asked),
            "the host: localhost and 127.0.0.1 are not the same",
        ),
        (
            host(&known) != host(&asked) && !(loopback(&known) && loopback(&asked)),
            "the host",
        ),
        (
            known.port_or_known_default() != asked.port_or_known_default(),
            "the port",
        ),
        (
            known.path() != asked.path() && known.path().trim_end_matches('/') == asked.path().trim_end_matches('/'),
            "the trailing slash",
        ),
        (
            known.path().trim_end_matches('/') != asked.path().trim_end_matches('/')
                && known.path().eq_ignore_ascii_case(asked.path()),
            "capital letters of the path",
        ),
        (
            known.path().trim_end_matches('/') != asked.path().trim_end_matches('/')
                && !known.path().eq_ignore_ascii_case(asked.path()),
            "the path",
        ),
        (known.query() != asked.query(), "the query"),
        (asked.fragment().is_some(), "a fragment, which no redirect URI has"),
    ];
    let found: Vec<_> = parts.iter().filter(|(differs, _)| *differs).collect();
    let first = found
        .first()
        .map_or("how it is written: URIs are compared byte for byte", |(_, what)| *what);
    (found.len(), first)
}

fn difference(client: &Client, sent: &str) -> Finding {
    let closest = client
        .metadata
        .redirect_uris
        .iter()
        .map(|uri| differs(uri.as_str(), sent))
        .min_by_key(|(count, _)| *count);
    let found = match closest {
        None => "this client has no registered redirect_uri".to_owned(),
        Some((_, what)) => format!("redirect_uri differs from the registered one in {what}"),
    };
    Finding::new(
        found,
        "Register the redirect_uri exactly as the application sends it, or make the application send the registered one.",
    )
    .registered(registered(client))
    .sent(&without_values(sent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::authorize::tests::client;

    #[test]
    fn the_difference_is_named() {
        for (sent, what) in [
            ("https://app.example/cb/", "in the trailing slash"),
            ("http://app.example/cb", "in the scheme"),
            ("https://app.example:8443/cb", "in the port"),
            ("https://www.app.example/cb", "in the host"),
            ("https://app.example/CB", "in capital letters"),
            ("https://app.example/callback", "in the path"),
            ("https://app.example/cb?a=1", "in the query"),
            ("https://app.example/cb#x", "in a fragment"),
            ("https://APP.example/cb", "in how it is written"),
            ("/cb", "in its form"),
        ] {
            let found = difference(&client(), sent);
            assert!(found.found.contains(what), "{sent}: {}", found.found);
            assert_eq!(found.registered, ["https://app.example/cb"]);
        }
    }

    #[test]
    fn what_is_kept_of_a_uri_holds_no_values() {
        for (uri, kept) in [
            (
                "https://ada:pass@app.example/cb?token=abc&x=1#frag",
                "https://app.example/cb?token=...&x=...",
            ),
            ("com.example.app:/cb?code=1", "com.example.app:/cb?code=..."),
            ("not a uri?secret=1", "not a uri?secret=..."),
            ("https://APP.example/cb", "https://APP.example/cb"),
        ] {
            assert_eq!(without_values(uri), kept);
        }
    }
}
