//! Tokens are revoked by the client that has them, for good and at once. RFC 7009.

use super::scene::{Scene, assert_refused};
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::RelyingParty;

on_every_engine! {
    async fn in_05_an_unknown_token_is_no_error(database) {
        let scene = Scene::at(&database).await;
        for token in ["x", "pgr_x", "a.b.c"] {
            assert_eq!(scene.party.revoke(token).await.status, 200);
        }
        assert_refused(&scene.party.post("/oauth2/revoke", &[]).await, 400, "invalid_request");
    }

    async fn in_06_another_clients_token_stays_alive(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        let (evil, spa) = (scene.evil().await, scene.spa().await);
        for thief in [evil, spa] {
            for token in ["access_token", "refresh_token"] {
                assert_eq!(thief.revoke(tokens.text(token)).await.status, 400);
                assert_eq!(scene.party.introspect(tokens.text(token)).await.json["active"], true);
            }
        }
        let stranger = RelyingParty::new(&scene.app, "nobody", None);
        assert_refused(
            &stranger.revoke(tokens.text("access_token")).await,
            401,
            "invalid_client",
        );
    }

    async fn in_09_a_refresh_token_takes_its_access_tokens_with_it(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        let refreshed = scene.party.refresh(tokens.text("refresh_token")).await;
        let other = scene.tokens("openid").await;
        assert_eq!(scene.party.revoke(refreshed.text("refresh_token")).await.status, 200);
        for access in [tokens.text("access_token"), refreshed.text("access_token")] {
            assert_eq!(scene.party.introspect(access).await.json["active"], false);
            assert_eq!(scene.party.userinfo(access).await.status, 401);
        }
        assert_refused(
            &scene.party.refresh(refreshed.text("refresh_token")).await,
            400,
            "invalid_grant",
        );
        assert_eq!(scene.party.userinfo(other.text("access_token")).await.status, 200);
    }

    /// A former token of the family names it just as well.
    async fn in_09_a_used_refresh_token_revokes_the_family_too(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        let refreshed = scene.party.refresh(tokens.text("refresh_token")).await;
        assert_eq!(scene.party.revoke(tokens.text("refresh_token")).await.status, 200);
        assert_refused(
            &scene.party.refresh(refreshed.text("refresh_token")).await,
            400,
            "invalid_grant",
        );
    }

    async fn an_access_token_alone_may_be_revoked(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        assert_eq!(scene.party.revoke(tokens.text("access_token")).await.status, 200);
        assert_eq!(
            scene.party.introspect(tokens.text("access_token")).await.json["active"],
            false
        );
        assert_eq!(scene.party.refresh(tokens.text("refresh_token")).await.status, 200);
        let machine = scene.party.token(&[("grant_type", "client_credentials")]).await;
        scene.party.revoke(machine.text("access_token")).await;
        assert_eq!(
            scene.party.introspect(machine.text("access_token")).await.json["active"],
            false
        );
    }

    async fn in_08_what_one_node_revoked_no_other_takes(database) {
        let options = Options::new(Some(&database.url));
        let mut scene = Scene::on(options.spawn()).await;
        let other = options.another_node(&scene.app).spawn();
        let there = RelyingParty::new(&other, "web", scene.party.secret.as_deref());
        for _ in 0..10 {
            let tokens = scene.tokens("openid offline_access").await;
            assert_eq!(there.introspect(tokens.text("access_token")).await.json["active"], true);
            assert_eq!(scene.party.revoke(tokens.text("refresh_token")).await.status, 200);
            assert_eq!(
                there.introspect(tokens.text("access_token")).await.json["active"],
                false
            );
            assert_eq!(there.userinfo(tokens.text("access_token")).await.status, 401);
            assert_refused(&there.refresh(tokens.text("refresh_token")).await, 400, "invalid_grant");
        }
    }

    async fn a_public_client_revokes_its_own(database) {
        let mut scene = Scene::at(&database).await;
        let spa = scene.spa().await;
        let code = spa.code(&mut scene.browser, "openid").await;
        let tokens = spa.exchange(&code).await;
        assert_eq!(spa.revoke(tokens.text("refresh_token")).await.status, 200);
        assert_eq!(
            scene
                .app
                .http
                .get(scene.app.url("/oauth2/userinfo"))
                .bearer_auth(tokens.text("access_token"))
                .send()
                .await
                .unwrap()
                .status(),
            401
        );
    }
}
