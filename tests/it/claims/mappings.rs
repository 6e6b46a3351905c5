//! What an application is told by its mappings: in tokens, by userinfo and by introspection.

use passgate::flow::users::{self, Change};

use super::*;
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{claims, header};

/// A scene in which Ada is an editor who pays, with metadata of every kind.
async fn rich(app: TestApp) -> Scene {
    let scene = Scene::on(app).await;
    role(&scene.app, "editor", &["posts:write", "passgate:users:read"]).await;
    plan(&scene.app, "pro", &["export", "seats:10"]).await;
    scene.change(Change::Role("editor".into())).await;
    scene.change(Change::Plan("pro".into())).await;
    metadata(&scene.app, Section::Public, json!({ "team": { "id": 7 } })).await;
    metadata(&scene.app, Section::Private, json!({ "crm": "secret-crm" })).await;
    metadata(&scene.app, Section::Unsafe, json!({ "theme": "dark" })).await;
    scene
}

fn every_source() -> Value {
    json!([
        everywhere("metadata.role", json!("role")),
        everywhere("metadata.plan", json!("plan")),
        everywhere("permissions", json!("permissions")),
        everywhere("features", json!("features")),
        everywhere("team_id", json!("metadata.public.team.id")),
        everywhere("theme", json!("metadata.unsafe.theme")),
        everywhere("https://app.example/tenant", json!({ "value": { "id": 5 } })),
        everywhere("mail", json!("user.email")),
    ])
}

fn expected() -> Value {
    json!({
        "metadata": { "role": "editor", "plan": "pro" },
        "permissions": ["passgate:users:read", "posts:write"],
        "features": ["export", "seats:10"],
        "team_id": 7,
        "theme": "dark",
        "https://app.example/tenant": { "id": 5 },
        "mail": ADA,
    })
}

#[track_caller]
fn assert_has(found: &Value, wanted: &Value, what: &str) {
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&found[name], value, "{what}: {name} in {found}");
    }
}

on_every_engine! {
async fn mapped_claims_stand_in_every_token_and_answer(database) {
    let mut scene = rich(TestApp::on(&database.url)).await;
    change_client(&scene, json!({ "claim_mappings": every_source() })).await;
    let tokens = scene.tokens("openid email offline_access").await;
    let access = tokens.text("access_token");
    for (what, found) in [
        ("access token", claims(access)),
        ("ID token", claims(tokens.text("id_token"))),
        ("userinfo", scene.party.userinfo(access).await.json),
        ("introspection", scene.party.introspect(access).await.json),
    ] {
        assert_has(&found, &expected(), what);
        assert_eq!((&found["role"], &found["plan"]), (&json!("editor"), &json!("pro")), "{what}");
        assert_eq!(found["sub"], scene.sub.as_str(), "{what}");
        assert!(!found.to_string().contains("secret-crm"), "{what}");
    }
    let refreshed = scene.party.refresh(tokens.text("refresh_token")).await;
    assert_has(&claims(refreshed.text("access_token")), &expected(), "refreshed");
    assert_has(&claims(refreshed.text("id_token")), &expected(), "refreshed");
}

async fn without_mappings_nothing_is_added(database) {
    let mut scene = rich(TestApp::on(&database.url)).await;
    let tokens = scene.tokens("openid").await;
    let access = claims(tokens.text("access_token"));
    for found in [
        access.clone(),
        claims(tokens.text("id_token")),
        scene.party.userinfo(tokens.text("access_token")).await.json,
        scene.party.introspect(tokens.text("access_token")).await.json,
    ] {
        for claim in ["permissions", "features", "metadata", "theme", "mapped"] {
            assert!(found.get(claim).is_none(), "{claim} in {found}");
        }
    }
    assert_eq!(header(tokens.text("access_token"))["typ"], "at+jwt");
    assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), 300);
}

