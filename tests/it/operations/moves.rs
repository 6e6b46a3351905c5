//! `passgate move`: everything from SQLite to PostgreSQL, without loss (SECURITY-CASES MG-07).

use passgate::store::copies::{CopyError, relocate};
use passgate::store::{Db, DbOptions, Engine};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};

use super::{ada, assert_sound, file, installation, party, tokens};
use crate::harness::command_line::Installation;
use crate::harness::database::{self, TestDatabase};

/// An empty schema in front of the path is an empty database.
async fn empty(database: &TestDatabase) -> String {
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    sqlx::raw_sql("CREATE SCHEMA empty")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let separator = if database.url.contains('?') { '&' } else { '?' };
    format!("{}{separator}options=-c%20search_path=empty", database.url)
}

#[test]
fn the_same_person_signs_in_and_the_same_refresh_token_works() {
    database::run(Engine::Postgres, |database| async move {
        let mut installation = installation();
        let (mut server, _) = installation.serve();
        let mut browser = ada(&installation).await;
        let before = tokens(&installation, &mut browser).await;
        let url = empty(&database).await;
        let busy = installation.run(&["move", "--to", &url]);
        assert_eq!(busy.code, Some(1));
        assert!(busy.err.contains("the database is in use"), "{busy:?}");
        server.terminate();
        server.wait();
        let source = installation.folder.path().join("data/passgate.db");
        let untouched = std::fs::read(&source).unwrap();

        let moved = installation.run(&["move", "--to", &url, "--json"]).json();
        let tables = moved["tables"].as_array().unwrap();
        let rows = |name: &str| tables.iter().find(|table| table["table"] == name).unwrap()["rows"].clone();
        assert_eq!(rows("users"), 1);
        assert_eq!(rows("refresh_families"), 1);
        assert_eq!(std::fs::read(&source).unwrap(), untouched, "the source is as it was");

        installation = installation.with("PASSGATE_DATABASE_URL", &url);
        assert_sound(&installation);
        let (_server, _) = installation.serve();
        let (party, mut browser) = (party(&installation), browser.reconnected());
        assert_eq!(party.introspect(before.text("access_token")).await.json["active"], true);
        let next = party.refresh(before.text("refresh_token")).await;
        assert_eq!(next.status, 200, "{next:?}");
        assert_eq!(
            browser.get("/account").await.url.path(),
            "/account",
            "the session goes on"
        );
        ada(&installation).await;
        // What is in use now is not empty.
        let again = Installation::new();
        std::fs::create_dir(again.folder.path().join("data")).unwrap();
        std::fs::copy(&source, again.folder.path().join("data/passgate.db")).unwrap();
        let refused = again.run(&["move", "--to", &url]);
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("the database is not empty"), "{refused:?}");
    });
}

/// One value of each type that the engines might keep differently, for every column of every table.
fn sample(table: &str, column: &str, kind: &str) -> &'static str {
    match kind {
        // Of which there is one row.
        "BIGINT" if (table, column) == ("audit_chain", "id") => "1",
        "UUID" => "x'01900000000070008000000000000001'",
        // What CHECK constraints of states take, and references find.
        "TEXT" => "'active'",
        "BOOLEAN" => "TRUE",
        "BIGINT" => "-9223372036854775808",
        "TIMESTAMPTZ" => "'2026-11-25T12:34:56.789012+00:00'",
        "JSONB" => r#"'{"b":[9007199254740993,1e2,0.1,"it''s 名 \" \\",null,true],"a":{}}'"#,
        "BYTEA" => "x'00ff7f80'",
        other => panic!("no sample of {other}"),
    }
}

