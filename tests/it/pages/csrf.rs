//! Forms that other sites send, or that were stolen.

use passgate::flow::users;
use reqwest::Method;

use super::is_signed_in;
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Browser, Form};
use crate::harness::relying_party::RelyingParty;
use crate::http::ROUTES;

/// Every address that takes a form of ours: what scripts and services of others post to takes no cookie. The form with a file
/// in it has another kind of body, and its own test beside the picture.
fn forms() -> Vec<&'static str> {
    let taken = ROUTES
        .iter()
        .filter(|(path, methods)| methods.contains("POST") && !path.starts_with("/oauth2/"));
    let forms: Vec<_> = taken
        .map(|(path, _)| *path)
        .filter(|path| *path != "/account/profile/picture")
        .collect();
    assert!(forms.len() > 40, "{forms:?}");
    forms
}

fn everything(csrf: &str) -> Form {
    let fields = [
        ("csrf", csrf),
        ("identifier", "eve@example.com"),
        ("password", PASSWORD),
        ("name", "Eve"),
        ("logout", "yes"),
        ("decision", "allow"),
        ("client", "web"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Form {
        action: String::new(),
        fields,
    }
}

#[actix_web::test]
async fn cs_02_forms_of_other_sites_are_refused_also_without_cookies() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let mut signed_in = app.browser();
    signed_in.sign_in("ada@example.com").await;
    let mut known = app.browser();
    let stranger = app.browser();
    let csrf = known.get("/sign-in").await.form().fields["csrf"].clone();
    let csrf_signed_in = signed_in.get("/account").await.form().fields["csrf"].clone();
    let foreign: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.test")],
        &[("origin", "null")],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.test")],
        &[("sec-fetch-site", "nonsense")],
    ];
    for (browser, csrf) in [(&known, &csrf), (&signed_in, &csrf_signed_in), (&stranger, &csrf)] {
        for path in forms() {
            for headers in foreign {
                let mut browser = browser.clone();
                browser.headers = headers
                    .iter()
                    .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                    .collect();
                let page = browser
                    .request(Method::POST, path, Some(&everything(csrf).fields))
                    .await;
                assert_eq!(page.status, 403, "{path} {headers:?}");
            }
        }
    }
    assert!(is_signed_in(&mut signed_in).await);
    assert_eq!(
        users::list(&app.state, None, 10).await.unwrap().len(),
        1,
        "nobody signed up"
    );
}

#[actix_web::test]
async fn cs_02_a_form_without_its_token_or_with_another_browsers_is_refused() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let own = browser.get("/account").await.form().fields["csrf"].clone();
    let mut attacker = app.browser();
    let foreign = attacker.get("/sign-in").await.form().fields["csrf"].clone();
    let cut = own[..own.len() - 1].to_owned();
    for token in ["", "x", &foreign, &cut, &own.to_lowercase(), &format!("{own}=")] {
        for path in forms() {
            let page = browser
                .request(Method::POST, path, Some(&everything(token).fields))
                .await;
            // The JSON interface takes no form at all.
            let refused = if path.starts_with("/api/") { 415 } else { 403 };
            assert_eq!(page.status, refused, "{path} {token}");
        }
    }
    assert!(is_signed_in(&mut browser).await);
}

#[actix_web::test]
async fn cs_02_a_form_that_the_browser_vouches_for_is_taken() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let own: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "same-origin"), ("origin", &app.issuer)],
        // Browsers send `null` from pages without referrer.
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", &app.issuer)],
    ];
    for headers in own {
        let mut browser: Browser = app.browser();
        let page = browser.get("/sign-in").await;
        browser.headers = headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        let page = browser.sign_in_on(&page, "ada@example.com", PASSWORD).await;
        assert_eq!(page.url.path(), "/account", "{headers:?}");
    }
}

#[actix_web::test]
async fn cs_04_nothing_is_done_by_get_or_head_or_an_override() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let fields = everything(&browser.get("/account").await.form().fields["csrf"].clone()).fields;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    for path in forms() {
        for (method, query) in [
            (Method::GET, query.clone()),
            (Method::HEAD, query.clone()),
            (Method::GET, format!("_method=POST&{query}")),
            (Method::DELETE, query.clone()),
            (Method::PUT, query.clone()),
            (Method::PATCH, query.clone()),
        ] {
            let mut other = browser.clone();
            other.headers.push(("x-http-method-override".into(), "POST".into()));
            let page = other.request(method.clone(), &format!("{path}?{query}"), None).await;
            assert!(page.status.as_u16() < 500, "{method} {path}: {}", page.status);
            if method != Method::GET {
                assert_eq!(page.status, 405, "{method} {path}");
                assert!(page.headers.contains_key("allow"), "{method} {path}");
            }
        }
    }
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(users::list(&app.state, None, 10).await.unwrap().len(), 1);
    for path in [
        "/account/sessions/end",
        "/account/apps/revoke",
        "/account/verify-email",
        "/playground/refresh",
    ] {
        assert_eq!(browser.get(path).await.status, 405, "{path}");
    }
}

#[actix_web::test]
async fn cs_07_an_answer_to_the_consent_page_counts_once_and_for_its_own_request() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let consent = browser.get(&party.request("openid", &[])).await;
    // An attacker's token for the victim's request.
    let mut attacker = app.browser();
    let foreign = attacker.get("/sign-in").await.form().fields["csrf"].clone();
    let forged = consent.form().fill("csrf", &foreign).fill("decision", "allow");
    assert_eq!(browser.submit(&forged).await.status, 403);
    assert_eq!(attacker.submit(&forged).await.status, 403);
    // No answer, and one that is none.
    for decision in ["", "maybe"] {
        assert_eq!(
            browser.submit(&consent.form().fill("decision", decision)).await.status,
            400
        );
    }
    party.code_of(&browser.decide(&consent, "allow").await);
    assert_eq!(browser.decide(&consent, "allow").await.status, 403, "used up");
    assert_eq!(browser.decide(&consent, "deny").await.status, 403);
}
