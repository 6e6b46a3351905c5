//! The one timeline of migrations.

use futures_util::future::join_all;
use passgate::sql;
use passgate::store::{Db, DbOptions, Engine, MigrationError, StoreError};

use super::{number, run};
use crate::harness::database::{self, on_every_engine};

const NODES: usize = 3;

on_every_engine! {
    async fn a_migrated_database_has_nothing_pending(database) {
        assert!(database.db.pending_migrations().await.unwrap().is_empty());
        let report = database.db.migrate().await.unwrap();
        assert!(report.applied.is_empty());
        assert!(report.version > 0);
        assert_eq!(number(&database.db, "SELECT max(version) FROM _sqlx_migrations").await, report.version);
    }

    async fn a_newer_database_is_refused_in_clear_words(database) {
        let statement = match database.engine {
            // fork: the driver's bookkeeping table differs in the type of one column.
            Engine::Sqlite => "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                               VALUES (999999, 'later', TRUE, x'00', 0)",
            Engine::Postgres => "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                                 VALUES (999999, 'later', TRUE, '\\x00', 0)",
        };
        run(&database.db, statement).await.unwrap();
        for outcome in [database.db.migrate().await.map(drop), database.db.pending_migrations().await.map(drop)] {
            let error = outcome.unwrap_err();
            let newer = matches!(error, StoreError::Migration(MigrationError::NewerDatabase { found: 999_999, .. }));
            assert!(newer, "{error:?}");
            assert!(error.to_string().contains("newer Passgate"), "{error}");
        }
    }

    async fn a_changed_migration_is_refused(database) {
        run(&database.db, "UPDATE _sqlx_migrations SET checksum = checksum || checksum").await.unwrap();
        let error = database.db.migrate().await.unwrap_err();
        assert!(matches!(error, StoreError::Migration(MigrationError::Changed { .. })), "{error:?}");
    }
}

/// Starts several nodes on an empty database at once.
async fn start_together(url: &str) {
    let nodes: Vec<Db> = (0..NODES)
        .map(|_| Db::open(url, DbOptions::default()).unwrap())
        .collect();
    let pending = nodes[0].pending_migrations().await.unwrap();
    assert!(!pending.is_empty());
    let reports = join_all(nodes.iter().map(|node| async { node.migrate().await.unwrap() })).await;
    let applied: Vec<_> = reports.into_iter().flat_map(|report| report.applied).collect();
    assert_eq!(applied, pending, "every migration is applied by exactly one node");
}

#[test]
fn nodes_that_start_together_migrate_once_on_postgres() {
    database::run(Engine::Postgres, |database| async move {
        // An empty schema in front of the path is an empty database.
        run(&database.db, "CREATE SCHEMA empty").await.unwrap();
        let found = database
            .db
            .read((), |tx, ()| {
                Box::pin(async move { sql!(tx, scalar String, "SELECT CAST(current_database() AS TEXT)") })
            })
            .await
            .unwrap();
        assert!(database.url.contains(&found));
        let separator = if database.url.contains('?') { '&' } else { '?' };
        start_together(&format!("{}{separator}options=-c%20search_path=empty", database.url)).await;
    });
}

#[tokio::test]
async fn processes_that_start_together_migrate_once_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    start_together(&format!("sqlite://{}", folder.path().join("new.db").display())).await;
}
