//! When a person must prove again who they are: `prompt`, `max_age`, `auth_time`. OpenID Connect Core section 3.1.2.1.

use reqwest::Method;
use serde_json::{Value, json};

use super::scene::{ADA, Scene, assert_sent};
use crate::harness::app::PASSWORD;
use crate::harness::browser::Page;
use crate::harness::relying_party::{REDIRECT_URI, claims};

async fn id_token(scene: &Scene, page: &Page) -> Value {
    let tokens = scene.party.exchange(&scene.party.code_of(page)).await;
    claims(tokens.text("id_token"))
}

/// `oidcc-prompt-login`: sign-in is shown though there is a session, and `auth_time` moves on (A15, AZ-14).
#[actix_web::test]
async fn oidcc_prompt_login_asks_again_and_auth_time_moves_on() {
    let mut scene = Scene::new().await.consented("openid").await;
    for prompt in ["login", "login consent"] {
        let page = scene.browser.get(&scene.party.request("openid", &[])).await;
        let before = id_token(&scene, &page).await;
        scene.app.advance(2);
        let page = scene
            .browser
            .get(&scene.party.request("openid", &[("prompt", prompt)]))
            .await;
        assert_eq!(page.url.path(), "/sign-in", "{prompt}");
        let page = scene.browser.sign_in_on(&page, ADA, PASSWORD).await;
        let page = if page.url.path() == "/consent" {
            scene.browser.decide(&page, "allow").await
        } else {
            page
        };
        let after = id_token(&scene, &page).await;
        assert_eq!(
            after["auth_time"].as_i64(),
            before["auth_time"].as_i64().map(|time| time + 2),
            "{prompt}"
        );
        assert_eq!(after["sub"], before["sub"]);
    }
}

/// The page says who asks and whom; nothing on it is a question but the password. A browser that fills in whatever is called
/// `identifier`, as that of `oidcc-max-age-1` does, has nothing to trip over.
#[actix_web::test]
async fn a_sign_in_that_the_app_asks_for_again_says_so_and_asks_for_the_password_alone() {
    let mut scene = Scene::new().await.consented("openid").await;
    scene.app.advance(2);
    for (languages, words) in [
        ("en", "Web asks you to sign in again."),
        ("zh-Hans", "Web 要求你重新登录。"),
    ] {
        for extra in [("prompt", "login"), ("max_age", "1")] {
            let request = scene.party.request("openid", &[extra, ("ui_locales", languages)]);
            let page = scene.browser.get(&request).await;
            assert_eq!(page.url.path(), "/sign-in", "{extra:?}");
            let said: String = page.text().split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.contains(words), "{extra:?}: {said}");
            assert!(page.has(".identity bdi") && said.contains(ADA));
            assert!(!page.has("[name=identifier]"), "{}", page.body);
        }
    }
    // A wrong answer that nothing is stored of is followed by the same page: the password alone will do then, too.
    let mut stranger = scene.app.browser();
    let page = stranger.get("/sign-in").await;
    let page = stranger.sign_in_on(&page, ADA, "not the password").await;
    assert_eq!(page.status, 401);
    assert!(!page.has("[name=identifier]"), "{}", page.body);
    let page = stranger.submit(&page.form().fill("password", PASSWORD)).await;
    assert_eq!(page.url.path(), "/account");
}

/// `prompt=select_account`: the accounts of this browser are shown, and the code is for the one that is chosen, signed in as
/// it was.
#[actix_web::test]
async fn oidcc_prompt_select_account_lets_the_person_choose() {
    let mut scene = Scene::new().await.consented("openid").await;
    let eve = scene.app.user("eve@example.com").await;
    let page = scene.browser.get("/sign-in?other=yes").await;
    let page = scene.browser.sign_in_on(&page, "eve@example.com", PASSWORD).await;
    assert_eq!(page.url.path(), "/account");
    scene.app.advance(2);
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("prompt", "select_account")]))
        .await;
    assert_eq!(page.url.path(), "/choose-account");
    assert!(page.body.contains(ADA) && page.body.contains("eve@example.com"));
    let of = |email: &str| page.value_beside("account", email);
    // Going on without an answer asks again.
    let flow = page.form().fields["flow"].clone();
    assert_eq!(
        scene.browser.get(&format!("/continue?flow={flow}")).await.url.path(),
        "/choose-account"
    );
    // An account that this browser has no cookie of cannot be chosen (SE-10).
    let mut stranger = scene.app.browser();
    stranger.sign_in("eve@example.com").await;
    let other = stranger
        .get("/choose-account")
        .await
        .value_beside("account", "eve@example.com");
    let refused = scene.browser.submit(&page.form().fill("account", &other)).await;
    assert_eq!(refused.status, 403);
    let chosen = scene.browser.submit(&page.form().fill("account", &of(ADA))).await;
    let token = id_token(&scene, &chosen).await;
    assert_ne!(token["sub"], eve.as_str());
    // The account in use is the chosen one from then on.
    assert!(scene.browser.get("/account").await.body.contains(ADA));
}

