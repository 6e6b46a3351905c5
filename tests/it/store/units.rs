//! What a unit of work promises: all or nothing, its neighbours unharmed, acknowledged means durable.

use futures_util::future::join_all;
use passgate::sql;
use passgate::store::{Engine, StoreError};

use super::{counters, number, run};
use crate::harness::database::{self, on_every_engine};

on_every_engine! {
    async fn a_refused_unit_leaves_nothing(database) {
        counters(&database.db).await;
        let refused = database
            .db
            .write((), |tx, ()| {
                Box::pin(async move {
                    sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('a', 1)")?;
                    Err::<(), _>(StoreError::Conflict)
                })
            })
            .await;
        assert!(matches!(refused, Err(StoreError::Conflict)));
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters").await, 0);
    }

    async fn a_failing_unit_among_many_does_not_hurt_its_neighbours(database) {
        counters(&database.db).await;
        // All are handed over before the first runs, so that on SQLite they share commits.
        let outcomes = join_all((0..100i64).map(|unit| {
            database.db.write(unit, |tx, unit| {
                Box::pin(async move {
                    sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ($1, $2)", format!("unit-{unit}"), *unit)?;
                    match unit % 5 {
                        // Violates the primary key, after a statement that succeeded.
                        1 => sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ($1, 0)", format!("unit-{unit}"))
                            .map(drop),
                        2 => Err(StoreError::NotFound),
                        3 => panic!("a unit that panics"),
                        _ => Ok(()),
                    }
                })
            })
        }))
        .await;
        for (unit, outcome) in outcomes.iter().enumerate() {
            match unit % 5 {
                1 => assert!(matches!(outcome, Err(StoreError::Conflict)), "unit {unit}: {outcome:?}"),
                2 => assert!(matches!(outcome, Err(StoreError::NotFound)), "unit {unit}: {outcome:?}"),
                3 => assert!(matches!(outcome, Err(StoreError::Other(_))), "unit {unit}: {outcome:?}"),
                _ => assert!(outcome.is_ok(), "unit {unit}: {outcome:?}"),
            }
        }
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters").await, 40);
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters WHERE value % 5 IN (0, 4)").await, 40);
    }

    async fn hiding_a_failed_statement_is_refused(database) {
        counters(&database.db).await;
        let hidden = database
            .db
            .write((), |tx, ()| {
                Box::pin(async move {
                    sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('a', 1)")?;
                    let _ = sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('a', 2)");
                    Ok(())
                })
            })
            .await;
        // PostgreSQL would answer COMMIT with a silent ROLLBACK.
        assert!(matches!(hidden, Err(StoreError::Other(_))), "{hidden:?}");
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters").await, 0);
        run(&database.db, "INSERT INTO counters (name, value) VALUES ('b', 1)").await.unwrap();
    }

    async fn a_read_unit_cannot_write(database) {
        counters(&database.db).await;
        let written = database
            .db
            .read((), |tx, ()| {
                Box::pin(async move { sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('a', 1)") })
            })
            .await;
        assert!(written.is_err());
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters").await, 0);
    }

    async fn a_unit_of_one_statement_is_committed(database) {
        counters(&database.db).await;
        let insert = "INSERT INTO counters (name, value) VALUES ('a', 1)";
        let inserted = database.db.write_one((), move |tx, ()| Box::pin(async move { sql!(tx, execute, insert) })).await;
        assert_eq!(inserted.unwrap(), 1);
        assert_eq!(number(&database.another_node(), "SELECT value FROM counters").await, 1);
        let again = database.db.write_one((), move |tx, ()| Box::pin(async move { sql!(tx, execute, insert) })).await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
        let hidden = database
            .db
            .write_one((), move |tx, ()| Box::pin(async move { Ok(sql!(tx, execute, insert).is_ok()) }))
            .await;
        assert!(matches!(hidden, Err(StoreError::Other(_))), "{hidden:?}");
    }

    async fn a_unit_of_one_statement_is_refused_a_second(database) {
        counters(&database.db).await;
        let second = database
            .db
            .write_one((), |tx, ()| {
                Box::pin(async move {
                    sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('a', 1)")?;
                    sql!(tx, execute, "INSERT INTO counters (name, value) VALUES ('b', 1)")
                })
            })
            .await;
        assert!(matches!(second, Err(StoreError::Other(_))), "{second:?}");
        assert_eq!(number(&database.db, "SELECT count(*) FROM counters WHERE name = 'b'").await, 0);
        // The next unit on the same connection counts anew.
        run(&database.db, "INSERT INTO counters (name, value) VALUES ('c', 1)").await.unwrap();
    }

    async fn a_read_sees_what_was_acknowledged_before_it(database) {
        counters(&database.db).await;
        run(&database.db, "INSERT INTO counters (name, value) VALUES ('a', 0)").await.unwrap();
        for step in 1..=50 {
            run(&database.db, "UPDATE counters SET value = value + 1").await.unwrap();
            assert_eq!(number(&database.db, "SELECT value FROM counters").await, step);
        }
    }

    async fn constraint_errors_are_told_apart_by_kind(database) {
        let db = &database.db;
        run(db, "CREATE TABLE parents (id BIGINT PRIMARY KEY)").await.unwrap();
        run(db, "CREATE TABLE children (id BIGINT PRIMARY KEY, parent BIGINT NOT NULL REFERENCES parents (id), \
                 CHECK (id < 100))").await.unwrap();
        run(db, "INSERT INTO parents VALUES (1)").await.unwrap();
        let again = run(db, "INSERT INTO parents VALUES (1)").await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
        let orphan = run(db, "INSERT INTO children VALUES (1, 2)").await;
        assert!(matches!(orphan, Err(StoreError::ForeignKey)), "{orphan:?}");
        run(db, "INSERT INTO children VALUES (1, 1)").await.unwrap();
        let in_use = run(db, "DELETE FROM parents").await;
        assert!(matches!(in_use, Err(StoreError::ForeignKey)), "{in_use:?}");
        let check = run(db, "INSERT INTO children VALUES (100, 1)").await;
        assert!(matches!(check, Err(StoreError::Other(_))), "{check:?}");
        let missing = db
            .read((), |tx, ()| Box::pin(async move { sql!(tx, scalar i64, "SELECT id FROM parents WHERE id = 7") }))
            .await;
        assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
    }

    async fn a_closed_store_refuses(database) {
        database.db.ping().await.unwrap();
        database.db.close().await;
        assert!(matches!(database.db.ping().await, Err(StoreError::Unavailable(_))));
        let write = database.db.write((), |_, ()| Box::pin(async move { Ok(()) })).await;
        assert!(matches!(write, Err(StoreError::Unavailable(_))), "{write:?}");
    }
}

/// What was acknowledged is there after the process is gone without a word: the file is copied, log included, while the
/// database is open, and no page that only lives in this process's memory is in the copy.
#[test]
fn sqlite_acknowledges_only_what_is_in_the_files() {
    database::run(Engine::Sqlite, |database| async move {
        counters(&database.db).await;
        let units = (0..50i64).map(|unit| {
            database.db.write(unit, |tx, unit| {
                Box::pin(async move {
                    sql!(
                        tx,
                        execute,
                        "INSERT INTO counters (name, value) VALUES ($1, 1)",
                        unit.to_string()
                    )
                })
            })
        });
        for unit in join_all(units).await {
            unit.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let source = database.url.strip_prefix("sqlite://").unwrap();
        let copy = folder.path().join("copy.db");
        std::fs::copy(source, &copy).unwrap();
        std::fs::copy(format!("{source}-wal"), folder.path().join("copy.db-wal")).unwrap();
        let after_crash =
            passgate::store::Db::open(&format!("sqlite://{}", copy.display()), Default::default()).unwrap();
        assert_eq!(number(&after_crash, "SELECT count(*) FROM counters").await, 50);
    });
}

/// The accounts of everybody are nobody else's to read.
#[test]
fn a_new_sqlite_file_belongs_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let _db = passgate::store::Db::open(&format!("sqlite://{}", path.display()), Default::default()).unwrap();
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}