async fn a_claim_is_told_where_the_mapping_says_and_nowhere_else(database) {
    let mut scene = rich(TestApp::on(&database.url)).await;
    let only = |claim: &str, target: &str| json!({ "claim": claim, "from": "role", "tokens": [target] });
    let mappings = json!([only("a", "access_token"), only("i", "id_token"), only("u", "userinfo")]);
    change_client(&scene, json!({ "claim_mappings": mappings })).await;
    let tokens = scene.tokens("openid").await;
    let access = tokens.text("access_token");
    for (found, has) in [
        (claims(access), "a"),
        (claims(tokens.text("id_token")), "i"),
        (scene.party.userinfo(access).await.json, "u"),
        (scene.party.introspect(access).await.json, "a"),
    ] {
        for claim in ["a", "i", "u"] {
            assert_eq!(found.get(claim).is_some(), claim == has, "{claim} in {found}");
        }
    }
}

/// RT-18: what changes shows in the next token, and in userinfo and introspection of those that there are at once.
async fn rt_18_changes_of_role_plan_and_metadata_show_at_once(database) {
    let mut scene = rich(TestApp::on(&database.url)).await;
    change_client(&scene, json!({ "claim_mappings": every_source() })).await;
    let tokens = scene.tokens("openid email offline_access").await;
    let access = tokens.text("access_token");
    let all = Authority::all();
    let narrowed = roles::Changes { description: None, permissions: Some(texts(&["posts:read"])) };
    roles::update(&scene.app.state, "editor", narrowed, None, &all, &cli()).await.unwrap();
    let grown = plans::Changes { description: None, features: Some(texts(&["export", "seats:50"])) };
    plans::update(&scene.app.state, "pro", grown, None, &cli()).await.unwrap();
    metadata(&scene.app, Section::Public, json!({})).await;
    metadata(&scene.app, Section::Unsafe, json!({ "theme": "light" })).await;
    let now = json!({ "permissions": ["posts:read"], "features": ["export", "seats:50"], "theme": "light" });
    for found in [scene.party.userinfo(access).await.json, scene.party.introspect(access).await.json] {
        assert_has(&found, &now, "at once");
        assert!(found.get("team_id").is_none(), "{found}");
    }
    scene.change(Change::Role("user".into())).await;
    scene.change(Change::Plan("free_user".into())).await;
    let later = json!({ "permissions": [], "features": [], "metadata": { "role": "user", "plan": "free_user" } });
    for found in [
        scene.party.userinfo(access).await.json,
        scene.party.introspect(access).await.json,
        claims(scene.party.refresh(tokens.text("refresh_token")).await.text("access_token")),
    ] {
        assert_has(&found, &later, "later");
        assert_eq!((&found["role"], &found["plan"]), (&json!("user"), &json!("free_user")));
    }
    // The token itself is what it was.
    assert_has(&claims(access), &expected(), "issued");
}

async fn private_metadata_is_told_only_where_a_mapping_says_so(database) {
    let mut scene = rich(TestApp::on(&database.url)).await;
    let said = json!([{ "claim": "crm", "from": "metadata.private.crm", "tokens": ["userinfo"], "private": true }]);
    change_client(&scene, json!({ "claim_mappings": said })).await;
    let tokens = scene.tokens("openid").await;
    let access = tokens.text("access_token");
    assert_eq!(scene.party.userinfo(access).await.json["crm"], "secret-crm");
    for found in [claims(access), claims(tokens.text("id_token")), scene.party.introspect(access).await.json] {
        assert!(!found.to_string().contains("secret-crm"), "{found}");
    }
}

async fn a_service_learns_what_the_client_of_the_token_is_told(database) {
    let mut scene = rich(TestApp::on(&database.url)).await;
    let api = json!(["https://api.example"]);
    change_client(&scene, json!({ "claim_mappings": every_source(), "audience": api })).await;
    let service = scene
        .party(json!({ "client_id": "api", "grant_types": ["client_credentials"], "introspects": api }))
        .await;
    let tokens = scene.tokens("openid email").await;
    assert_has(&service.introspect(tokens.text("access_token")).await.json, &expected(), "service");
    // Of a client on its own: what is always the same.
    let machine = scene.party.token(&[("grant_type", "client_credentials")]).await;
    let fixed = json!({ "https://app.example/tenant": { "id": 5 } });
    for found in [claims(machine.text("access_token")), service.introspect(machine.text("access_token")).await.json] {
        assert_has(&found, &fixed, "machine");
        for claim in ["permissions", "metadata", "mail", "role"] {
            assert!(found.get(claim).is_none(), "{claim} in {found}");
        }
    }
}

