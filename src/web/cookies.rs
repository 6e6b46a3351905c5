//! Cookies: RFC 6265bis. Over https their names have the `__Host-` prefix, so that no other host can plant them; on plain
//! http, which is for loopback only, browsers do not allow that prefix.

use actix_web::http::header::{self, HeaderMap};

/// A cookie of ours.
pub struct Cookie {
    https: &'static str,
    http: &'static str,
}

/// The signed-in session.
pub const SESSION: Cookie = Cookie {
    https: "__Host-passgate_session",
    http: "passgate_session",
};
/// The browser, before and after sign-in: forms and waiting requests are bound to it.
pub const BROWSER: Cookie = Cookie {
    https: "__Host-passgate_browser",
    http: "passgate_browser",
};
/// The playground's memory, in development.
pub const PLAYGROUND: Cookie = Cookie {
    https: "__Host-passgate_playground",
    http: "passgate_playground",
};
/// Other accounts that this browser is signed in to: session secrets, divided by dots.
pub const ACCOUNTS: Cookie = Cookie {
    https: "__Host-passgate_accounts",
    http: "passgate_accounts",
};
/// The device: known to people who have signed in with it, and trusted where they said so. Set at sign-in, never before.
pub const DEVICE: Cookie = Cookie {
    https: "__Host-passgate_device",
    http: "passgate_device",
};
/// The way that was used last to sign in, as a hint.
pub const LAST: Cookie = Cookie {
    https: "__Host-passgate_last",
    http: "passgate_last",
};
/// The language that a person chose.
pub const LANG: Cookie = Cookie {
    https: "__Host-passgate_lang",
    http: "passgate_lang",
};

/// Seconds that the cookies of a browser and its language live: 400 days, the most that browsers allow.
pub const BROWSER_AGE: i64 = 400 * 86_400;

/// The longest cookie value that is looked at.
const MAX_BYTES: usize = 600;

impl Cookie {
    /// Its name.
    pub fn name(&self, https: bool) -> &'static str {
        if https { self.https } else { self.http }
    }

    /// A `Set-Cookie` value for a cookie that goes when the browser is closed.
    pub fn set_until_closed(&self, value: &str, https: bool) -> String {
        let secure = if https { "; Secure" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}", self.name(https))
    }

    /// A `Set-Cookie` value; `age` is in seconds.
    pub fn set(&self, value: &str, https: bool, age: i64) -> String {
        let secure = if https { "; Secure" } else { "" };
        format!(
            "{}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}",
            self.name(https)
        )
    }

    /// A `Set-Cookie` value that removes it.
    pub fn remove(&self, https: bool) -> String {
        self.set("", https, 0)
    }
}

/// A cookie by its exact name. One that comes twice was planted by somebody: it counts as absent, and so does one that is
/// longer than any of ours.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(candidate, _)| *candidate == name)
        .map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) if !value.is_empty() && value.len() <= MAX_BYTES => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::COOKIE, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn ck_02_a_cookie_that_comes_twice_or_under_another_name_is_absent() {
        let name = SESSION.name(true);
        assert_eq!(read(&headers(&["a=1; __Host-passgate_session=x"]), name), Some("x"));
        assert_eq!(
            read(
                &headers(&["__Host-passgate_session=x; __Host-passgate_session=y"]),
                name
            ),
            None
        );
        assert_eq!(
            read(
                &headers(&["__Host-passgate_session=x", "__Host-passgate_session=y"]),
                name
            ),
            None
        );
        assert_eq!(read(&headers(&["passgate_session=x"]), name), None);
        assert_eq!(read(&headers(&[&format!("{name}={}", "x".repeat(700))]), name), None);
        assert_eq!(read(&headers(&[&format!("{name}=")]), name), None);
    }

    #[test]
    fn ck_01_attributes_over_https() {
        let set = SESSION.set("v", true, 5);
        for part in ["__Host-", "Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(set.contains(part), "{part}");
        }
        assert!(!set.contains("Domain"));
    }
}
