//! The storage engine, on both engines. Tests make scratch tables of their own; the product's tables have their own suites.

mod cancellation;
mod cleaner;
mod migrations;
mod outages;
mod races;
mod scans;
mod statements;
mod units;
mod values;

use passgate::sql;
use passgate::store::{Db, StoreError};

/// Runs one statement without parameters, as a unit of its own.
async fn run(db: &Db, statement: &'static str) -> Result<u64, StoreError> {
    db.write(statement, |tx, statement| {
        Box::pin(async move { sql!(tx, execute, *statement) })
    })
    .await
}

/// A single number.
async fn number(db: &Db, statement: &'static str) -> i64 {
    db.read(statement, |tx, statement| {
        Box::pin(async move { sql!(tx, scalar i64, *statement) })
    })
    .await
    .expect("the number can be read")
}

/// A table of named counters, for units that write something.
async fn counters(db: &Db) {
    run(
        db,
        "CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
    )
    .await
    .expect("the table is created");
}
