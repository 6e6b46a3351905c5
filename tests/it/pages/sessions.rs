//! Session cookies and waiting requests that are planted, stolen or broken.

use reqwest::Method;

use super::is_signed_in;
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::Browser;
use crate::harness::database::on_every_engine;
use crate::harness::raw::exchange;
use crate::harness::relying_party::RelyingParty;

const SESSION: &str = "passgate_session";
const BROWSER: &str = "passgate_browser";

async fn party(app: &TestApp) -> RelyingParty {
    let secret = app.web_client().await;
    RelyingParty::new(app, "web", Some(&secret))
}

/// The steps of a waiting request.
fn steps(flow: &str) -> [String; 4] {
    ["/sign-in", "/sign-up", "/consent", "/continue"].map(|path| format!("{path}?flow={flow}"))
}

on_every_engine! {
async fn se_02_a_waiting_request_goes_on_only_in_the_browser_that_began_it(database) {
    let app = TestApp::on(&database.url);
    let party = party(&app).await;
    app.user("ada@example.com").await;
    let mut attacker = app.browser();
    let flow = attacker
        .get(&party.request("openid", &[]))
        .await
        .parameter("flow")
        .unwrap();
    let mut victim = app.browser();
    victim.sign_in("ada@example.com").await;
    for step in steps(&flow) {
        let page = victim.get(&step).await;
        assert_eq!(page.status, 403, "{step}");
        assert_eq!(page.parameter("code"), None);
    }
    // The victim's forms do not lead there either.
    let form = victim.get("/account").await.form();
    let form = crate::harness::browser::Form {
        action: "/consent".into(),
        ..form
    };
    let page = victim.submit(&form.fill("flow", &flow).fill("decision", "allow")).await;
    assert_eq!(page.status, 403);
}

async fn se_03_the_number_of_a_waiting_request_alone_shows_nothing(database) {
    let app = TestApp::on(&database.url);
    let party = party(&app).await;
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let page = browser
        .get(&party.request("openid", &[("login_hint", "hint@example.com")]))
        .await;
    let flow = page.parameter("flow").unwrap();
    for step in steps(&flow) {
        let page = app.browser().get(&step).await;
        assert_eq!(page.status, 403, "{step}");
        for hidden in ["ada@example.com", "hint@example.com", "app.example"] {
            assert!(!page.body.contains(hidden), "{hidden} at {step}");
        }
    }
}

async fn se_04_a_broken_session_cookie_is_no_session_and_no_fault(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let good = browser.cookies[SESSION].clone();
    let other_purpose = browser.cookies[BROWSER].clone();
    for bad in [
        String::new(),
        "x".into(),
        "pgs_".into(),
        other_purpose,
        good[..good.len() - 1].to_owned(),
        format!("{good}A"),
        good.to_uppercase(),
        format!("\"{good}\""),
        format!("{good}%00"),
        "a".repeat(50_000),
    ] {
        let mut holder = browser.clone();
        holder.cookies.insert(SESSION.into(), bad.clone());
        let page = holder.request(Method::GET, "/account", None).await;
        assert_eq!(page.status, 303, "{bad}");
        assert_eq!(page.headers["location"], "/sign-in");
    }
    for cookies in [
        format!("{SESSION}={good}; {SESSION}={good}"),
        format!("{SESSION}={good}; {SESSION}=pgs_x"),
        format!("{SESSION}={good}\r\nCookie: {SESSION}={good}"),
        format!("{}={good}", SESSION.to_uppercase()),
    ] {
        let request = format!("GET /account HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {cookies}\r\n\r\n");
        let reply = exchange(&app, request).await;
        assert_eq!(reply.statuses(), [303], "{cookies}: {reply:?}");
    }
    let mut request =
        b"GET /account HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: passgate_session=\xff\xfe\r\n\r\n".to_vec();
    assert_eq!(exchange(&app, &request).await.statuses(), [303]);
    request.splice(0..3, *b"PUT");
    assert_eq!(exchange(&app, &request).await.statuses(), [405]);
    assert!(is_signed_in(&mut browser).await, "the good one still is");
}

async fn se_01_a_planted_session_is_not_the_one_that_a_sign_in_gives(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    app.user("eve@example.com").await;
    // The attacker's own live session, planted in the victim's browser.
    let mut attacker = app.browser();
    attacker.sign_in("eve@example.com").await;
    let planted = attacker.cookies[SESSION].clone();
    let mut victim = app.browser();
    let page = victim.get("/sign-in").await;
    victim.cookies.insert(SESSION.into(), planted.clone());
    let page_with_both = victim.get("/sign-in").await;
    assert_eq!(page_with_both.url.path(), "/account", "signed in as Eve already");
    // The form from before is worth nothing: somebody else is signed in now.
    assert_eq!(victim.sign_in_on(&page, "ada@example.com", PASSWORD).await.status, 403);
    victim.cookies.remove(SESSION);
    victim.sign_in("ada@example.com").await;
    assert_ne!(victim.cookies[SESSION], planted);
    assert!(victim.get("/account").await.text().contains("ada@example.com"));
}

async fn se_01_signing_in_again_ends_the_session_that_the_browser_had(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    let party = party(&app).await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let before: Browser = browser.clone();
    app.advance(1);
    let page = browser.get(&party.request("openid", &[("prompt", "login")])).await;
    assert_eq!(page.url.path(), "/sign-in");
    let page = browser.sign_in_on(&page, "ada@example.com", PASSWORD).await;
    assert_eq!(page.url.path(), "/consent", "{}", page.text());
    assert_ne!(browser.cookies[SESSION], before.cookies[SESSION]);
    assert!(!is_signed_in(&mut before.clone()).await);
    assert!(is_signed_in(&mut browser).await);
}
}

#[actix_web::test]
async fn se_08_what_is_stored_of_a_session_does_not_open_it() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let secret = browser.cookies[SESSION].strip_prefix("pgs_").unwrap().to_owned();
    assert!(secret.len() >= 43, "256 bits");
    let folder = app.mail_folder().parent().unwrap().to_path_buf();
    let mut looked_at = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes.windows(secret.len()).any(|part| part == secret.as_bytes()),
                "{}",
                path.display()
            );
            looked_at += 1;
        }
    }
    assert!(looked_at > 0);
}

on_every_engine! {
async fn lo_09_forms_of_the_one_before_are_worth_nothing_to_the_next_person(database) {
    let app = TestApp::on(&database.url);
    let party = party(&app).await;
    app.user("ada@example.com").await;
    app.user("eve@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let consent = browser.get(&party.request("openid", &[])).await;
    let account = browser.get("/account").await;
    browser.submit(&account.form().fill("logout", "yes")).await;
    browser.sign_in("eve@example.com").await;
    assert_eq!(browser.decide(&consent, "allow").await.status, 403);
    assert_eq!(browser.submit(&account.form().fill("logout", "yes")).await.status, 403);
    assert!(is_signed_in(&mut browser).await);
}
}
