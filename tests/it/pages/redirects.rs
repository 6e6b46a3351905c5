//! OR: nobody is sent where a stranger wants them.

use reqwest::Method;

use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::database::on_every_engine;
use crate::harness::raw::exchange;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty};

/// Places that are not ours, in every spelling that a browser might follow.
const ELSEWHERE: [&str; 9] = [
    "https://evil.test/",
    "//evil.test/",
    "///evil.test",
    "/\\evil.test",
    "\\/evil.test",
    "/account/../..//evil.test",
    "https:evil.test",
    "javascript:alert(1)",
    "/account@evil.test",
];

on_every_engine! {
async fn or_03_hosts_of_a_request_never_get_into_a_redirect(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    let party = RelyingParty::new(&app, "web", Some(&app.web_client().await));
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let cookie: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = party.request("openid", &[]);
    let pages = ["/account/emails", "/sign-in", "/account", "/choose-account", "/sign-in?again=yes", "/continue", &request];
    for cookie in [cookie.join("; "), String::new()] {
        for page in pages {
            let text = format!(
                "GET {page} HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: evil.test\r\nForwarded: host=evil.test\r\n\
                 X-Forwarded-Proto: javascript\r\nX-Forwarded-Prefix: //evil.test\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
            );
            let reply = exchange(&app, text).await;
            assert!(!reply.text.contains("evil"), "{page}: {}", reply.text);
        }
    }
}

async fn or_04_no_parameter_says_where_to_go_after_a_sign_in(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    for elsewhere in ELSEWHERE {
        let encoded: String = url::form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect();
        for name in ["return_to", "next", "redirect_uri", "redirect", "continue", "url"] {
            let mut browser = app.browser();
            let page = browser.get(&format!("/sign-in?{name}={encoded}")).await;
            let form = page.form().fill("identifier", "ada@example.com").fill("password", PASSWORD).fill(name, elsewhere);
            let answer = browser.request(Method::POST, "/sign-in", Some(&form.fields)).await;
            assert_eq!(answer.headers["location"], "/account", "{name}={elsewhere}");
        }
    }
    // Nor does a request that is over, or never was.
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    for flow in ["x", "0b7bb7a2-9d6d-4b5e-8f0e-6d1f3f2f9a11"] {
        for page in ["/sign-in", "/consent", "/continue", "/choose-account"] {
            let path = format!("{page}?flow={flow}&redirect_uri=https://evil.test/&state=x");
            let answer = browser.request(Method::GET, &path, None).await;
            let location = answer.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
            assert!(location.is_none_or(|to| to.starts_with('/') && !to.contains("evil")), "{path}");
        }
    }
}

/// An application is no redirector to places that it did not register, and where it registered one the person sees who asks.
async fn or_02_an_error_leads_to_a_registered_address_or_nowhere(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    let party = RelyingParty::new(&app, "web", Some(&app.web_client().await));
    let mut browser = app.browser();
    for extra in [
        [("scope", "openid nothing.such"), ("prompt", "none")],
        [("response_type", "token"), ("prompt", "none")],
        [("prompt", "none login"), ("scope", "openid")],
    ] {
        let to = |uri: &str| {
            let mut with = extra.to_vec();
            with.push(("redirect_uri", uri));
            let with: Vec<_> = with.iter().map(|(name, value)| (*name, *value)).collect();
            party.request("openid", &with)
        };
        for elsewhere in ["https://evil.test/", "https://app.example/cb/../x", "https://app.example.evil.test/cb"] {
            let page = browser.get(&to(elsewhere)).await;
            assert_eq!(page.status, 400, "{elsewhere}");
            assert!(!page.headers.contains_key("location"));
        }
        let page = browser.get(&to(REDIRECT_URI)).await;
        if page.url.host_str() == Some("app.example") {
            assert!(page.url.as_str().starts_with(REDIRECT_URI) && page.parameter("error").is_some(), "{}", page.url);
        }
    }
}
}
