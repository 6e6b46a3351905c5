//! HT-09: clients that go away in the middle. What they asked for happened wholly or not at all.

use std::time::Duration;

use futures_util::future::join_all;
use passgate::flow::users;
use passgate::store::verify;

use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::Form;
use crate::harness::database::on_every_engine;
use crate::harness::raw::Raw;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty, VERIFIER};

fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// Sends a whole request and goes away after `pause`, without reading.
async fn abandon(app: &TestApp, path: &str, headers: &str, body: &str, pause: Duration) {
    let mut connection = Raw::connect(app).await;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.send(request.as_bytes()).await;
    tokio::time::sleep(pause).await;
}

async fn is_sound(app: &TestApp) {
    assert_eq!(verify::verify(&app.state.db).await.unwrap(), Vec::<String>::new());
    for _ in 0..40 {
        assert_eq!(
            app.http.get(app.url("/readyz")).send().await.unwrap().status(),
            200,
            "the pool is well"
        );
    }
}

on_every_engine! {
async fn ht_09_sign_up_makes_a_whole_account_or_none(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let Form { fields, .. } = browser.get("/sign-up").await.form();
    let cookies = format!("Cookie: passgate_browser={}\r\n", browser.cookies["passgate_browser"]);
    join_all((0..60_u64).map(|n| {
        let email = format!("user{n}@example.com");
        let body = encode(&[
            ("csrf", &fields["csrf"]),
            ("identifier", &email),
            ("password", PASSWORD),
            ("name", "Ada"),
        ]);
        let (app, cookies) = (&app, &cookies);
        async move { abandon(app, "/sign-up", cookies, &body, Duration::from_micros(n * 200)).await }
    }))
    .await;
    // Whatever still runs ends before this is answered: one writer, or one pool.
    is_sound(&app).await;
    for user in users::list(&app.state, None, 100).await.unwrap() {
        app.mails_to(&user.email, 1).await;
        app.browser().sign_in(&user.email).await;
    }
    is_sound(&app).await;
}

async fn ht_09_a_code_is_used_up_with_its_tokens_or_still_good(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    app.client(serde_json::json!({
        "client_id": "spa", "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"], "consent": "skip",
    }))
    .await;
    let party = RelyingParty::new(&app, "spa", None);
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let (mut good, mut used) = (0, 0);
    for n in 0..24 {
        let code = party.code(&mut browser, "openid").await;
        let body = encode(&[
            ("grant_type", "authorization_code"),
            ("client_id", "spa"),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ]);
        abandon(&app, "/oauth2/token", "", &body, Duration::from_micros(n * 150)).await;
        let answer = party.exchange(&code).await;
        match answer.status.as_u16() {
            200 => good += 1,
            400 => {
                assert_eq!(answer.error(), "invalid_grant");
                used += 1;
            }
            other => panic!("{other}: {answer:?}"),
        }
    }
    assert_eq!(good + used, 24);
    is_sound(&app).await;
}

async fn ht_09_half_a_request_does_nothing(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let form = browser.get("/sign-up").await.form();
    let body = encode(&[
        ("csrf", &form.fields["csrf"]),
        ("identifier", "ada@example.com"),
        ("password", PASSWORD),
    ]);
    let head = format!(
        "POST /sign-up HTTP/1.1\r\nHost: x\r\nCookie: passgate_browser={}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        browser.cookies["passgate_browser"],
        body.len() + 1
    );
    let whole = format!("{head}{body}");
    for end in (0..=whole.len()).step_by(7).chain([whole.len()]) {
        let mut connection = Raw::connect(&app).await;
        connection.send(&whole.as_bytes()[..end]).await;
    }
    is_sound(&app).await;
    assert!(users::list(&app.state, None, 10).await.unwrap().is_empty());
}
}
