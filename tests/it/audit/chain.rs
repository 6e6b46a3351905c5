//! An honest chain, and what becomes of it when somebody leaves.

use passgate::flow::account::deletion;
use passgate::flow::audit::seal;
use passgate::sql;

use super::{ADA, assert_verified, event, number, sealed, tamper};
use crate::harness::database::on_every_engine;

on_every_engine! {

async fn every_event_has_its_place_and_none_is_left_out(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 5).await;
    let found = assert_verified(&app).await;
    assert_eq!((found.first, found.last, found.unsealed), (1, 6, 0));
    let gaps = number(&database.db, "SELECT MAX(seq) - COUNT(*) FROM audit_events").await;
    assert_eq!(gaps, 0);
    // What comes later goes on from there; until it is sealed it waits.
    event(&app).await;
    seal::run(&app.state).await.unwrap();
    assert_eq!(assert_verified(&app).await.last, 7);
    assert_eq!(seal::run(&app.state).await.unwrap(), 0, "nothing is sealed twice");
}

async fn a_restart_goes_on_with_the_chain(database) {
    let options = super::quietly(&database.url);
    let app = options.spawn();
    sealed(&app, 3).await;
    drop(app);
    let app = options.spawn();
    event(&app).await;
    seal::run(&app.state).await.unwrap();
    assert_eq!(assert_verified(&app).await.last, 5);
}

async fn events_of_an_older_version_are_completed_and_sealed(database) {
    let app = super::quiet(&database.url);
    app.user(ADA).await;
    let sub = "00000000-0000-4000-8000-000000000001";
    let id = uuid::Uuid::from_u128(9);
    let statement = "INSERT INTO audit_events (id, at, kind, actor, target, address, request_id, details) \
                     VALUES ($1, $2, 'consent_granted', $3, 'web', '', '', '{}')";
    let now = app.clock.now() - chrono::TimeDelta::days(1);
    database
        .db
        .write((), move |tx, ()| Box::pin(async move { sql!(tx, execute, statement, id, now, sub).map(drop) }))
        .await
        .unwrap();
    seal::run(&app.state).await.unwrap();
    assert_verified(&app).await;
    let completed = "SELECT COUNT(*) FROM audit_events WHERE kind = 'consent_granted' AND category = 'consent' \
                     AND actor_kind = 'person' AND target_kind = 'client' AND seq IS NOT NULL";
    assert_eq!(number(&database.db, completed).await, 1);
}

async fn a_person_who_leaves_is_forgotten_and_the_chain_holds(database) {
    let app = super::quiet(&database.url);
    let sub = app.user(ADA).await;
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    browser.sign_in_on(&page, ADA, "wrong").await;
    browser.sign_in(ADA).await;
    seal::run(&app.state).await.unwrap();
    let typed = format!("SELECT COUNT(*) FROM audit_events WHERE target = '{ADA}'");
    assert_eq!(number(&database.db, typed.clone()).await, 1, "what was typed is kept");
    tamper(&database.db, "UPDATE users SET delete_at = created_at").await;
    app.advance(1);
    assert_eq!(deletion::run_due(&app.state).await.unwrap(), 1);
    // Nothing of her is left: what she typed, from where she came, what she was told by.
    assert_eq!(number(&database.db, typed).await, 0);
    for column in ["address", "user_agent"] {
        let left = format!("SELECT COUNT(*) FROM audit_events WHERE {column} <> ''");
        assert_eq!(number(&database.db, left).await, 0, "{column}");
    }
    // The deletion was not sealed before it was done: that it was done is what allows the emptying.
    seal::run(&app.state).await.unwrap();
    let found = assert_verified(&app).await;
    assert!(found.emptied >= 3, "{found:?}");
    let kept = format!("SELECT COUNT(*) FROM audit_events WHERE target = '{sub}' AND kind = 'sign_in_failed'");
    assert_eq!(number(&database.db, kept).await, 1, "that it happened stays");
    // The same address is somebody else's, whose events begin anew.
    app.user(ADA).await;
    app.browser().sign_in(ADA).await;
    seal::run(&app.state).await.unwrap();
    assert_verified(&app).await;
}

}
