//! One refresh token in many hands at once: what is issued is one line of succession, or nothing.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use passgate::store::verify;

use super::scene::{Scene, assert_refused};
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::RelyingParty;

async fn assert_sound(scene: &Scene) {
    assert_eq!(verify::verify(&scene.app.state.db).await.unwrap(), Vec::<String>::new());
}

on_every_engine! {
    /// RT-02: without a window, of 64 callers one gets an answer. The others hold a used token, so the family dies.
    async fn rt_02_without_a_window_one_of_64_wins_and_the_family_dies(database) {
        let options = Options::new(Some(&database.url)).with("PASSGATE_TOKENS__REFRESH_RETRY_SECONDS", "0");
        let mut scene = Scene::on(options.spawn()).await;
        let other = options.another_node(&scene.app).spawn();
        let there = RelyingParty::new(&other, "web", scene.party.secret.as_deref());
        let tokens = scene.tokens("openid offline_access").await;
        let token = tokens.text("refresh_token");
        let parties = [&scene.party, &there];
        let answers = join_all((0..64).map(|caller| parties[caller % 2].refresh(token))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(
            won.len(),
            1,
            "{:?}",
            answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
        );
        for answer in lost {
            assert_refused(answer, 400, "invalid_grant");
        }
        assert_refused(
            &scene.party.refresh(won[0].text("refresh_token")).await,
            400,
            "invalid_grant",
        );
        assert_eq!(
            scene.party.introspect(won[0].text("access_token")).await.json["active"],
            false
        );
        assert_sound(&scene).await;
    }

    /// RT-03: with the window, whoever gets an answer gets the same successor, on two nodes.
    async fn rt_03_within_the_window_64_callers_get_the_same_successor(database) {
        let options = Options::new(Some(&database.url));
        let mut scene = Scene::on(options.spawn()).await;
        let other = options.another_node(&scene.app).spawn();
        let there = RelyingParty::new(&other, "web", scene.party.secret.as_deref());
        let tokens = scene.tokens("openid offline_access").await;
        let token = tokens.text("refresh_token");
        let parties = [&scene.party, &there];
        let answers = join_all((0..64).map(|caller| parties[caller % 2].refresh(token))).await;
        let successors: BTreeSet<_> = answers.iter().map(|answer| answer.text("refresh_token")).collect();
        assert!(
            answers.iter().all(|answer| answer.status == 200),
            "{:?}",
            answers.iter().find(|a| a.status != 200)
        );
        assert_eq!(successors.len(), 1);
        let next = there.refresh(successors.first().unwrap()).await;
        assert_eq!(next.status, 200);
        assert_refused(&scene.party.refresh(token).await, 400, "invalid_grant");
        assert_refused(&there.refresh(next.text("refresh_token")).await, 400, "invalid_grant");
        assert_sound(&scene).await;
    }

    /// RT-16: once a revocation is acknowledged nothing is refreshed and nothing of the family is alive.
    async fn rt_16_after_an_acknowledged_revocation_nothing_is_alive(database) {
        let mut scene = Scene::at(&database).await;
        for _ in 0..20 {
            let tokens = scene.tokens("openid offline_access").await;
            let token = tokens.text("refresh_token");
            let refreshes = async { join_all((0..4).map(|_| scene.party.refresh(token))).await };
            let (answers, revoked) = tokio::join!(refreshes, scene.party.revoke(token));
            assert_eq!(revoked.status, 200);
            assert_refused(&scene.party.refresh(token).await, 400, "invalid_grant");
            for answer in answers.iter().filter(|answer| answer.status == 200) {
                assert_refused(
                    &scene.party.refresh(answer.text("refresh_token")).await,
                    400,
                    "invalid_grant",
                );
                assert_eq!(
                    scene.party.introspect(answer.text("access_token")).await.json["active"],
                    false
                );
            }
        }
        assert_sound(&scene).await;
    }
}
