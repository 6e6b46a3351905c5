//! Nobody is asked anything: `prompt=none` and `id_token_hint`. OpenID Connect Core section 3.1.2.1.

use passgate::flow::users::Change;

use super::scene::{Scene, assert_sent};
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::relying_party::{RelyingParty, claims};

const NONE: (&str, &str) = ("prompt", "none");

/// `oidcc-prompt-none-not-logged-in`: by redirect, with a state of 128 characters and no other parameter (A14).
#[actix_web::test]
async fn oidcc_prompt_none_not_logged_in() {
    let scene = Scene::new().await;
    let mut stranger = scene.app.browser();
    assert_sent(
        &scene.app,
        &stranger.get(&scene.party.request("openid", &[NONE])).await,
        "login_required",
    );
    let state = "s".repeat(128);
    let page = stranger
        .get(&scene.party.request("openid", &[NONE, ("state", &state)]))
        .await;
    assert_eq!(page.parameter("state"), Some(state));
}

/// `oidcc-prompt-none-logged-in`: the same `sub` and `auth_time`.
#[actix_web::test]
async fn oidcc_prompt_none_logged_in() {
    let mut scene = Scene::new().await;
    let first = claims(scene.tokens("openid").await.text("id_token"));
    scene.app.advance(5);
    let page = scene.browser.get(&scene.party.request("openid", &[NONE])).await;
    let tokens = scene.party.exchange(&scene.party.code_of(&page)).await;
    let second = claims(tokens.text("id_token"));
    assert_eq!(
        (&first["sub"], &first["auth_time"]),
        (&second["sub"], &second["auth_time"])
    );
}

#[actix_web::test]
async fn a14_prompt_none_never_assumes_consent() {
    let mut scene = Scene::new().await;
    let page = scene.browser.get(&scene.party.request("openid", &[NONE])).await;
    assert_sent(&scene.app, &page, "consent_required");
    let mut scene = scene.consented("openid").await;
    let page = scene.browser.get(&scene.party.request("openid email", &[NONE])).await;
    assert_sent(&scene.app, &page, "consent_required");
}

/// AZ-29 as far as it exists: an account that is switched off has no session.
#[actix_web::test]
async fn az_29_a_person_who_was_switched_off_is_not_signed_in() {
    let mut scene = Scene::new().await.consented("openid").await;
    scene.change(Change::Disable).await;
    let page = scene.browser.get(&scene.party.request("openid", &[NONE])).await;
    assert_sent(&scene.app, &page, "login_required");
}

#[actix_web::test]
async fn oidcc_id_token_hint_of_the_person_signed_in() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid").await;
    // Long after the hint expired (Core section 3.1.2.1).
    scene.app.advance(2 * 3600);
    let hint = ("id_token_hint", tokens.text("id_token"));
    let page = scene.browser.get(&scene.party.request("openid", &[NONE, hint])).await;
    let again = scene.party.exchange(&scene.party.code_of(&page)).await;
    assert_eq!(claims(again.text("id_token"))["sub"], scene.sub.as_str());
}

#[actix_web::test]
async fn az_15_a_hint_of_another_person_never_gives_a_token() {
    let mut scene = Scene::new().await.consented("openid").await;
    scene.app.user("eve@example.com").await;
    let mut eve = scene.app.browser();
    eve.sign_in("eve@example.com").await;
    let code = scene.party.code(&mut eve, "openid").await;
    let tokens = scene.party.exchange(&code).await;
    let hint = ("id_token_hint", tokens.text("id_token"));
    let page = scene.browser.get(&scene.party.request("openid", &[NONE, hint])).await;
    assert_sent(&scene.app, &page, "login_required");
    // With a person to ask, the one of the hint is asked for; another one does not do.
    scene.app.advance(2);
    let page = scene.browser.get(&scene.party.request("openid", &[hint])).await;
    assert_eq!(page.url.path(), "/sign-in");
    let page = scene.browser.sign_in_on(&page, super::scene::ADA, PASSWORD).await;
    assert_sent(&scene.app, &page, "login_required");
}

#[actix_web::test]
async fn az_15_a_hint_that_is_not_ours_never_gives_a_token() {
    let mut scene = Scene::new().await;
    let tokens = scene.tokens("openid").await;
    let id_token = tokens.text("id_token");
    let (head, rest) = id_token.split_once('.').unwrap();
    let (body, _) = rest.split_once('.').unwrap();
    // Another installation's token, for the same person by name.
    let elsewhere = TestApp::spawn();
    elsewhere.user("ada@example.com").await;
    let secret = elsewhere.web_client().await;
    let party = RelyingParty::new(&elsewhere, "web", Some(&secret));
    let mut browser = elsewhere.browser();
    browser.sign_in("ada@example.com").await;
    let code = party.code(&mut browser, "openid").await;
    let foreign = party.exchange(&code).await;
    for forged in [
        format!("eyJhbGciOiJub25lIn0.{body}."),
        format!("{head}.{body}."),
        format!("{head}.{body}.AAAA"),
        foreign.text("id_token").to_owned(),
        // RFC 8725 section 3.11: an access token is no ID token.
        tokens.text("access_token").to_owned(),
        "x".to_owned(),
    ] {
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[NONE, ("id_token_hint", &forged)]))
            .await;
        assert_sent(&scene.app, &page, "login_required");
    }
}
