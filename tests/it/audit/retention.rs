//! Old events go, and what is left still verifies.

use passgate::flow::audit::{Filter, What, export, file, retention, seal, verify};
use passgate::model::audit::Origin;
use passgate::store::cleaner;

use super::{assert_broken, assert_verified, event, number, sealed, tamper};
use crate::harness::app::TestApp;
use crate::harness::database::on_every_engine;

const DAY: u64 = 86_400;

fn keeping(url: &str, days: &str) -> TestApp {
    super::quietly(url).with("PASSGATE_AUDIT__RETENTION_DAYS", days).spawn()
}

/// Old events, and new ones behind them.
async fn years(app: &TestApp) {
    sealed(app, 4).await;
    app.advance(60 * DAY);
    event(app).await;
    seal::run(&app.state).await.unwrap();
    app.advance(40 * DAY);
}

on_every_engine! {

async fn what_is_left_verifies(database) {
    let app = keeping(&database.url, "90");
    years(&app).await;
    assert_eq!(retention::run(&app.state).await.unwrap(), 5);
    assert_eq!(retention::run(&app.state).await.unwrap(), 0);
    seal::run(&app.state).await.unwrap();
    let found = assert_verified(&app).await;
    // The newest event tells of the removal.
    assert_eq!((found.first, found.last), (6, 7));
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM audit_events WHERE kind = 'audit_trimmed'").await, 1);
    let mut given = export::begin(&app.state, Filter::default(), None, &Origin::command_line()).await.unwrap();
    let mut file = String::new();
    while let Some(lines) = given.next(&app.state).await.unwrap() {
        file.push_str(&lines);
    }
    let key = verify::public_key(&app.state.master_key).unwrap();
    let offline = file::verify(file.as_bytes(), Some(key), &[]).unwrap();
    assert_eq!((offline.broken, offline.first), (None, 6));
    tamper(&database.db, "UPDATE audit_events SET actor = 'x' WHERE seq = 6").await;
    assert_broken(&app, What::Changed, 6).await;
    tamper(&database.db, "DELETE FROM audit_events WHERE seq = 6").await;
    assert_broken(&app, What::Removed, 6).await;
}

async fn nought_keeps_for_ever_and_the_cleaner_leaves_them_alone(database) {
    let app = keeping(&database.url, "0");
    years(&app).await;
    app.advance(4000 * DAY);
    assert_eq!(retention::run(&app.state).await.unwrap(), 0);
    cleaner::clean(&database.db, app.clock.now()).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM audit_events").await, 6);
}

async fn what_is_not_what_was_written_stays_for_whoever_looks_into_it(database) {
    let app = keeping(&database.url, "90");
    years(&app).await;
    tamper(&database.db, "UPDATE audit_events SET actor = 'x' WHERE seq = 2").await;
    retention::run(&app.state).await.unwrap_err();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM audit_events").await, 6);
}

async fn what_was_not_sealed_yet_stays(database) {
    let app = keeping(&database.url, "90");
    sealed(&app, 2).await;
    app.advance(200 * DAY);
    event(&app).await;
    assert_eq!(retention::run(&app.state).await.unwrap(), 3);
    seal::run(&app.state).await.unwrap();
    let found = assert_verified(&app).await;
    assert_eq!((found.first, found.last), (4, 5));
}

}
