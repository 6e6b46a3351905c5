//! A code is used once, in time, by its client, for somebody who is still there. RFC 6749 sections 4.1.2 and 10.5.

use futures_util::future::join_all;
use passgate::flow::clients;
use passgate::flow::users::Change;
use passgate::model::audit::Origin;
use passgate::store::verify;

use super::scene::{Scene, assert_refused, redemption};
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{Answer, RelyingParty};

#[track_caller]
fn assert_dead(answer: &Answer) {
    assert_refused(answer, 400, "invalid_grant");
}

async fn assert_tokens_dead(party: &RelyingParty, tokens: &Answer) {
    assert_eq!(
        party.introspect(tokens.text("access_token")).await.json["active"],
        false
    );
    assert_eq!(
        party.introspect(tokens.text("refresh_token")).await.json["active"],
        false
    );
    assert_eq!(party.userinfo(tokens.text("access_token")).await.status, 401);
    assert_dead(&party.refresh(tokens.text("refresh_token")).await);
}

on_every_engine! {
    /// CR-01 with `oidcc-codereuse` (1 s) and `oidcc-codereuse-30seconds`.
    async fn cr_01_a_code_that_comes_twice_kills_what_the_first_gave(database) {
        let mut scene = Scene::at(&database).await.consented("openid").await;
        for seconds in [0, 1, 30] {
            let code = scene.code("openid").await;
            let tokens = scene.party.exchange(&code).await;
            assert_eq!(
                scene.party.introspect(tokens.text("access_token")).await.json["active"],
                true
            );
            scene.app.advance(seconds);
            assert_dead(&scene.party.exchange(&code).await);
            assert_tokens_dead(&scene.party, &tokens).await;
            assert_dead(&scene.party.exchange(&code).await);
        }
    }

    /// The refresh tokens that came of the first use die too, however often they were used since.
    async fn cr_01_a_second_use_after_refreshes_kills_those_as_well(database) {
        let mut scene = Scene::at(&database).await;
        let code = scene.code("openid offline_access").await;
        let tokens = scene.party.exchange(&code).await;
        let refreshed = scene.party.refresh(tokens.text("refresh_token")).await;
        assert_dead(&scene.party.exchange(&code).await);
        assert_tokens_dead(&scene.party, &refreshed).await;
    }

    async fn cr_02_of_64_redemptions_at_two_nodes_one_wins_and_its_tokens_die(database) {
        let options = Options::new(Some(&database.url));
        let mut scene = Scene::on(options.spawn()).await;
        let other = options.another_node(&scene.app).spawn();
        let there = RelyingParty::new(&other, "web", scene.party.secret.as_deref());
        let code = scene.code("openid").await;
        let parties = [&scene.party, &there];
        let answers = join_all((0..64).map(|caller| parties[caller % 2].exchange(&code))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(
            won.len(),
            1,
            "{:?}",
            answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
        );
        let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        assert!(lost.iter().all(|answer| answer.status == 400), "{statuses:?}");
        lost.into_iter().for_each(assert_dead);
        assert_tokens_dead(&scene.party, won[0]).await;
        assert_eq!(verify::verify(&scene.app.state.db).await.unwrap(), Vec::<String>::new());
    }

    async fn cr_04_another_client_gets_nothing_and_burns_the_code(database) {
        let mut scene = Scene::at(&database).await;
        let (evil, spa) = (scene.evil().await, scene.spa().await);
        for thief in [evil, spa] {
            let code = scene.code("openid").await;
            assert_dead(&thief.exchange(&code).await);
            assert_dead(&scene.party.exchange(&code).await);
        }
    }

    async fn cr_05_nothing_near_a_code_is_a_code(database) {
        let mut scene = Scene::at(&database).await.consented("openid").await;
        let (code, other) = (scene.code("openid").await, scene.code("openid").await);
        let half = code.len() / 2;
        let mut near = vec![
            code[..code.len() - 1].to_owned(),
            format!("{code}A"),
            format!("{code}="),
            format!(" {code}"),
            code.to_uppercase(),
            code[4..].to_owned(),
            format!("{}{}", &code[..half], &other[half..]),
            format!("{}{}", &other[..half], &code[half..]),
        ];
        for at in 0..code.len() {
            let mut bytes = code.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            near.push(String::from_utf8(bytes).unwrap());
        }
        for guess in near {
            assert_dead(&scene.party.exchange(&guess).await);
        }
        assert_eq!(scene.party.exchange(&code).await.status, 200);
    }

    async fn cr_06_a_code_dies_after_its_minute(database) {
        let mut scene = Scene::at(&database).await.consented("openid").await;
        let code = scene.code("openid").await;
        scene.app.advance(59);
        assert_eq!(scene.party.exchange(&code).await.status, 200);
        for late in [60, 61, 3600] {
            let code = scene.code("openid").await;
            scene.app.advance(late);
            assert_dead(&scene.party.exchange(&code).await);
        }
    }

    async fn cr_08_a_code_of_a_person_who_was_switched_off_is_dead(database) {
        let mut scene = Scene::at(&database).await;
        let code = scene.code("openid").await;
        scene.change(Change::Disable).await;
        assert_dead(&scene.party.exchange(&code).await);
        scene.change(Change::Enable).await;
        assert_dead(&scene.party.exchange(&code).await);
    }

    async fn cr_08_a_code_of_somebody_who_signed_out_is_dead(database) {
        let mut scene = Scene::at(&database).await;
        let code = scene.code("openid").await;
        scene.sign_out().await;
        assert_dead(&scene.party.exchange(&code).await);
    }

    async fn cr_08_a_code_whose_consent_was_taken_back_is_dead(database) {
        let mut scene = Scene::at(&database).await;
        let code = scene.code("openid").await;
        scene.revoke_app("web").await;
        assert_dead(&scene.party.exchange(&code).await);
    }

    async fn cr_09_a_client_that_is_gone_redeems_nothing(database) {
        let mut scene = Scene::at(&database).await;
        let code = scene.code("openid").await;
        clients::delete(&scene.app.state, "web", &Origin::command_line())
            .await
            .unwrap();
        assert_refused(&scene.party.exchange(&code).await, 401, "invalid_client");
    }

    /// Every pairing of what was issued and where it does not belong.
    async fn cr_12_nothing_is_taken_for_something_else(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        let code = scene.code("openid").await;
        let session = scene.browser.cookies["passgate_session"].clone();
        let access = tokens.text("access_token");
        for not_a_code in [tokens.text("refresh_token"), access, tokens.text("id_token"), &session] {
            assert_dead(&scene.party.token(&redemption(not_a_code)).await);
        }
        for not_a_refresh_token in [code.as_str(), access, tokens.text("id_token"), &session] {
            assert_dead(&scene.party.refresh(not_a_refresh_token).await);
        }
        for not_an_access_token in [
            code.as_str(),
            tokens.text("refresh_token"),
            tokens.text("id_token"),
            &session,
        ] {
            let answer = scene.party.userinfo(not_an_access_token).await;
            assert_eq!((answer.status.as_u16(), answer.error()), (401, "invalid_token"));
        }
        for not_a_token in [code.as_str(), tokens.text("id_token"), &session] {
            assert_eq!(
                scene.party.introspect(not_a_token).await.json,
                serde_json::json!({ "active": false })
            );
        }
        // All of them were refused without harm to what they are.
        assert_eq!(scene.party.exchange(&code).await.status, 200);
        assert_eq!(scene.party.userinfo(access).await.status, 200);
        assert_eq!(scene.party.refresh(tokens.text("refresh_token")).await.status, 200);
    }
}
