//! An application that draws the sign-in itself, from the authorization request to the code.

use super::*;
use crate::harness::app::{Options, PASSWORD};
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::RelyingParty;
use crate::journeys::ADA;

const ORIGIN_OF_APP: &str = "http://localhost:3999";

fn app(url: &str) -> TestApp {
    Options::new(Some(url))
        .with("PASSGATE_HEADLESS__ORIGINS", "http://localhost:3999")
        .with(
            "PASSGATE_HEADLESS__SIGN_IN_URI",
            "http://localhost:3999/login?theme=dark",
        )
        .with("PASSGATE_HEADLESS__SIGN_UP_URI", "http://localhost:3999/join")
        .spawn()
}

on_every_engine! {
async fn an_authorization_request_is_answered_through_the_applications_own_page(database) {
    let app = app(&database.url);
    app.user(ADA).await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();
    let page = browser.get(&party.request("openid", &[])).await;
    assert_eq!(page.url.origin().ascii_serialization(), ORIGIN_OF_APP, "{}", page.url);
    assert_eq!((page.url.path(), page.parameter("theme").as_deref()), ("/login", Some("dark")));
    let interaction = page.parameter("interaction").unwrap();

    let mut script = Script::within(&app, &browser).from(ORIGIN_OF_APP);
    let begun = script.post("/api/flows", json!({ "kind": "sign_in", "interaction": interaction })).await;
    assert_eq!(begun.json["application"]["client_id"], "web", "{begun:?}");
    let done = script.go_on(&begun, json!({ "identifier": ADA, "password": PASSWORD })).await;
    let onward = done.json["redirect_to"].as_str().unwrap().to_owned();
    assert!(onward.starts_with(&app.issuer), "{onward}");
    let mut browser = script.browser(&app);
    let consent = browser.get(&onward).await;
    let back = browser.decide(&consent, "allow").await;
    let code = back.parameter("code").expect("a code");
    assert_eq!(party.exchange(&code).await.status, 200);

    // Another browser cannot take the request over.
    let mut thief = Script::new(&app).from(ORIGIN_OF_APP);
    let refused = thief.post("/api/flows", json!({ "kind": "sign_in", "interaction": interaction })).await;
    assert_eq!((refused.status.as_u16(), refused.json["code"].as_str()), (410, Some("interaction_gone")));
}

async fn where_no_application_waits_the_page_says_where_to_go(database) {
    let app = app(&database.url);
    app.user(ADA).await;
    let mut script = Script::new(&app).from(ORIGIN_OF_APP);
    for elsewhere in [
        "https://evil.test/",
        "http://localhost:3999@evil.test/",
        "javascript:alert(1)",
        "//evil.test",
        "/account",
        "http://user@localhost:3999/",
    ] {
        let refused = script.post("/api/flows", json!({ "kind": "sign_in", "return_to": elsewhere })).await;
        assert_eq!(refused.json["code"], "invalid_return_to", "{elsewhere}");
    }
    let home = format!("{ORIGIN_OF_APP}/home#top");
    let flow = script.post("/api/flows", json!({ "kind": "sign_in", "return_to": home })).await;
    let done = script.go_on(&flow, json!({ "identifier": ADA, "password": PASSWORD })).await;
    assert_eq!(done.json["redirect_to"], home);
    // Whoever comes without a request finds our own page.
    assert_eq!(app.browser().get("/sign-in").await.status, 200);
}
}

#[test]
fn addresses_of_own_pages_are_at_declared_origins() {
    use passgate::settings::Settings;
    let load = |variables: &[(&str, &str)]| {
        let variables = variables
            .iter()
            .map(|(name, value)| (format!("PASSGATE_{name}"), (*value).to_owned()));
        Settings::load(None, variables)
    };
    let origins = ("HEADLESS__ORIGINS", "https://app.example.com");
    assert!(load(&[origins, ("HEADLESS__SIGN_IN_URI", "https://app.example.com/login")]).is_ok());
    for (name, value) in [
        ("HEADLESS__SIGN_IN_URI", "https://evil.test/login"),
        ("HEADLESS__SIGN_UP_URI", "https://app.example.com/#x"),
        ("HEADLESS__ORIGINS", "https://app.example.com/"),
        ("HEADLESS__ORIGINS", "http://app.example.com"),
        ("HEADLESS__ORIGINS", "*"),
        ("HEADLESS__ORIGINS", "null"),
        ("HEADLESS__PASSKEY_DOMAIN", "example.org"),
    ] {
        let variables = match name == origins.0 {
            true => vec![(name, value)],
            false => vec![origins, (name, value)],
        };
        let loaded = load(&variables);
        assert!(loaded.is_err(), "{name}={value}: {:?}", loaded.unwrap().headless);
    }
}