/// A migrated file with one row in each table.
async fn one_row_in_each_table(path: &str) -> (SqliteConnection, Vec<String>) {
    let db = Db::open(&format!("sqlite://{path}"), DbOptions::default()).unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    // Rows refer to each other, whatever the order in which they come in.
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(false);
    let mut connection = options.connect().await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> '_sqlx_migrations'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    for table in &tables {
        let columns: Vec<(String, String)> = sqlx::query_as("SELECT name, type FROM pragma_table_info($1)")
            .bind(table)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let (names, values): (Vec<_>, Vec<_>) = columns
            .iter()
            .map(|(name, kind)| (format!("\"{name}\""), sample(table, name, kind)))
            .unzip();
        let insert = format!(
            "INSERT INTO \"{table}\" ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        );
        sqlx::raw_sql(AssertSqlSafe(insert))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    (connection, tables)
}

#[test]
fn every_table_of_both_catalogues_arrives_with_the_same_values() {
    database::run(Engine::Postgres, |database| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("source.db").to_string_lossy().into_owned();
        let (connection, tables) = one_row_in_each_table(&path).await;
        connection.close().await.unwrap();
        let url = empty(&database).await;
        let moved = relocate(path.as_ref(), &url).await.unwrap();
        let names: Vec<_> = moved.iter().map(|table| table.table.clone()).collect();
        for table in &tables {
            assert!(names.contains(table), "{table} was forgotten");
        }
        let mut target = PgConnection::connect(&url).await.unwrap();
        let there: Vec<String> = sqlx::query_scalar(
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema() \
             AND table_name <> '_sqlx_migrations'",
        )
        .fetch_all(&mut target)
        .await
        .unwrap();
        assert_eq!(there.len(), tables.len(), "both catalogues have the same tables");
        for table in there {
            let count = format!("SELECT COUNT(*) FROM \"{table}\"");
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count))
                .fetch_one(&mut target)
                .await
                .unwrap();
            assert!(rows >= 1, "{table} is empty");
        }
        // As PostgreSQL itself understands them, type by type.
        let same: bool = sqlx::query_scalar(
            "SELECT id = '01900000-0000-7000-8000-000000000001'::uuid AND digest = '\\x00ff7f80'::bytea \
             AND created_at = '2026-11-25 12:34:56.789012+00'::timestamptz AND remembered \
             AND amr = '{\"a\": {}, \"b\": [9007199254740993, 100, 0.1, \"it''s 名 \\\" \\\\\", null, true]}'::jsonb FROM sessions",
        )
        .fetch_one(&mut target)
        .await
        .unwrap();
        assert!(same);
        let number: i64 = sqlx::query_scalar("SELECT generation FROM refresh_families")
            .fetch_one(&mut target)
            .await
            .unwrap();
        assert_eq!(number, i64::MIN);
        target.close().await.unwrap();
    });
}

#[test]
fn a_table_that_only_one_side_has_stops_the_move_and_nothing_is_left() {
    database::run(Engine::Postgres, |database| async move {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("source.db").to_string_lossy().into_owned();
        let (mut connection, _) = one_row_in_each_table(&path).await;
        let extra = "CREATE TABLE unknown_to_postgres (id UUID PRIMARY KEY)";
        sqlx::raw_sql(extra).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let url = empty(&database).await;
        let refused = relocate(path.as_ref(), &url).await;
        assert!(
            matches!(&refused, Err(CopyError::Unsound(why)) if why.contains("unknown_to_postgres.id")),
            "{refused:?}"
        );
        let mut target = PgConnection::connect(&url).await.unwrap();
        let left: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()")
                .fetch_one(&mut target)
                .await
                .unwrap();
        assert_eq!(left, 0, "the transaction was rolled back, schema and all");
        target.close().await.unwrap();
    });
}

#[test]
fn a_migrated_database_that_nobody_used_is_as_good_as_empty_and_a_foreign_one_is_not() {
    database::run(Engine::Postgres, |database| async move {
        let installation = installation();
        let moved = installation.run(&["move", "--to", &database.url, "--json"]).json();
        assert!(moved["tables"].as_array().is_some_and(|tables| !tables.is_empty()));
        let url = empty(&database).await;
        let mut target = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("CREATE TABLE theirs (id BIGINT)")
            .execute(&mut target)
            .await
            .unwrap();
        target.close().await.unwrap();
        let refused = installation.run(&["move", "--to", &url]);
        assert!(refused.err.contains("it has a table theirs"), "{refused:?}");
        let nowhere = installation.run(&["move", "--to", &file(&installation, "other.db")]);
        assert!(nowhere.err.contains("postgres://"), "{nowhere:?}");
    });
}
