//! Metadata: three objects, told apart by who reads and who writes them.

use passgate::flow::users::metadata as flow;
use passgate::flow::users::{self, Refused};
use passgate::identity::metadata::MetadataError;
use reqwest::Method;

use super::*;
use crate::api::Script;
use crate::harness::database::on_every_engine;

const PATH: &str = "/api/account/metadata";

async fn put(script: &mut Script, body: Value) -> crate::api::Answer {
    script
        .send(Method::PUT, PATH, Some(("application/json", body.to_string())))
        .await
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}

async fn set(app: &TestApp, sections: Vec<(Section, Write)>) -> Result<passgate::model::metadata::Metadata, Refused> {
    flow::set(&app.state, ADA, Changes { sections }, &Authority::all(), &cli()).await
}

on_every_engine! {
async fn it_is_replaced_and_merged_section_by_section(database) {
    let app = TestApp::on(&database.url);
    let sub = app.user(ADA).await;
    assert_eq!(flow::show(&app.state, ADA).await.unwrap(), Default::default());
    let first = vec![
        (Section::Public, Write::Replace(object(json!({ "team": { "id": 7, "name": "Engines" }, "beta": true })))),
        (Section::Private, Write::Replace(object(json!({ "crm": "c-1" })))),
    ];
    set(&app, first).await.unwrap();
    app.advance(1);
    // RFC 7396: what is null goes, objects are gone into, lists are replaced.
    let patch = json!({ "team": { "id": null, "tags": ["a"] }, "beta": null, "new": 1.5 });
    let merged = set(&app, vec![(Section::Public, Write::Merge(object(patch)))]).await.unwrap();
    assert_eq!(Value::from(merged.public), json!({ "team": { "name": "Engines", "tags": ["a"] }, "new": 1.5 }));
    assert_eq!(Value::from(merged.private), json!({ "crm": "c-1" }));
    let found = flow::show(&app.state, &sub).await.unwrap();
    assert_eq!(found.public["team"]["tags"], json!(["a"]));
    // The trail names what changed, and holds no value of it.
    let (actor, target, details) = event(&database.db, "metadata_updated").await;
    assert_eq!((actor.as_str(), target), ("cli", sub));
    assert_eq!(details, json!({ "changed": { "public": ["beta", "new", "team"] } }));
    // What changes nothing is no change.
    let count = events(&database.db, "metadata_updated").await;
    set(&app, vec![(Section::Private, Write::Replace(object(json!({ "crm": "c-1" }))))]).await.unwrap();
    assert_eq!(events(&database.db, "metadata_updated").await, count);
}

async fn it_is_bounded(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let deep = (0..9).fold(json!(1), |inner, _| json!({ "a": inner }));
    for (wrong, why) in [
        (json!({ "a": "x".repeat(8 * 1024) }), MetadataError::TooLarge),
        (deep, MetadataError::TooDeep),
        (json!({ "a": "\u{0}" }), MetadataError::Nul),
        (json!({ "\u{0}": 1 }), MetadataError::Nul),
    ] {
        for section in Section::ALL {
            let refused = set(&app, vec![(section, Write::Replace(object(wrong.clone())))]).await;
            assert!(matches!(&refused, Err(Refused::Metadata(found)) if *found == why), "{refused:?}");
        }
    }
    // Grown by merging, piece by piece.
    let piece = |at: usize| vec![(Section::Unsafe, Write::Merge(object(json!({ format!("k{at}"): "x".repeat(2000) }))))];
    for at in 0..4 {
        set(&app, piece(at)).await.unwrap();
    }
    assert!(matches!(set(&app, piece(4)).await, Err(Refused::Metadata(MetadataError::TooLarge))));
    assert_eq!(flow::show(&app.state, ADA).await.unwrap().own.len(), 4);
    let nobody = flow::set(&app.state, "nobody@example.com", Changes::default(), &Authority::all(), &cli()).await;
    assert!(matches!(nobody, Err(Refused::Unknown)));
}

async fn a_person_reads_two_and_writes_one(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    metadata(&app, Section::Public, json!({ "team": 7 })).await;
    metadata(&app, Section::Private, json!({ "crm": "secret-crm" })).await;
    let mut stranger = Script::new(&app);
    for answer in [stranger.get(PATH).await, put(&mut stranger, json!({ "unsafe": {} })).await] {
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (401, &json!("sign_in_required")), "{answer:?}");
    }
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let mut script = Script::within(&app, &browser);
    let answer = script.get(PATH).await;
    assert_eq!((answer.status.as_u16(), &answer.json), (200, &json!({ "public": { "team": 7 }, "unsafe": {} })));
    app.advance(1);
    let answer = put(&mut script, json!({ "unsafe": { "theme": "dark" } })).await;
    assert_eq!(answer.json, json!({ "public": { "team": 7 }, "unsafe": { "theme": "dark" } }));
    assert_eq!(event(&database.db, "metadata_updated").await.0, users::named(&app.state, ADA).await.unwrap().unwrap().subject());
    // Of another page with the cookies of the browser: nothing.
    let mut foreign = Script::within(&app, &browser).from("https://evil.test");
    let answer = put(&mut foreign, json!({ "unsafe": {} })).await;
    assert_eq!((answer.status.as_u16(), &answer.json["code"]), (403, &json!("foreign_origin")), "{answer:?}");
    let answer = script.send(Method::PUT, PATH, Some(("text/plain", "{\"unsafe\":{}}".into()))).await;
    assert_eq!(answer.status, 415);
    let answer = put(&mut script, json!({ "unsafe": { "a": "x".repeat(9000) } })).await;
    assert_eq!((answer.status.as_u16(), &answer.json["code"]), (400, &json!("invalid_request")), "{answer:?}");
    let found = flow::show(&app.state, ADA).await.unwrap();
    assert_eq!((Value::from(found.own), found.private["crm"].as_str()), (json!({ "theme": "dark" }), Some("secret-crm")));
}

/// AD, mass assignment: what is not a person's to write is refused by name, and nothing of the body is taken.
async fn mass_assignment_through_metadata_is_refused(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    browser.sign_in(ADA).await;
    let mut script = Script::within(&app, &browser);
    for extra in [
        json!({ "public": { "role": "admin" } }), json!({ "private": {} }), json!({ "role": "admin" }), json!({ "plan": "gold" }),
        json!({ "permissions": ["passgate:*"] }), json!({ "sub": "x" }), json!({ "user_id": "x" }), json!({ "claims": {} }),
    ] {
        let mut body = json!({ "unsafe": { "theme": "dark" } });
        body.as_object_mut().unwrap().extend(object(extra.clone()));
        let answer = put(&mut script, body).await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (400, &json!("invalid_request")), "{extra} {answer:?}");
    }
    for wrong in [json!({}), json!({ "unsafe": null }), json!({ "unsafe": [] }), json!({ "unsafe": "x" }), json!([])] {
        assert_eq!(put(&mut script, wrong.clone()).await.status, 400, "{wrong}");
    }
    assert_eq!(flow::show(&app.state, ADA).await.unwrap(), Default::default());
    // Written where they may, it is a text like any other.
    put(&mut script, json!({ "unsafe": { "role": "admin", "permissions": ["passgate:*"] } })).await;
    let user = users::named(&app.state, ADA).await.unwrap().unwrap();
    assert_eq!(user.role, "user");
    assert!(roles::authority(&app.state, &user).await.unwrap().is_empty());
}
}