#[actix_web::test]
async fn az_14_no_edited_link_skips_the_proof() {
    let mut scene = Scene::new().await.consented("openid").await;
    scene.app.advance(2);
    for extra in [("prompt", "login"), ("max_age", "0"), ("max_age", "1")] {
        let page = scene.browser.get(&scene.party.request("openid", &[extra])).await;
        let flow = page.form().fields["flow"].clone();
        for link in [
            "/continue?",
            "/continue?prompt=&max_age=9999&",
            "/consent?",
            "/sign-in?",
        ] {
            let page = scene.browser.get(&format!("{link}flow={flow}")).await;
            assert_eq!(page.url.path(), "/sign-in", "{extra:?} {link}");
        }
        let mut form = page.form().fill("decision", "allow");
        form.action = "/consent".into();
        assert_eq!(scene.browser.submit(&form).await.url.path(), "/sign-in");
        // A wrong password is no proof either.
        let wrong = page.form().fill("identifier", ADA).fill("password", "not the password");
        assert_eq!(scene.browser.submit(&wrong).await.status, 401);
        assert_eq!(
            scene.browser.get(&format!("/continue?flow={flow}")).await.url.path(),
            "/sign-in"
        );
    }
}

/// Somebody else may be the one who signs in: the code is theirs, and their own consent is asked.
#[actix_web::test]
async fn az_14_whoever_signs_in_again_is_the_one_the_code_is_for() {
    let mut scene = Scene::new().await.consented("openid email").await;
    let eve = scene.app.user("eve@example.com").await;
    scene.app.advance(2);
    let page = scene
        .browser
        .get(&scene.party.request("openid email", &[("prompt", "login")]))
        .await;
    let page = scene.browser.sign_in_on(&page, "eve@example.com", PASSWORD).await;
    assert_eq!(page.url.path(), "/consent");
    let page = scene.browser.decide(&page, "allow").await;
    assert_eq!(id_token(&scene, &page).await["sub"], eve.as_str());
}

/// `oidcc-max-age-1` (A16).
#[actix_web::test]
async fn oidcc_max_age_1_asks_again_after_two_seconds() {
    let mut scene = Scene::new().await.consented("openid").await;
    let page = scene.browser.get(&scene.party.request("openid", &[])).await;
    let before = id_token(&scene, &page).await;
    scene.app.advance(2);
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("max_age", "1")]))
        .await;
    assert_eq!(page.url.path(), "/sign-in");
    let page = scene.browser.sign_in_on(&page, ADA, PASSWORD).await;
    let after = id_token(&scene, &page).await;
    assert!(after["auth_time"].as_i64() > before["auth_time"].as_i64());
    assert_eq!(after["auth_time"], after["iat"]);
}

/// `oidcc-max-age-10000`: under the limit nobody is asked and `auth_time` stays what it was.
#[actix_web::test]
async fn oidcc_max_age_10000_is_silent_and_auth_time_stays() {
    let mut scene = Scene::new().await.consented("openid").await;
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("max_age", "15000")]))
        .await;
    let before = id_token(&scene, &page).await;
    scene.app.advance(5);
    let page = scene
        .browser
        .get(&scene.party.request("openid", &[("max_age", "10000")]))
        .await;
    let after = id_token(&scene, &page).await;
    assert!(before["auth_time"].is_i64());
    assert_eq!(before["auth_time"], after["auth_time"]);
    assert!(after["iat"].as_i64() > before["iat"].as_i64());
}

#[actix_web::test]
async fn a16_a_client_may_have_a_max_age_of_its_own() {
    let mut scene = Scene::new().await;
    let bank = scene
        .party(
            json!({ "client_id": "bank", "redirect_uris": [REDIRECT_URI], "default_max_age": 60, "consent": "skip" }),
        )
        .await;
    bank.code_of(&scene.browser.get(&bank.request("openid", &[])).await);
    scene.app.advance(61);
    assert_eq!(
        scene.browser.get(&bank.request("openid", &[])).await.url.path(),
        "/sign-in"
    );
    bank.code_of(&scene.browser.get(&bank.request("openid", &[("max_age", "600")])).await);
    let page = scene.browser.get(&bank.request("openid", &[("prompt", "none")])).await;
    assert_sent(&scene.app, &page, "login_required");
}

#[actix_web::test]
async fn a_session_that_ended_is_no_session() {
    let mut scene = Scene::new().await.consented("openid").await;
    let silent = scene.party.request("openid", &[("prompt", "none")]);
    let cookie = scene.browser.cookies.clone();
    scene.sign_out().await;
    scene.browser.cookies = cookie;
    assert_sent(&scene.app, &scene.browser.get(&silent).await, "login_required");
    let mut scene = Scene::new().await.consented("openid").await;
    scene.app.advance(24 * 3600 + 1);
    let page = scene
        .browser
        .request(Method::GET, &scene.party.request("openid", &[("prompt", "none")]), None)
        .await;
    assert!(
        page.headers["location"]
            .to_str()
            .unwrap()
            .contains("error=login_required")
    );
}

#[actix_web::test]
async fn prompt_create_begins_at_sign_up() {
    let scene = Scene::new().await;
    let mut browser = scene.app.browser();
    let page = browser
        .get(&scene.party.request("openid", &[("prompt", "create")]))
        .await;
    assert_eq!(page.url.path(), "/sign-up");
}
