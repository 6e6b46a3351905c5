//! HD-02, HD-03: what every answer carries.

use reqwest::Response;
use reqwest::header::HeaderMap;
use scraper::{Html, Selector};

use super::ROUTES;
use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::relying_party::RelyingParty;

fn text<'a>(headers: &'a HeaderMap, name: &str, what: &str) -> &'a str {
    let value = headers
        .get(name)
        .unwrap_or_else(|| panic!("{what} has no {name}: {headers:?}"));
    assert_eq!(headers.get_all(name).iter().count(), 1, "{what}: {name}");
    value.to_str().unwrap()
}

fn judge(what: &str, headers: &HeaderMap) {
    let policy = text(headers, "content-security-policy", what);
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ] {
        assert!(
            policy.split("; ").any(|directive| directive == part),
            "{what}: {policy}"
        );
    }
    for part in ["unsafe", "*", "http:"] {
        assert!(!policy.contains(part), "{what}: {policy}");
    }
    assert_eq!(text(headers, "x-content-type-options", what), "nosniff");
    assert_eq!(text(headers, "referrer-policy", what), "no-referrer");
    assert_eq!(text(headers, "x-frame-options", what), "DENY");
    assert_eq!(text(headers, "cross-origin-opener-policy", what), "same-origin");
    assert_eq!(text(headers, "x-request-id", what).len(), 16);
    assert!(
        !headers.contains_key("server") && !headers.contains_key("x-powered-by"),
        "{what}"
    );
}

/// A page without a line of script or style in it: what the policy forbids would not work.
fn judge_page(what: &str, html: &str) {
    let html = Html::parse_document(html);
    for forbidden in [
        "script:not([src])",
        "style",
        "[style]",
        "[onclick]",
        "[onload]",
        "[onsubmit]",
        "a[href^='javascript:']",
        "base",
        "iframe",
    ] {
        assert!(
            html.select(&Selector::parse(forbidden).unwrap()).next().is_none(),
            "{what}: {forbidden}"
        );
    }
}

/// A letter as a mail program has it, with its styles inside: not a page of ours, and in a sandbox. tests/it/mail looks at it.
fn is_letter(what: &str) -> bool {
    what.starts_with("GET /dev/letters/test/")
}

async fn crawl(app: &TestApp) -> Vec<(String, Response)> {
    let mut answers = Vec::new();
    for (path, _) in ROUTES {
        for method in ["GET", "POST", "PUT", "OPTIONS"] {
            let request = app.http.request(method.parse().unwrap(), app.url(path));
            answers.push((format!("{method} {path}"), request.send().await.unwrap()));
        }
    }
    answers
}

#[actix_web::test]
async fn hd_02_hd_03_every_answer_is_guarded() {
    let app = TestApp::spawn();
    for (what, response) in crawl(&app).await {
        if is_letter(&what) {
            continue;
        }
        judge(&what, response.headers());
        assert!(
            !response.headers().contains_key("strict-transport-security"),
            "{what}: on plain http"
        );
        let headers = response.headers().clone();
        let is_public = ["/.well-known", "/static"].iter().any(|path| what.contains(path)) && response.status() == 200;
        if !is_public {
            assert_eq!(text(&headers, "cache-control", &what), "no-store");
        }
        let body = response.text().await.unwrap();
        if headers
            .get("content-type")
            .is_some_and(|kind| kind.to_str().unwrap().contains("html"))
        {
            judge_page(&what, &body);
            assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{what}");
            assert!(
                text(&headers, "content-security-policy", &what).contains("form-action 'self';"),
                "{what}"
            );
        }
    }
}

/// There is no frame that tells other sites about a session, and none is promised.
#[actix_web::test]
async fn hd_06_no_page_speaks_to_the_page_around_it() {
    let app = TestApp::spawn();
    let found = app
        .http
        .get(app.url("/.well-known/openid-configuration"))
        .send()
        .await
        .unwrap();
    let document: serde_json::Value = found.json().await.unwrap();
    assert!(document.get("check_session_iframe").is_none());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/views/static");
    let mut scripts = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "js") {
            let text = std::fs::read_to_string(&path).unwrap();
            let listens = text.contains("window.parent") || text.contains("addEventListener(\"message\"");
            assert!(!listens, "{}", path.display());
            scripts += 1;
        }
    }
    assert!(scripts > 0);
}

#[actix_web::test]
async fn hd_03_browsers_stay_on_https() {
    let options = Options::new(None).with("PASSGATE_PUBLIC_URL", "https://id.example");
    let app = options.with("PASSGATE_LIMITS__ENABLED", "true").spawn();
    for (what, response) in crawl(&app).await {
        assert_eq!(
            text(response.headers(), "strict-transport-security", &what),
            "max-age=31536000; includeSubDomains"
        );
        if what.contains("/playground") || what.contains("/dev/") {
            assert_eq!(response.status(), 404, "{what}: only for trying things");
        }
    }
}

#[actix_web::test]
async fn hd_02_pages_whose_form_ends_at_an_application_name_it_and_no_other() {
    let app = TestApp::spawn();
    let secret = app.web_client().await;
    app.user("ada@example.com").await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();
    let page = browser.get(&party.request("openid", &[])).await;
    let expected = "form-action 'self' https://app.example;";
    assert_eq!(page.url.path(), "/sign-in");
    assert!(
        page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains(expected)
    );
    let wrong = browser.sign_in_on(&page, "ada@example.com", "wrong password").await;
    assert!(
        wrong.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains(expected),
        "after a mistake as well"
    );
    let page = browser.sign_in_on(&page, "ada@example.com", PASSWORD).await;
    assert_eq!(page.url.path(), "/consent");
    assert!(
        page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains(expected)
    );
    judge("consent", &page.headers);
    judge_page("consent", &page.body);
}

#[actix_web::test]
async fn hd_03_answers_to_tokens_are_kept_by_nobody() {
    let app = TestApp::spawn();
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let good = party.token(&[("grant_type", "client_credentials")]).await;
    let bad = party.token(&[("grant_type", "x")]).await;
    let unknown = RelyingParty::new(&app, "nobody", Some("x"))
        .token(&[("grant_type", "client_credentials")])
        .await;
    for (answer, status) in [(good, 200), (bad, 400), (unknown, 401)] {
        assert_eq!(answer.status, status);
        judge("token", &answer.headers);
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}