/// TE-23, at the door: a mapping that would write over the protocol never comes to be.
async fn te_23_a_mapping_that_writes_over_the_protocol_is_refused(database) {
    let mut scene = Scene::at(&database).await;
    let id = scene.party.client_id.clone();
    for claim in ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "cnf", "scope", "client_id", "azp", "nonce", "acr", "amr",
        "auth_time", "sid", "typ", "role", "plan", "act", "active"] {
        let mapping = json!([everywhere(claim, json!({ "value": "admin" }))]);
        let wanted = Registration::read(json!({
            "client_id": "web", "redirect_uris": ["https://app.example/cb"], "claim_mappings": mapping,
        })).unwrap();
        let refused = flow_clients::update(&scene.app.state, &id, &wanted, None, &Authority::all(), &cli()).await;
        assert!(matches!(refused, Err(flow_clients::Refused::Metadata(_))), "{claim} {refused:?}");
        let wanted = Registration { client_id: Some("other".into()), ..wanted };
        assert!(flow_clients::register(&scene.app.state, &wanted, &Authority::all(), &cli()).await.is_err(), "{claim}");
    }
    let tokens = scene.tokens("openid").await;
    assert_eq!(claims(tokens.text("access_token"))["role"], "user");
}

async fn a_client_chooses_how_long_its_tokens_live_and_their_type(database) {
    let mut scene = rich(TestApp::on(&database.url)).await;
    change_client(&scene, json!({ "access_token_seconds": 3600, "access_token_typ": "JWT" })).await;
    let tokens = scene.tokens("openid offline_access").await;
    assert_eq!(tokens.json["expires_in"], 3600);
    let access = tokens.text("access_token");
    let found = claims(access);
    assert_eq!(found["exp"].as_i64().unwrap() - found["iat"].as_i64().unwrap(), 3600);
    assert_eq!(header(access)["typ"], "JWT");
    assert!(header(tokens.text("id_token")).get("typ").is_none(), "neither is taken for the other");
    scene.app.advance(3500);
    assert_eq!(scene.party.userinfo(access).await.status, 200);
    assert_eq!(scene.party.introspect(access).await.json["active"], true);
    assert_eq!(scene.party.userinfo(tokens.text("id_token")).await.status, 401);
    // What is revoked stays so for as long as the token would have lived, also when the template is another one by then.
    let code = scene.code("openid offline_access").await;
    let other = scene.party.exchange(&code).await;
    change_client(&scene, json!({ "access_token_seconds": 60 })).await;
    assert_eq!(scene.party.revoke(other.text("refresh_token")).await.status, 200);
    scene.app.advance(3000);
    passgate::store::cleaner::clean(&scene.app.state.db, scene.app.clock.now()).await.unwrap();
    assert_eq!(scene.party.introspect(other.text("access_token")).await.json["active"], false);
    for wrong in [json!({ "access_token_seconds": 59 }), json!({ "access_token_seconds": 86_401 }), json!({ "access_token_typ": "jwt" })] {
        let mut members = json!({ "client_id": "web", "redirect_uris": ["https://app.example/cb"] });
        members.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert!(Registration::read(members).unwrap().judge().is_err(), "{wrong}");
    }
}

/// A role that an older node gave while nodes were exchanged one by one: it is in no catalogue, and holds nothing.
async fn a_role_of_no_catalogue_holds_nothing(database) {
    let mut scene = rich(Options::new(Some(&database.url)).spawn()).await;
    change_client(&scene, json!({ "claim_mappings": every_source() })).await;
    database.db.write((), |tx, ()| Box::pin(async move {
        sql!(tx, execute, "UPDATE users SET role = 'ghost'")
    })).await.unwrap();
    let tokens = scene.tokens("openid").await;
    let found = claims(tokens.text("access_token"));
    assert_eq!((&found["role"], &found["permissions"]), (&json!("ghost"), &json!([])));
    let user = users::named(&scene.app.state, ADA).await.unwrap().unwrap();
    assert!(roles::authority(&scene.app.state, &user).await.unwrap().is_empty());
    let broken = passgate::store::verify::verify(&database.db).await.unwrap();
    assert_eq!(broken, ["1 people whose role is in no catalogue"]);
}
}
