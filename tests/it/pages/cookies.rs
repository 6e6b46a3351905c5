//! What the server sets, and what it believes.

use reqwest::Method;
use reqwest::header::SET_COOKIE;

use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::browser::Page;

const ISSUER: &str = "https://id.example";

fn behind_tls() -> TestApp {
    let options = Options::new(None)
        .with("PASSGATE_PUBLIC_URL", ISSUER)
        .with("PASSGATE_LIMITS__ENABLED", "true");
    options.spawn()
}

fn set_cookies(page: &Page) -> Vec<String> {
    page.headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn ck_01_every_cookie_over_https_is_bound_to_this_host_and_hidden_from_scripts() {
    let app = behind_tls();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    let page = browser.request(Method::GET, "/sign-in?lang=zh-Hans", None).await;
    let mut set = set_cookies(&page);
    let form = page
        .form()
        .fill("identifier", "ada@example.com")
        .fill("password", PASSWORD)
        .fill("remember", "yes");
    set.extend(set_cookies(
        &browser.request(Method::POST, "/sign-in", Some(&form.fields)).await,
    ));
    let form = browser.get("/sign-out").await.form().fill("logout", "yes");
    set.extend(set_cookies(
        &browser.request(Method::POST, "/sign-out", Some(&form.fields)).await,
    ));
    assert_eq!(
        set.len(),
        6,
        "browser, language, session, device, last way, no session: {set:#?}"
    );
    for cookie in set {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        let parts: Vec<_> = cookie.split("; ").skip(1).collect();
        for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(parts.contains(&part), "{part}: {cookie}");
        }
        assert!(parts.iter().all(|part| !part.starts_with("Domain")), "{cookie}");
        let age = parts.iter().find_map(|part| part.strip_prefix("Max-Age=")).unwrap();
        assert!(age.parse::<u64>().unwrap() <= 400 * 86_400, "CK-06: {cookie}");
    }
}

#[actix_web::test]
async fn a_session_that_ends_with_the_browser_does_so_whatever_is_done_with_it() {
    let app = behind_tls();
    let mut browser = app.browser();
    for email in ["ada@example.com", "eve@example.com"] {
        app.user(email).await;
        let page = browser.get("/sign-in?other=yes").await;
        browser.sign_in_on(&page, email, PASSWORD).await;
    }
    let page = browser.get("/choose-account").await;
    let ada = page.value_beside("account", "ada@example.com");
    let form = page.form().fill("account", &ada);
    let chosen = browser
        .request(Method::POST, "/choose-account", Some(&form.fields))
        .await;
    assert_eq!(chosen.status, 303, "{}", chosen.text());
    let page = browser.get("/account/password").await;
    let form = page
        .forms()
        .into_iter()
        .find(|form| form.action == "/account/password")
        .unwrap();
    let form = form
        .fill("current", PASSWORD)
        .fill("password", "a wholly different phrase");
    let changed = browser
        .request(Method::POST, "/account/password", Some(&form.fields))
        .await;
    for (what, page) in [("chosen", &chosen), ("changed", &changed)] {
        let set = set_cookies(page);
        assert!(
            set.iter().any(|cookie| cookie.starts_with("__Host-passgate_session=")),
            "{what}: {set:?}"
        );
        assert!(set.iter().all(|cookie| !cookie.contains("Max-Age")), "{what}: {set:?}");
    }
}

#[actix_web::test]
async fn ck_02_a_cookie_that_another_host_could_have_planted_is_not_believed() {
    let app = behind_tls();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let good = browser.cookies["__Host-passgate_session"].clone();
    browser.cookies.insert("passgate_session".into(), "pgs_planted".into());
    assert_eq!(
        browser.get("/account").await.url.path(),
        "/account",
        "the other name is another cookie"
    );
    browser.cookies.remove("__Host-passgate_session");
    browser.cookies.insert("passgate_session".into(), good.clone());
    assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
    browser.cookies.insert(
        "__Host-passgate_session".into(),
        format!("{good}; __Host-passgate_session=pgs_planted"),
    );
    assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
}

#[actix_web::test]
async fn ck_04_a_cookie_of_one_kind_is_none_of_another() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let (session, own) = (
        browser.cookies["passgate_session"].clone(),
        browser.cookies["passgate_browser"].clone(),
    );
    browser.cookies.insert("passgate_session".into(), own);
    browser.cookies.insert("passgate_browser".into(), session);
    assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
}

#[actix_web::test]
async fn ck_01_on_loopback_cookies_are_hidden_from_scripts_too() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    let page = browser.request(Method::GET, "/sign-in", None).await;
    let form = page
        .form()
        .fill("identifier", "ada@example.com")
        .fill("password", PASSWORD);
    let signed_in = browser.request(Method::POST, "/sign-in", Some(&form.fields)).await;
    for cookie in set_cookies(&page).into_iter().chain(set_cookies(&signed_in)) {
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        assert!(!cookie.contains("Secure") && !cookie.contains("__Host-"), "{cookie}");
    }
}

#[actix_web::test]
async fn a_browser_that_has_its_cookies_gets_none_again() {
    let app = TestApp::spawn();
    let mut browser = app.browser();
    assert_eq!(set_cookies(&browser.get("/sign-in").await).len(), 1);
    for path in ["/sign-in", "/sign-up", "/", "/nowhere"] {
        assert!(set_cookies(&browser.get(path).await).is_empty(), "{path}");
    }
}
