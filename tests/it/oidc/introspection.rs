//! What an API learns of a token. RFC 7662.

use passgate::flow::users::Change;
use serde_json::json;

use super::scene::{ADA, Scene, assert_refused};
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::RelyingParty;

on_every_engine! {
    async fn rfc7662_2_2_a_live_token_with_what_services_authorise_on(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid email offline_access").await;
        let access = scene.party.introspect(tokens.text("access_token")).await;
        assert_eq!(access.headers["cache-control"], "no-store");
        for (member, value) in [
            ("active", json!(true)),
            ("token_type", json!("Bearer")),
            ("client_id", json!("web")),
            ("username", json!(ADA)),
            ("sub", json!(scene.sub)),
            ("iss", json!(scene.app.issuer)),
            ("scope", json!("openid email offline_access")),
            ("role", json!("user")),
            ("plan", json!("free_user")),
        ] {
            assert_eq!(access.json[member], value, "{member}");
        }
        let refresh = scene.party.introspect(tokens.text("refresh_token")).await;
        assert_eq!(
            (&refresh.json["active"], &refresh.json["sub"]),
            (&json!(true), &json!(scene.sub))
        );
        assert!(refresh.json.get("token_type").is_none());
        let machine = scene.party.token(&[("grant_type", "client_credentials")]).await;
        let machine = scene.party.introspect(machine.text("access_token")).await;
        assert_eq!(
            (&machine.json["active"], &machine.json["sub"]),
            (&json!(true), &json!("web"))
        );
        assert!(machine.json.get("role").is_none() && machine.json.get("username").is_none());
    }

    async fn in_01_nobody_asks_without_saying_who_they_are(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid").await;
        let spa = scene.spa().await;
        let stranger = RelyingParty::new(&scene.app, "nobody", None);
        let guessing = RelyingParty::new(&scene.app, "web", Some("wrong"));
        for party in [spa, stranger, guessing] {
            assert_refused(
                &party.introspect(tokens.text("access_token")).await,
                401,
                "invalid_client",
            );
        }
        let answer = scene.party.post("/oauth2/introspect", &[]).await;
        assert_refused(&answer, 400, "invalid_request");
    }

    async fn in_02_another_client_learns_nothing_but_who_serves_the_api_does(database) {
        let mut scene = Scene::at(&database).await;
        let api = json!(["https://api.example"]);
        let web = scene
            .party(json!({
                "client_id": "app-of-api", "redirect_uris": ["https://app.example/cb"], "audience": api,
                "consent": "skip",
                "grant_types": ["authorization_code", "refresh_token"],
            }))
            .await;
        let code = web.code(&mut scene.browser, "openid").await;
        let tokens = web.exchange(&code).await;
        let serves = scene
            .party(json!({ "client_id": "api", "grant_types": ["client_credentials"], "introspects": api }))
            .await;
        let other = scene
            .party(json!({
                "client_id": "other-api", "grant_types": ["client_credentials"],
                "introspects": ["https://other.example"],
            }))
            .await;
        let any = scene
            .party(json!({ "client_id": "gateway", "grant_types": ["client_credentials"], "introspects_any": true }))
            .await;
        let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
        for (party, sees) in [
            (&web, true),
            (&serves, true),
            (&any, true),
            (&other, false),
            (&scene.party, false),
        ] {
            let answer = party.introspect(access).await;
            assert_eq!(answer.json["active"], sees, "{}", party.client_id);
            assert!(sees || answer.json == json!({ "active": false }), "{answer:?}");
        }
        for (party, sees) in [(&web, true), (&serves, false), (&scene.party, false)] {
            assert_eq!(
                party.introspect(refresh).await.json["active"],
                sees,
                "{}",
                party.client_id
            );
        }
    }

    async fn in_04_a_hint_is_a_hint(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        for token in ["access_token", "refresh_token"] {
            for hint in ["access_token", "refresh_token", "nonsense", ""] {
                let form = [("token", tokens.text(token)), ("token_type_hint", hint)];
                assert_eq!(
                    scene.party.post("/oauth2/introspect", &form).await.json["active"],
                    true,
                    "{token} {hint}"
                );
            }
        }
        for token in ["access_token", "refresh_token"] {
            let form = [("token", tokens.text(token)), ("token_type_hint", "nonsense")];
            assert_eq!(scene.party.post("/oauth2/revoke", &form).await.status, 200);
            assert_eq!(scene.party.introspect(tokens.text(token)).await.json["active"], false);
        }
    }

    async fn what_is_no_live_token_is_inactive_and_nothing_more(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid").await;
        let access = tokens.text("access_token");
        let (unsigned, _) = access.rsplit_once('.').unwrap();
        let rotated = scene.party.refresh(tokens.text("refresh_token")).await;
        assert_eq!(rotated.status, 200);
        let garbage = [
            "x",
            "",
            "pgr_",
            "a.b.c",
            &format!("{unsigned}."),
            tokens.text("refresh_token"),
        ]
        .map(str::to_owned);
        for token in garbage.iter().filter(|token| !token.is_empty()) {
            assert_eq!(
                scene.party.introspect(token).await.json,
                json!({ "active": false }),
                "{token}"
            );
        }
        scene.app.advance(301);
        assert_eq!(scene.party.introspect(access).await.json, json!({ "active": false }));
    }

    /// `role` and `plan` are told as they are now; a person who was switched off has no live token.
    async fn rt_18_changes_of_the_person_show_at_once(database) {
        let mut scene = Scene::at(&database).await;
        let tokens = scene.tokens("openid offline_access").await;
        scene.app.catalogue(&["editor"], &["pro"]).await;
        scene.change(Change::Role("editor".into())).await;
        scene.change(Change::Plan("pro".into())).await;
        let answer = scene.party.introspect(tokens.text("access_token")).await;
        assert_eq!((answer.text("role"), answer.text("plan")), ("editor", "pro"));
        scene.change(Change::Disable).await;
        for token in ["access_token", "refresh_token"] {
            assert_eq!(
                scene.party.introspect(tokens.text(token)).await.json,
                json!({ "active": false })
            );
        }
    }
}
