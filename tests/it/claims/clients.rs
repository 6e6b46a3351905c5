//! Changing an application.

use passgate::flow::clients::{self, Refused};

use super::*;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty};
use crate::oidc::scene::{assert_refused, assert_shown};

fn wanted(members: Value) -> Registration {
    let mut all = json!({
        "client_name": "Web", "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": "openid profile email offline_access api.read",
    });
    all.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    Registration::read(all).unwrap()
}

on_every_engine! {
/// DR-02: what is stored is the whole of what was handed in, judged as at registration.
async fn dr_02_metadata_is_replaced_as_a_whole_and_told(database) {
    let mut scene = Scene::at(&database).await;
    let state = scene.app.state.clone();
    let all = Authority::all();
    let uri = "https://other.example/cb";
    let changed = clients::update(&state, "web", &wanted(json!({ "redirect_uris": [uri], "consent": "skip" })), Some(1), &all, &cli())
        .await
        .unwrap();
    assert_eq!((changed.client.revision, changed.secret.is_none()), (2, true));
    let details = event(&database.db, "client_updated").await.2;
    assert_eq!((&details["before"]["redirect_uris"], &details["after"]["redirect_uris"]), (&json!([REDIRECT_URI]), &json!([uri])));
    assert_eq!((&details["before"]["consent"], &details["after"]["consent"]), (&json!("remember"), &json!("skip")));
    assert!(details["before"].get("client_name").is_none(), "what stays is not told: {details}");
    assert!(!details.to_string().contains("digest"), "{details}");
    // At once on this node: the cache was told.
    let page = scene.browser.get(&scene.party.request("openid", &[])).await;
    assert_shown(&page, "the old address is nobody's");
    // What is not named is what it is by default, and the secret is the same.
    clients::update(&state, "web", &wanted(json!({})), Some(2), &all, &cli()).await.unwrap();
    let client = clients::find(&state, "web").await.unwrap().unwrap();
    assert_eq!((client.metadata.consent, client.revision), (Default::default(), 3));
    let tokens = scene.tokens("openid offline_access").await;
    // Grants that are taken away are gone for what was issued before, too.
    let alone = wanted(json!({ "grant_types": ["authorization_code"] }));
    clients::update(&state, "web", &alone, None, &all, &cli()).await.unwrap();
    assert_refused(&scene.party.refresh(tokens.text("refresh_token")).await, 400, "unauthorized_client");
}

async fn ad_12_of_two_who_read_the_same_one_writes(database) {
    let scene = Scene::at(&database).await;
    let state = scene.app.state.clone();
    let all = Authority::all();
    let (first, second) = (wanted(json!({ "client_name": "A" })), wanted(json!({ "client_name": "B" })));
    let origin = cli();
    let (one, other) = futures_util::future::join(
        clients::update(&state, "web", &first, Some(1), &all, &origin),
        clients::update(&state, "web", &second, Some(1), &all, &origin)
    ).await;
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    let stale = [one, other].into_iter().find_map(Result::err);
    assert!(matches!(stale, Some(Refused::Stale(2))), "{stale:?}");
    let off = clients::set_disabled(&state, "web", true, Some(1), &all, &cli()).await;
    assert!(matches!(off, Err(Refused::Stale(2))), "{off:?}");
    assert_eq!(events(&database.db, "client_updated").await, 1);
    let nobody = clients::update(&state, "nobody", &first, None, &all, &cli()).await;
    assert!(matches!(nobody, Err(Refused::Unknown)), "{nobody:?}");
}

async fn what_may_not_be_at_registration_may_not_become_so(database) {
    let scene = Scene::at(&database).await;
    let state = scene.app.state.clone();
    for bad in [
        json!({ "redirect_uris": ["https://a.example/cb#x"] }),
        json!({ "redirect_uris": [] }),
        json!({ "logo_uri": "javascript:alert(1)" }),
        json!({ "client_name": "a\nb" }),
        json!({ "minimum_acr": "gold" }),
        json!({ "client_id": "another" }),
        json!({ "client_secret": "a secret that somebody brings along" }),
        json!({ "access_token_seconds": 5 }),
        json!({ "claim_mappings": [{ "claim": "iss", "from": "role", "tokens": ["id_token"] }] }),
    ] {
        let refused = clients::update(&state, "web", &wanted(bad.clone()), None, &Authority::all(), &cli()).await;
        assert!(matches!(refused, Err(Refused::Metadata(_))), "{bad} {refused:?}");
    }
    assert_eq!(clients::find(&state, "web").await.unwrap().unwrap().revision, 1);
}

async fn a_client_that_becomes_public_has_no_secret_and_gets_a_new_one_back(database) {
    let mut scene = Scene::at(&database).await;
    let state = scene.app.state.clone();
    let all = Authority::all();
    let people = json!({ "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none" });
    let public = clients::update(&state, "web", &wanted(people), None, &all, &cli()).await.unwrap();
    assert!(public.secret.is_none() && public.client.secret.is_none());
    assert_refused(&scene.party.token(&[("grant_type", "client_credentials")]).await, 401, "invalid_client");
    let spa = RelyingParty::new(&scene.app, "web", None);
    let code = spa.code(&mut scene.browser, "openid").await;
    assert_eq!(spa.exchange(&code).await.status, 200);
    let confidential = clients::update(&state, "web", &wanted(json!({})), None, &all, &cli()).await.unwrap();
    let secret = confidential.secret.unwrap();
    let with_new = RelyingParty::new(&scene.app, "web", Some(secret.expose()));
    assert_eq!(with_new.token(&[("grant_type", "client_credentials")]).await.status, 200);
    assert_refused(&scene.party.token(&[("grant_type", "client_credentials")]).await, 401, "invalid_client");
}

async fn a_client_that_is_off_gets_nothing_and_its_tokens_are_dead(database) {
    let mut scene = Scene::at(&database).await;
    let state = scene.app.state.clone();
    let all = Authority::all();
    let tokens = scene.tokens("openid offline_access").await;
    let access = tokens.text("access_token");
    let off = clients::set_disabled(&state, "web", true, None, &all, &cli()).await.unwrap();
    assert!(off.disabled_at.is_some());
    assert_refused(&scene.party.refresh(tokens.text("refresh_token")).await, 401, "invalid_client");
    assert_eq!(scene.party.userinfo(access).await.status, 401);
    let details = event(&database.db, "client_updated").await.2;
    assert_eq!(details, json!({ "before": { "disabled": false }, "after": { "disabled": true } }));
    // Twice is once.
    clients::set_disabled(&state, "web", true, None, &all, &cli()).await.unwrap();
    assert_eq!(events(&database.db, "client_updated").await, 1);
    clients::set_disabled(&state, "web", false, None, &all, &cli()).await.unwrap();
    assert_eq!(scene.party.userinfo(access).await.status, 200);
}
}
