//! What events say: who, to whom, from where, what changed; and how they are found.

use passgate::flow::audit::Filter;
use passgate::flow::audit::list;
use passgate::flow::users::Change;
use passgate::flow::{clients, keys};
use passgate::model::audit::{AuditEvent, Origin};
use serde_json::json;

use super::{ADA, event, sealed};
use crate::harness::app::TestApp;
use crate::harness::database::on_every_engine;
use crate::oidc::scene::Scene;

async fn events(app: &TestApp, filter: Filter) -> Vec<AuditEvent> {
    list::run(&app.state, &filter, None, 500).await.unwrap().events
}

async fn of_kind(app: &TestApp, kind: &str) -> AuditEvent {
    let filter = Filter {
        kind: Some(kind.into()),
        ..Filter::default()
    };
    let mut found = events(app, filter).await;
    assert!(!found.is_empty(), "{kind}");
    found.remove(0)
}

on_every_engine! {

async fn an_event_says_who_and_what_changed(database) {
    let scene = Scene::at(&database).await;
    let app = &scene.app;
    scene.change(Change::RequirePasswordChange).await;
    let changed = of_kind(app, "user_updated").await;
    assert_eq!((changed.actor_kind.as_str(), changed.actor.as_str()), ("command_line", "cli"));
    assert_eq!((changed.target_kind.as_str(), &changed.target), ("user", &scene.sub));
    assert_eq!(changed.details, json!({ "before": {}, "after": { "password_change_required": true } }));
    let signed_in = of_kind(app, "signed_in").await;
    assert_eq!((signed_in.actor_kind.as_str(), &signed_in.actor), ("person", &scene.sub));
    assert_eq!((signed_in.address.as_str(), signed_in.request_id.len()), ("127.0.0.1", 16));
    let tokens = scene.party.token(&[("grant_type", "client_credentials")]).await;
    scene.party.revoke(tokens.text("access_token")).await;
    let revoked = of_kind(app, "token_revoked").await;
    assert_eq!((revoked.actor_kind.as_str(), revoked.actor.as_str(), revoked.target_kind.as_str()), ("client", "web", "grant"));
    // The playground was made in the same moment.
    let of_web = Filter { kind: Some("client_created".into()), target: Some("web".into()), ..Filter::default() };
    let made = events(app, of_web).await.remove(0);
    assert_eq!((&made.details["before"], &made.details["after"]["client_name"]), (&json!(null), &json!("Web")));
    assert_eq!(made.details["after"]["has_secret"], true);
    clients::delete(&app.state, "web", &Origin::command_line()).await.unwrap();
    let gone = of_kind(app, "client_deleted").await;
    assert_eq!((&gone.details["before"]["client_name"], &gone.details["after"]), (&json!("Web"), &json!(null)));
    keys::rotate(&app.state, &Origin::command_line()).await.unwrap();
    let rotated = of_kind(app, "keys_rotated").await;
    let before = rotated.details["before"].as_object().unwrap();
    let (signed, after) = before.iter().find(|(_, state)| **state == json!("active")).unwrap();
    assert_eq!((after, &rotated.details["after"][signed]), (&json!("active"), &json!("retired")));
}

async fn a_failure_is_known_by_what_was_typed_and_too_many_lock(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    for _ in 0..12 {
        let page = browser.get("/sign-in").await;
        browser.sign_in_on(&page, ADA, "wrong").await;
    }
    let failed = of_kind(&app, "sign_in_failed").await;
    assert_eq!((failed.target_kind.as_str(), failed.target.as_str(), failed.actor_kind.as_str()), ("identifier", ADA, "anonymous"));
    let locked = of_kind(&app, "sign_in_locked").await;
    assert!(locked.details["until"].is_string(), "{locked:?}");
}

async fn events_are_found_by_filters_and_pages(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 7).await;
    app.web_client().await;
    app.advance(10);
    let between = app.clock.now();
    event(&app).await;
    let by = |set: fn(&mut Filter)| {
        let mut filter = Filter::default();
        set(&mut filter);
        filter
    };
    assert_eq!(events(&app, by(|f| f.kind = Some("user_updated".into()))).await.len(), 8);
    assert_eq!(events(&app, by(|f| f.category = Some("client".into()))).await.len(), 1);
    assert_eq!(events(&app, by(|f| f.actor = Some("cli".into()))).await.len(), 10);
    assert_eq!(events(&app, by(|f| f.target = Some("web".into()))).await.len(), 1);
    assert_eq!(events(&app, Filter { from: Some(between), ..Filter::default() }).await.len(), 1);
    assert_eq!(events(&app, Filter { to: Some(between), ..Filter::default() }).await.len(), 9);
    let both = Filter { kind: Some("user_updated".into()), actor: Some("nobody".into()), ..Filter::default() };
    assert!(events(&app, both).await.is_empty());
    assert!(list::run(&app.state, &by(|f| f.category = Some("x".into())), None, 10).await.is_err());
    // Pages: all of them, once each, newest first.
    let (mut all, mut place) = (Vec::new(), None);
    loop {
        let page = list::run(&app.state, &Filter::default(), place, 3).await.unwrap();
        all.extend(page.events);
        place = page.next;
        if place.is_none() {
            break;
        }
    }
    let mut ids: Vec<_> = all.iter().map(|event| event.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((all.len(), ids.len()), (10, 10));
    assert!(all.windows(2).all(|pair| (pair[0].at, pair[0].id) > (pair[1].at, pair[1].id)));
}

}
