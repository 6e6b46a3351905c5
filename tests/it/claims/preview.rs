//! What is shown before a mapping is saved is what is issued once it is.

use passgate::flow::preview::{self, Input, Refused};
use passgate::flow::users::Change;
use passgate::model::claim_mapping::ClaimMapping;
use passgate::model::scope::Scope;

use super::*;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::claims;

/// What differs from sign-in to sign-in.
const OF_THE_MOMENT: [&str; 8] = [
    "jti",
    "sid",
    "at_hash",
    "iat",
    "exp",
    "auth_time",
    "nonce",
    "updated_at",
];

fn without_the_moment(mut claims: Value) -> Value {
    claims
        .as_object_mut()
        .unwrap()
        .retain(|name, _| !OF_THE_MOMENT.contains(&name.as_str()));
    claims
}

fn mappings() -> Value {
    json!([
        everywhere("metadata.role", json!("role")),
        everywhere("metadata.plan", json!("plan")),
        everywhere("permissions", json!("permissions")),
        everywhere("features", json!("features")),
        everywhere("team", json!("metadata.public.team")),
        { "claim": "crm", "from": "metadata.private.crm", "tokens": ["id_token"], "private": true },
        everywhere("mail", json!("user.email")),
        everywhere("phone", json!("user.phone_number")),
    ])
}

fn input(mappings: Option<Value>, scope: Option<&str>) -> Input {
    Input {
        client_id: "web".into(),
        mappings: mappings.map(|given| serde_json::from_value::<Vec<ClaimMapping>>(given).unwrap()),
        user: ADA.into(),
        scope: scope.map(|scope| Scope::parse(scope).unwrap()),
    }
}

on_every_engine! {
async fn a_preview_is_what_is_issued(database) {
    let mut scene = Scene::at(&database).await;
    role(&scene.app, "editor", &["posts:write"]).await;
    plan(&scene.app, "pro", &["export"]).await;
    scene.change(Change::Role("editor".into())).await;
    scene.change(Change::Plan("pro".into())).await;
    metadata(&scene.app, Section::Public, json!({ "team": { "id": 7 } })).await;
    metadata(&scene.app, Section::Private, json!({ "crm": "c-1" })).await;
    let state = scene.app.state.clone();
    let shown = preview::run(&state, input(Some(mappings()), Some("openid profile email"))).await.unwrap();
    // Looking changes nothing.
    let before = scene.tokens("openid profile email").await;
    assert!(claims(before.text("access_token")).get("permissions").is_none());
    change_client(&scene, json!({ "claim_mappings": mappings() })).await;
    let tokens = scene.tokens("openid profile email").await;
    let access = tokens.text("access_token");
    assert_eq!(without_the_moment(shown.access_token), without_the_moment(claims(access)));
    assert_eq!(without_the_moment(shown.id_token.unwrap()), without_the_moment(claims(tokens.text("id_token"))));
    let userinfo = scene.party.userinfo(access).await.json;
    assert_eq!(without_the_moment(shown.userinfo.unwrap().into()), without_the_moment(userinfo));
    assert!(shown.left_out.is_empty());
    // Saved, it needs no mappings to be shown.
    let saved = preview::run(&state, input(None, Some("openid profile email"))).await.unwrap();
    assert_eq!(without_the_moment(saved.access_token), without_the_moment(claims(access)));
}

async fn a_preview_says_what_cannot_be_and_what_does_not_fit(database) {
    let scene = Scene::at(&database).await;
    let state = scene.app.state.clone();
    let refused = preview::run(&state, input(Some(json!([everywhere("sub", json!("role"))])), None)).await;
    assert!(matches!(refused, Err(Refused::Mappings(_))), "{refused:?}");
    let other = Input { client_id: "nobody".into(), ..input(None, None) };
    assert!(matches!(preview::run(&state, other).await, Err(Refused::Client)));
    let other = Input { user: "nobody@example.com".into(), ..input(None, None) };
    assert!(matches!(preview::run(&state, other).await, Err(Refused::User)));
    // Without openid there is neither an ID token nor userinfo.
    let shown = preview::run(&state, input(None, Some("api.read"))).await.unwrap();
    assert!(shown.id_token.is_none() && shown.userinfo.is_none());
    // A scope that the client may not ask for is not granted either.
    let shown = preview::run(&state, input(None, Some("openid passgate:users:write"))).await.unwrap();
    assert_eq!(shown.access_token["scope"], "openid");
    // TE-24
    for section in [Section::Public, Section::Unsafe] {
        metadata(&scene.app, section, json!({ "a": "x".repeat(8000) })).await;
    }
    let large = json!([everywhere("p", json!("metadata.public")), everywhere("u", json!("metadata.unsafe"))]);
    let shown = preview::run(&state, input(Some(large), None)).await.unwrap();
    assert_eq!(shown.left_out, ["u"]);
    assert!(shown.access_token.get("u").is_none() && shown.access_token.get("p").is_some());
}
}
