//! The authorization code flow from the first redirect to the last token.

use serde_json::Value;

use crate::harness::app::TestApp;
use crate::harness::relying_party::{RelyingParty, claims, header};

#[actix_web::test]
async fn oidcc_server_a_person_signs_in_consents_and_the_tokens_say_who_they_are() {
    let app = TestApp::spawn();
    let sub = app.user("ada@example.com").await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();

    let page = browser
        .get(&party.request("openid profile email offline_access", &[]))
        .await;
    assert_eq!(page.url.path(), "/sign-in");
    let page = browser
        .sign_in_on(&page, "ada@example.com", crate::harness::app::PASSWORD)
        .await;
    assert_eq!(page.url.path(), "/consent");
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.parameter("state").as_deref(), Some("the state"));
    assert_eq!(page.parameter("iss").as_deref(), Some(app.issuer.as_str()));

    let tokens = party.exchange(&party.code_of(&page)).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    assert_eq!(tokens.headers["cache-control"], "no-store");
    assert_eq!(tokens.text("token_type"), "Bearer");
    let id_token = claims(tokens.text("id_token"));
    assert_eq!(id_token["sub"], sub.as_str());
    assert_eq!(id_token["aud"], "web");
    assert_eq!(id_token["nonce"], "the nonce");
    assert_eq!(id_token["email"], "ada@example.com");
    let access_token = claims(tokens.text("access_token"));
    assert_eq!(header(tokens.text("access_token"))["typ"], "at+jwt");
    for token in [&id_token, &access_token] {
        assert_eq!(token["role"], "user");
        assert_eq!(token["plan"], "free_user");
    }
    let userinfo = party.userinfo(tokens.text("access_token")).await;
    assert_eq!(userinfo.text("sub"), sub);
    assert_eq!(userinfo.text("name"), "Ada Lovelace");
    let refreshed = party.refresh(tokens.text("refresh_token")).await;
    assert_eq!(refreshed.status, 200, "{refreshed:?}");
    assert_eq!(claims(refreshed.text("id_token"))["auth_time"], id_token["auth_time"]);
    assert_eq!(claims(refreshed.text("id_token"))["nonce"], Value::Null);
}
