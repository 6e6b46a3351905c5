//! A request that ends in the middle of a unit of work. The first test shows why the store does not use the driver's pool.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use futures_util::future::BoxFuture;
use passgate::sql;
use passgate::store::{Engine, StoreError, Tx};
use sqlx::postgres::PgPoolOptions;
use tokio::sync::Notify;

use super::{counters, number, run};
use crate::harness::database::{self, on_every_engine};

/// sqlx-postgres 0.9.0 (launchbadge/sqlx #4385, #4393): `Pool::begin` sends `BEGIN` and counts the transaction only when the
/// answer is in. Dropped between the two, the connection goes back to the pool inside a transaction that nobody will end: what
/// the next user writes, believing that each statement commits, is not there for anybody else.
///
/// When this fails, the driver has been mended, and the reason for our own pool is down to the saved round trip.
#[test]
fn the_drivers_pool_hands_on_an_open_transaction() {
    database::run(Engine::Postgres, |database| async move {
        counters(&database.db).await;
        let mut poisoned = false;
        'rounds: for round in 0..20 {
            let pool = PgPoolOptions::new()
                .max_connections(1)
                .test_before_acquire(false)
                .connect_lazy(&database.url)
                .unwrap();
            sqlx::query("SELECT 1").execute(&pool).await.unwrap();
            for polls in 1..20 {
                // The driver gives connections back in a task of its own.
                while pool.num_idle() == 0 {
                    tokio::task::yield_now().await;
                }
                // The request goes away after so many polls, with and without other work in between.
                let mut beginning = Box::pin(pool.begin());
                for _ in 0..polls {
                    if beginning
                        .as_mut()
                        .poll(&mut Context::from_waker(Waker::noop()))
                        .is_ready()
                    {
                        break;
                    }
                    if round % 2 == 1 {
                        tokio::task::yield_now().await;
                    }
                }
                drop(beginning);

                // Outside a transaction the server refuses a savepoint.
                let mut connection = pool.acquire().await.unwrap();
                if sqlx::raw_sql("SAVEPOINT probe").execute(&mut *connection).await.is_ok() {
                    poisoned = true;
                    let insert = "INSERT INTO counters VALUES ('lost', 1)";
                    sqlx::query(insert).execute(&mut *connection).await.unwrap();
                    break 'rounds;
                }
            }
        }
        assert!(
            poisoned,
            "dropping Pool::begin no longer leaves an open transaction behind"
        );
        assert_eq!(
            number(&database.db, "SELECT count(*) FROM counters").await,
            0,
            "the later user's row is visible to nobody"
        );
    });
}

on_every_engine! {
    async fn a_unit_goes_on_when_its_caller_is_dropped(database) {
        counters(&database.db).await;
        let (entered, gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let input = (Arc::clone(&entered), Arc::clone(&gate));
        let caller = tokio::spawn({
            let db = database.db.clone();
            async move {
                db.write(input, |tx, (entered, gate)| {
                    Box::pin(async move {
                        sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('first', 1)")?;
                        entered.notify_one();
                        gate.notified().await;
                        sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('second', 1)")
                    })
                })
                .await
            }
        });
        entered.notified().await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        gate.notify_one();
        // Closing waits for the units that run.
        database.db.close().await;
        assert_eq!(number(&database.another_node(), "SELECT count(*) FROM counters").await, 2);
    }

    async fn hundreds_of_dropped_callers_leave_whole_units_and_a_healthy_store(database) {
        counters(&database.db).await;
        const CALLERS: u64 = 400;
        let mut callers = Vec::new();
        for caller in 0..CALLERS {
            let db = database.db.clone();
            callers.push(tokio::spawn(async move {
                // From "before the first poll" to "after the commit", in small steps.
                let patience = Duration::from_micros(caller * 37 % 8000);
                tokio::time::timeout(patience, db.write(caller as i64, pair)).await.map_or(0, |done| done.map_or(0, |()| 1))
            }));
        }
        let mut acknowledged = 0;
        for caller in callers {
            acknowledged += caller.await.unwrap();
        }

        // Nobody finds himself in somebody else's transaction: what is written now is there for another node at once.
        let other = database.another_node();
        for _ in 0..20 {
            run(&database.db, "INSERT INTO counters (name, value) VALUES ('after', 1) \
                 ON CONFLICT (name) DO UPDATE SET value = counters.value + 1").await.unwrap();
        }
        assert_eq!(number(&other, "SELECT value FROM counters WHERE name = 'after'").await, 20);

        database.db.close().await;
        let left = number(&other, "SELECT count(*) FROM counters WHERE name LIKE 'left-%'").await;
        let right = number(&other, "SELECT count(*) FROM counters WHERE name LIKE 'right-%'").await;
        assert_eq!(left, right, "a unit is there as a whole or not at all");
        assert!(left >= acknowledged, "{left} units are there, {acknowledged} were acknowledged");
    }
}

/// Writes two rows that belong together.
fn pair<'t>(tx: &'t mut Tx, caller: &'t i64) -> BoxFuture<'t, Result<(), StoreError>> {
    Box::pin(async move {
        sql!(
            tx,
            execute,
            "INSERT INTO counters (name, value) VALUES ($1, 1)",
            format!("left-{caller}")
        )?;
        sql!(
            tx,
            execute,
            "INSERT INTO counters (name, value) VALUES ($1, 1)",
            format!("right-{caller}")
        )?;
        Ok(())
    })
}
