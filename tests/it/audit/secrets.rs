//! No secret gets into traces or events: whole rows are searched for everything that was secret.

use passgate::flow::requests;
use passgate::sql;

use crate::harness::app::PASSWORD;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{CHALLENGE, RelyingParty, VERIFIER};
use crate::oidc::scene::{ADA, Scene};

on_every_engine! {

async fn what_was_secret_is_in_no_row(database) {
    let mut scene = Scene::at(&database).await.consented("openid offline_access").await;
    let party = scene.party.clone();
    let secret = party.secret.clone().unwrap();
    let (state, nonce) = ("state-that-is-private", "nonce-that-is-private");
    // In the right places ...
    let tokens = scene.tokens("openid offline_access").await;
    let refreshed = party.refresh(tokens.text("refresh_token")).await;
    party.userinfo(tokens.text("access_token")).await;
    party.introspect(tokens.text("access_token")).await;
    party.introspect(refreshed.text("refresh_token")).await;
    // ... and in the wrong ones.
    let code = scene.code("openid").await;
    party.token(&[("grant_type", "authorization_code"), ("code", &code), ("code_verifier", "a-verifier-that-is-wrong")]).await;
    party.exchange(&code).await;
    party.refresh(tokens.text("refresh_token")).await;
    party.userinfo(refreshed.text("refresh_token")).await;
    party.userinfo(tokens.text("id_token")).await;
    party.post(&format!("/oauth2/token?code={code}"), &[("grant_type", "authorization_code")]).await;
    party.token(&[("grant_type", "password"), ("username", ADA), ("password", PASSWORD)]).await;
    // The two swapped.
    RelyingParty::new(&scene.app, &secret, Some("web")).token(&[("grant_type", "client_credentials")]).await;
    RelyingParty::new(&scene.app, "web", Some("a-secret-that-is-wrong")).token(&[("grant_type", "client_credentials")]).await;
    let uri = "https://app.example/cb?session=value-of-the-query#fragment-of-the-uri";
    for extra in [
        vec![("redirect_uri", uri)],
        vec![("state", state), ("nonce", nonce), ("scope", "nothing")],
        vec![("login_hint", ADA), ("prompt", "none login"), ("id_token_hint", tokens.text("id_token"))],
        vec![("claims", "{\"userinfo\":\"private-claim\"")],
    ] {
        scene.browser.get(&scene.party.request("openid", &extra)).await;
    }
    scene.party.revoke(refreshed.text("refresh_token")).await;
    requests::flush(&scene.app.state).await.unwrap();

    let traces: Vec<String> = database
        .db
        .read((), |tx, ()| {
            Box::pin(async move {
                let text = "SELECT client_id || ' ' || endpoint || ' ' || outcome || ' ' || error || ' ' || description || ' ' || \
                            user_agent || ' ' || CAST(parameters AS TEXT) || ' ' || CAST(checks AS TEXT) FROM request_traces";
                sql!(tx, all_scalars String, text)
            })
        })
        .await
        .unwrap();
    let events: Vec<String> = database
        .db
        .read((), |tx, ()| {
            Box::pin(async move {
                let text = "SELECT kind || ' ' || actor || ' ' || user_agent || ' ' || CAST(details AS TEXT) FROM audit_events";
                sql!(tx, all_scalars String, text)
            })
        })
        .await
        .unwrap();
    assert!(traces.len() > 15 && events.len() > 5, "{} {}", traces.len(), events.len());
    let private = [
        secret.as_str(),
        tokens.text("access_token"),
        tokens.text("refresh_token"),
        tokens.text("id_token"),
        refreshed.text("access_token"),
        refreshed.text("refresh_token"),
        &code,
        PASSWORD,
        VERIFIER,
        CHALLENGE,
        state,
        nonce,
        "a-verifier-that-is-wrong",
        "a-secret-that-is-wrong",
        "value-of-the-query",
        "fragment-of-the-uri",
        "private-claim",
    ];
    for row in traces.iter().chain(&events) {
        for secret in private {
            assert!(!row.contains(secret), "{secret} in {row}");
        }
    }
    for row in &traces {
        assert!(!row.contains(ADA), "{row}");
    }
}

}
