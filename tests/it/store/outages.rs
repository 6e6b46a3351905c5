//! Connections that die, a server that is away: an answer is never "done" without a commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use passgate::sql;
use passgate::store::{Db, DbOptions, Engine, StoreError};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

use super::{counters, number, run};
use crate::harness::database;
use crate::harness::port::Port;

/// The administrator who ends sessions.
struct Killer(tokio::sync::Mutex<PgConnection>);

impl Killer {
    async fn new(url: &str) -> Arc<Self> {
        Arc::new(Self(tokio::sync::Mutex::new(PgConnection::connect(url).await.unwrap())))
    }

    async fn kill(&self, session: i64) {
        let kill = sqlx::query_scalar::<_, bool>("SELECT pg_terminate_backend($1, 10000)").bind(session as i32);
        assert!(kill.fetch_one(&mut *self.0.lock().await).await.unwrap());
    }
}

const SESSION: &str = "SELECT CAST(pg_backend_pid() AS BIGINT)";

#[test]
fn a_connection_lost_before_the_commit_runs_the_unit_again() {
    database::run(Engine::Postgres, |database| async move {
        counters(&database.db).await;
        let tries = Arc::new(AtomicU32::new(0));
        let input = (Killer::new(&database.url).await, Arc::clone(&tries));
        let outcome = database.db.write(input, |tx, (killer, tries)| {
            Box::pin(async move {
                let first = tries.fetch_add(1, Ordering::SeqCst) == 0;
                sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('once', 1)")?;
                let session = sql!(tx, scalar i64, SESSION)?;
                if first {
                    killer.kill(session).await;
                }
                sql!(tx, execute, "UPDATE counters SET value = value + 1")
            })
        });
        assert_eq!(outcome.await.unwrap(), 1);
        assert_eq!(tries.load(Ordering::SeqCst), 2);
        assert_eq!(number(&database.db, "SELECT sum(value)::BIGINT FROM counters").await, 2);
    });
}

#[test]
fn a_connection_lost_at_the_commit_is_never_a_success() {
    database::run(Engine::Postgres, |database| async move {
        counters(&database.db).await;
        let outcome = database.db.write(Killer::new(&database.url).await, |tx, killer| {
            Box::pin(async move {
                sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('a', 1)")?;
                let session = sql!(tx, scalar i64, SESSION)?;
                killer.kill(session).await;
                Ok(())
            })
        });
        let outcome = outcome.await;
        assert!(matches!(outcome, Err(StoreError::Ambiguous(_))), "{outcome:?}");
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters").await, 0);
    });
}

/// Run again it might write twice, so it is not.
#[test]
fn a_connection_lost_in_a_unit_of_one_statement_is_ambiguous() {
    database::run(Engine::Postgres, |database| async move {
        counters(&database.db).await;
        let tries = Arc::new(AtomicU32::new(0));
        let outcome = database.db.write_one(Arc::clone(&tries), |tx, tries| {
            Box::pin(async move {
                tries.fetch_add(1, Ordering::SeqCst);
                let suicide = "INSERT INTO counters SELECT 'a', 1 WHERE pg_terminate_backend(pg_backend_pid(), 10000)";
                sql!(tx, execute, suicide)
            })
        });
        let outcome = outcome.await;
        assert!(matches!(outcome, Err(StoreError::Ambiguous(_))), "{outcome:?}");
        assert_eq!(tries.load(Ordering::SeqCst), 1);
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters").await, 0);
    });
}

/// After a restart of the server every idle connection is dead. No request notices.
#[test]
fn idle_connections_that_died_are_replaced_unnoticed() {
    database::run(Engine::Postgres, |database| async move {
        counters(&database.db).await;
        let killer = Killer::new(&database.url).await;
        // As if every connection had been idle for longer than that.
        let options = DbOptions {
            trust_idle: Duration::ZERO,
            ..DbOptions::default()
        };
        let db = Db::open(&database.url, options).unwrap();
        let count = "INSERT INTO counters (name, value) VALUES ('a', 1) \
                     ON CONFLICT (name) DO UPDATE SET value = counters.value + 1";
        for round in 1..=3 {
            kill_idle_connections(&db, &killer).await;
            run(&db, count).await.unwrap();
            kill_idle_connections(&db, &killer).await;
            assert_eq!(number(&db, "SELECT value FROM counters").await, 2 * round - 1);
            kill_idle_connections(&db, &killer).await;
            db.write_one((), move |tx, ()| Box::pin(async move { sql!(tx, execute, count) }))
                .await
                .unwrap();
            assert_eq!(number(&db, "SELECT value FROM counters").await, 2 * round);
        }
    });
}

/// Has several connections used, so that they are idle, and ends them all.
async fn kill_idle_connections(db: &Db, killer: &Killer) {
    let sleeping = (0..5).map(|_| {
        db.read((), |tx, ()| {
            Box::pin(async move { sql!(tx, scalar String, "SELECT CAST(pg_sleep(0.05) AS TEXT)") })
        })
    });
    futures_util::future::try_join_all(sleeping).await.unwrap();
    let all = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let killed: i64 = sqlx::query_scalar(all)
        .fetch_one(&mut *killer.0.lock().await)
        .await
        .unwrap();
    assert!(killed >= 5, "only {killed} connections were idle");
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let port = Port::free();
    let db = Db::open(
        &format!("postgres://nobody:pass-phrase@127.0.0.1:{port}/none"),
        DbOptions::default(),
    )
    .unwrap();
    for outcome in [
        db.ping().await,
        db.migrate().await.map(drop),
        db.write((), |_, ()| Box::pin(async { Ok(()) })).await,
    ] {
        let error = outcome.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(!error.to_string().contains("pass-phrase"));
    }
}

#[test]
fn when_all_connections_are_taken_a_unit_is_refused_after_the_wait() {
    database::run(Engine::Postgres, |database| async move {
        let options = DbOptions {
            max_connections: 1,
            acquire_timeout: Duration::from_millis(50),
            ..DbOptions::default()
        };
        let db = Db::open(&database.url, options).unwrap();
        let (entered, gate) = (
            Arc::new(tokio::sync::Notify::new()),
            Arc::new(tokio::sync::Notify::new()),
        );
        let holder = tokio::spawn({
            let (db, input) = (db.clone(), (Arc::clone(&entered), Arc::clone(&gate)));
            async move {
                db.write(input, |_, (entered, gate)| {
                    Box::pin(async move {
                        entered.notify_one();
                        gate.notified().await;
                        Ok(())
                    })
                })
                .await
            }
        });
        entered.notified().await;
        assert!(matches!(db.ping().await, Err(StoreError::Unavailable(_))));
        gate.notify_one();
        holder.await.unwrap().unwrap();
        db.ping().await.unwrap();
    });
}

/// The command line works on the same file from another process.
#[test]
fn sqlite_waits_for_another_process_that_writes() {
    database::run(Engine::Sqlite, |database| async move {
        counters(&database.db).await;
        let path = database.url.strip_prefix("sqlite://").unwrap();
        let mut other = SqliteConnection::connect(path).await.unwrap();
        other.execute("BEGIN IMMEDIATE").await.unwrap();
        other
            .execute("INSERT INTO counters VALUES ('theirs', 1)")
            .await
            .unwrap();
        let ours = tokio::spawn({
            let db = database.db.clone();
            async move { run(&db, "INSERT INTO counters (name, value) VALUES ('ours', 1)").await }
        });
        // Readers are not held up by either.
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters").await, 0);
        other.execute("COMMIT").await.unwrap();
        ours.await.unwrap().unwrap();
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters").await, 2);
    });
}
