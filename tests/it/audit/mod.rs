//! The audit trail as a chain, and the traces of requests.

mod chain;
mod events;
mod export;
mod nodes;
mod refusals;
mod retention;
mod secrets;
mod tampering;
mod traces;

use passgate::flow::audit::verify::{self, Report};
use passgate::flow::audit::{What, seal};
use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use passgate::sql;
use passgate::store::Db;

use crate::harness::app::{Options, TestApp};

const ADA: &str = "ada@example.com";

/// An installation that is not for trying things: its start writes no event.
fn quietly(url: &str) -> Options {
    Options::new(Some(url))
        .with("PASSGATE_PUBLIC_URL", "https://id.example")
        .with("PASSGATE_LIMITS__ENABLED", "true")
}

/// The same, started.
fn quiet(url: &str) -> TestApp {
    quietly(url).spawn()
}

/// Switches Ada on, which is an event whether she was off or not.
async fn event(app: &TestApp) {
    // Of events of one moment nobody can say which came first.
    app.advance(1);
    let (everything, origin) = (Authority::all(), Origin::command_line());
    users::change(&app.state, ADA, Change::Enable, &everything, &origin)
        .await
        .unwrap();
}

/// A server with Ada and so many events about her, sealed.
async fn sealed(app: &TestApp, events: usize) {
    app.user(ADA).await;
    for _ in 0..events {
        event(app).await;
    }
    seal::run(&app.state).await.unwrap();
}

async fn report(app: &TestApp) -> Report {
    verify::database(&app.state, &[]).await.unwrap()
}

/// Demands that the verification finds this, at this number.
async fn assert_broken(app: &TestApp, what: What, seq: i64) {
    let found = report(app).await;
    let broken = found
        .broken
        .unwrap_or_else(|| panic!("nothing was found, but {what:?} at {seq}"));
    assert_eq!((broken.what, broken.seq), (what, seq), "{broken}");
    assert!(!found.verified);
}

async fn assert_verified(app: &TestApp) -> Report {
    let found = report(app).await;
    assert_eq!(found.broken, None);
    assert!(found.verified);
    found
}

/// What somebody does who has the database and not the master key.
async fn tamper(db: &Db, statement: impl Into<String>) -> u64 {
    let statement: &'static str = Box::leak(statement.into().into_boxed_str());
    let done = db.write(statement, |tx, statement| {
        Box::pin(async move { sql!(tx, execute, *statement) })
    });
    done.await.unwrap()
}

async fn number(db: &Db, statement: impl Into<String>) -> i64 {
    let statement: &'static str = Box::leak(statement.into().into_boxed_str());
    let found = db.read(statement, |tx, statement| {
        Box::pin(async move { sql!(tx, scalar i64, *statement) })
    });
    found.await.unwrap()
}
