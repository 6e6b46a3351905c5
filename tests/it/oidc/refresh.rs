//! Refresh tokens rotate in families; a stolen one is its family's end. RFC 6749 section 6, RFC 9700 section 4.14.

use passgate::flow::clients;
use passgate::flow::users::Change;
use passgate::model::audit::Origin;
use passgate::store::verify;

use super::scene::{Scene, assert_refused};
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{Answer, claims, header};

#[track_caller]
fn assert_dead(answer: &Answer) {
    assert_refused(answer, 400, "invalid_grant");
}

const DAY: u64 = 24 * 3600;

on_every_engine! {
    /// `oidcc-refresh-token` (CONFORMANCE.md T10): with and without scope, and what the new ID token keeps.
    async fn oidcc_refresh_token(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid email offline_access").await;
        scene.app.advance(5);
        let form = |token| {
            [
                ("grant_type", "refresh_token"),
                ("refresh_token", token),
                ("scope", "openid email"),
            ]
        };
        let second = scene.party.token(&form(tokens.text("refresh_token"))).await;
        let third = scene.party.refresh(second.text("refresh_token")).await;
        let first = claims(tokens.text("id_token"));
        for answer in [&second, &third] {
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.text("token_type"), "Bearer");
            assert_ne!(answer.text("access_token"), tokens.text("access_token"));
            assert_ne!(answer.text("refresh_token"), tokens.text("refresh_token"));
            let id_token = claims(answer.text("id_token"));
            for kept in ["iss", "sub", "aud", "azp", "auth_time", "sid"] {
                assert_eq!(id_token[kept], first[kept], "{kept}");
            }
            assert!(id_token["iat"].as_i64() > first["iat"].as_i64());
            assert!(id_token.get("nonce").is_none());
            assert_eq!(header(answer.text("id_token")), header(tokens.text("id_token")));
        }
    }

    /// The module's second half, and RT-08: another client gets nothing, and the family is the price.
    async fn rt_08_another_client_gets_nothing_and_ends_the_family(database) {
        let mut scene = Scene::at(&database).await;
        let (evil, spa) = (scene.evil().await, scene.spa().await);
        for thief in [evil, spa] {
            let tokens = scene.tokens("openid offline_access").await;
            assert_dead(&thief.refresh(tokens.text("refresh_token")).await);
            assert_dead(&scene.party.refresh(tokens.text("refresh_token")).await);
            assert_eq!(
                scene.party.introspect(tokens.text("access_token")).await.json["active"],
                false
            );
        }
    }

    async fn rt_04_a_client_that_lost_the_answer_gets_it_again(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        let lost = scene.party.refresh(tokens.text("refresh_token")).await;
        scene.app.advance(59);
        let again = scene.party.refresh(tokens.text("refresh_token")).await;
        assert_eq!(again.text("refresh_token"), lost.text("refresh_token"));
        assert_eq!(scene.party.userinfo(again.text("access_token")).await.status, 200);
        assert_eq!(scene.party.refresh(again.text("refresh_token")).await.status, 200);
    }

    async fn rt_04_after_a_minute_or_once_the_successor_was_used_it_is_reuse(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        let successor = scene.party.refresh(tokens.text("refresh_token")).await;
        scene.app.advance(60);
        assert_dead(&scene.party.refresh(tokens.text("refresh_token")).await);
        assert_dead(&scene.party.refresh(successor.text("refresh_token")).await);

        let tokens = scene.tokens("openid offline_access").await;
        let second = scene.party.refresh(tokens.text("refresh_token")).await;
        let third = scene.party.refresh(second.text("refresh_token")).await;
        assert_dead(&scene.party.refresh(tokens.text("refresh_token")).await);
        assert_dead(&scene.party.refresh(third.text("refresh_token")).await);
        assert_eq!(
            scene.party.introspect(third.text("access_token")).await.json["active"],
            false
        );
    }

    async fn rt_11_nothing_is_refreshed_for_a_person_who_was_switched_off(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        scene.change(Change::Disable).await;
        assert_dead(&scene.party.refresh(tokens.text("refresh_token")).await);
        scene.change(Change::Enable).await;
        assert_dead(&scene.party.refresh(tokens.text("refresh_token")).await);
    }

    async fn rt_11_nothing_is_refreshed_when_consent_was_taken_back(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        scene.revoke_app("web").await;
        assert_dead(&scene.party.refresh(tokens.text("refresh_token")).await);
        assert_eq!(
            scene.party.introspect(tokens.text("access_token")).await.json["active"],
            false
        );
    }

    /// Access tokens of a client that holds no refresh token end with the consent as well.
    async fn rt_11_access_tokens_without_a_refresh_token_end_with_the_consent(database) {
        let mut scene = Scene::at(&database).await;
        let plain = scene
            .party(serde_json::json!({ "client_id": "plain", "redirect_uris": ["https://app.example/cb"] }))
            .await;
        let code = plain.code(&mut scene.browser, "openid").await;
        let tokens = plain.exchange(&code).await;
        assert_eq!(plain.userinfo(tokens.text("access_token")).await.status, 200);
        scene.revoke_app("plain").await;
        assert_eq!(plain.userinfo(tokens.text("access_token")).await.status, 401);
    }

    /// Only `offline_access` outlives the session (OpenID Connect Core section 11).
    async fn rt_11_sign_out_ends_what_lives_by_the_session(database) {
        let mut scene = Scene::at(&database).await;
        let online = scene.tokens("openid").await;
        let offline = scene.tokens("openid offline_access").await;
        scene.sign_out().await;
        assert_dead(&scene.party.refresh(online.text("refresh_token")).await);
        for token in ["access_token", "refresh_token"] {
            assert_eq!(
                scene.party.introspect(online.text(token)).await.json["active"],
                false,
                "{token}"
            );
        }
        let narrow = [
            ("grant_type", "refresh_token"),
            ("refresh_token", offline.text("refresh_token")),
            ("scope", "openid"),
        ];
        let refreshed = scene.party.token(&narrow).await;
        assert_eq!(refreshed.status, 200, "{refreshed:?}");
        // What was just issued can be used, whatever scope it was narrowed to.
        assert_eq!(scene.party.userinfo(refreshed.text("access_token")).await.status, 200);
        assert_eq!(
            scene.party.introspect(offline.text("access_token")).await.json["active"],
            true
        );
    }

    /// The session's own end counts, not the moment when its row is cleaned away (ASVS 7.3.2).
    async fn rt_11_the_end_of_the_session_ends_what_lives_by_it(database) {
        let mut scene = Scene::at(&database).await;
        let online = scene.tokens("openid").await;
        let offline = scene.tokens("openid offline_access").await;
        let mut token = online.text("refresh_token").to_owned();
        for _ in 0..2 {
            scene.app.advance(14 * DAY);
            let refreshed = scene.party.refresh(&token).await;
            assert_eq!(refreshed.status, 200, "{refreshed:?}");
            token = refreshed.text("refresh_token").to_owned();
        }
        let kept = scene.party.refresh(offline.text("refresh_token")).await;
        assert_eq!(kept.status, 200);
        scene.app.advance(2 * DAY);
        assert_dead(&scene.party.refresh(&token).await);
        assert_eq!(scene.party.refresh(kept.text("refresh_token")).await.status, 200);
    }

    async fn rt_11_a_client_that_is_gone_refreshes_nothing(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        clients::delete(&scene.app.state, "web", &Origin::command_line())
            .await
            .unwrap();
        assert_refused(
            &scene.party.refresh(tokens.text("refresh_token")).await,
            401,
            "invalid_client",
        );
        // A new client of the same name inherits nothing.
        let secret = scene.app.web_client().await;
        scene.party.secret = Some(secret);
        assert_dead(&scene.party.refresh(tokens.text("refresh_token")).await);
        assert_eq!(verify::verify(&scene.app.state.db).await.unwrap(), Vec::<String>::new());
    }

    /// With the defaults: 30 days without use, 365 days whatever happens.
    async fn rt_12_a_family_dies_unused_and_dies_in_the_end(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        scene.app.advance(30 * DAY);
        assert_dead(&scene.party.refresh(tokens.text("refresh_token")).await);

        scene.browser.sign_in(super::scene::ADA).await;
        let mut token = scene
            .tokens("openid offline_access")
            .await
            .text("refresh_token")
            .to_owned();
        for month in 1..=12 {
            scene.app.advance(29 * DAY);
            let answer = scene.party.refresh(&token).await;
            assert_eq!(answer.status, 200, "month {month}: {answer:?}");
            token = answer.text("refresh_token").to_owned();
        }
        scene.app.advance(16 * DAY);
        assert_eq!(scene.party.refresh(&token).await.status, 200);
        scene.app.advance(DAY);
        assert_dead(&scene.party.refresh(&token).await);
    }

    async fn rt_14_the_first_token_of_a_long_family_ends_it(database) {
        let mut scene = Scene::at(&database).await;
        let first = scene.tokens("openid offline_access").await;
        let mut latest = first.text("refresh_token").to_owned();
        for _ in 0..50 {
            let answer = scene.party.refresh(&latest).await;
            latest = answer.text("refresh_token").to_owned();
        }
        assert_eq!(scene.party.introspect(&latest).await.json["active"], true);
        assert_dead(&scene.party.refresh(first.text("refresh_token")).await);
        assert_eq!(scene.party.introspect(&latest).await.json["active"], false);
        assert_dead(&scene.party.refresh(&latest).await);
    }

    async fn rt_18_a_refreshed_token_has_the_role_and_plan_of_now(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        scene.app.catalogue(&["editor"], &["pro"]).await;
        scene.change(Change::Role("editor".into())).await;
        scene.change(Change::Plan("pro".into())).await;
        let refreshed = scene.party.refresh(tokens.text("refresh_token")).await;
        for token in ["access_token", "id_token"] {
            let claims = claims(refreshed.text(token));
            assert_eq!(
                (claims["role"].as_str(), claims["plan"].as_str()),
                (Some("editor"), Some("pro")),
                "{token}"
            );
        }
    }
}
