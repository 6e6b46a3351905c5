//! Expand, then contract: while nodes of two versions run on one database, what the earlier one says must still be taken.

use std::collections::BTreeMap;
use std::path::Path;

use passgate::store::Engine;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};

use crate::harness::database::on_every_engine;

/// The statements of the version before, one a line. A release replaces it: see migrations/README.md.
const BEFORE: &str = include_str!("statements_before.txt");
/// The newest migration of that version.
const BEFORE_VERSION: i64 = 2;

on_every_engine! {
    async fn the_statements_of_the_version_before_are_still_taken(database) {
        let statements: Vec<&'static str> = BEFORE.lines().filter(|line| !line.is_empty()).collect();
        assert!(statements.len() > 100, "{}", statements.len());
        for statement in statements {
            if let Err(error) = database.db.prepare(statement).await {
                panic!("{} does not take what the version before says: {error}\n{statement}", database.engine);
            }
        }
    }

    /// What cannot be prepared for: a column that an earlier version does not fill in.
    async fn new_columns_can_be_left_out(database) {
        if database.engine == Engine::Postgres {
            // Both catalogues come from one text.
            return;
        }
        let (before, now) = (columns(BEFORE_VERSION).await, columns(i64::MAX).await);
        assert!(before.len() > 100, "{}", before.len());
        for (name, column) in &now {
            let table_is_old = before.keys().any(|(table, _)| table == &name.0);
            match before.get(name) {
                None if table_is_old => assert!(
                    !column.must_be_given(),
                    "{name:?} is new, NOT NULL and without a default: the version before cannot insert any more"
                ),
                Some(old) => assert!(
                    old.must_be_given() || !column.must_be_given(),
                    "{name:?} must be given now"
                ),
                None => {}
            }
        }
        for name in before.keys() {
            assert!(now.contains_key(name), "{name:?} is gone: contract in the release after the one that stops using it");
        }
    }
}

#[derive(Debug)]
struct Column {
    not_null: bool,
    has_default: bool,
}

impl Column {
    fn must_be_given(&self) -> bool {
        self.not_null && !self.has_default
    }
}

/// The columns after the migrations up to one.
async fn columns(up_to: i64) -> BTreeMap<(String, String), Column> {
    let mut connection: SqliteConnection = SqliteConnectOptions::new()
        .filename(":memory:")
        .connect()
        .await
        .unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let version: i64 = name.split('_').next().unwrap().parse().unwrap();
        if version <= up_to {
            let text = std::fs::read_to_string(&file).unwrap();
            sqlx::raw_sql(AssertSqlSafe(text))
                .execute(&mut connection)
                .await
                .unwrap();
        }
    }
    let rows: Vec<(String, String, bool, bool, bool)> = sqlx::query_as(
        "SELECT m.name, c.name, c.\"notnull\", c.dflt_value IS NOT NULL, c.pk > 0 FROM sqlite_master m \
         JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.into_iter()
        .map(|(table, column, not_null, has_default, key)| {
            let column_facts = Column {
                not_null: not_null || key,
                has_default,
            };
            ((table, column), column_facts)
        })
        .collect()
}

/// Writes the list anew when a release asks for it; otherwise looks whether it is one.
#[test]
fn the_list_has_one_statement_a_line() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/operations/statements_before.txt");
    if std::env::var_os("PASSGATE_WRITE_STATEMENTS").is_some() {
        let lines: Vec<_> = passgate::store::statements()
            .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        return;
    }
    for line in BEFORE.lines() {
        let verb = line.split(' ').next().unwrap();
        assert!(["SELECT", "INSERT", "UPDATE", "DELETE"].contains(&verb), "{line}");
    }
}
