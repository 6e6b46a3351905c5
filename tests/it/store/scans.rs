//! No statement reads a whole table that grows: each finds its rows by an index, or walks along one.

use passgate::store::{Engine, statements};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::harness::database;

/// Tables of a few rows, whatever the installation.
const SMALL: &[&str] = &["apis", "installation", "plans", "roles", "signing_keys"];

/// The highest `$n`.
fn parameters(statement: &str) -> usize {
    let numbers = statement.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    numbers.max().unwrap_or_default()
}

/// The tables that a statement reads from one end to the other, because no index helps.
async fn scanned(connection: &mut PgConnection, statement: &str) -> Vec<String> {
    let run = async |connection: &mut PgConnection, text: String| {
        sqlx::raw_sql(AssertSqlSafe(text)).fetch_all(connection).await.unwrap()
    };
    run(connection, format!("PREPARE it AS {statement}")).await;
    let nulls = vec!["NULL"; parameters(statement)].join(", ");
    let values = if nulls.is_empty() {
        String::new()
    } else {
        format!("({nulls})")
    };
    let plan = run(connection, format!("EXPLAIN EXECUTE it{values}")).await;
    run(connection, "DEALLOCATE it".to_owned()).await;
    let lines: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    let scans = lines.iter().filter_map(|line| line.split_once("Seq Scan on "));
    let tables = scans.filter_map(|(_, rest)| rest.split_whitespace().next());
    tables.map(str::to_owned).collect()
}

#[test]
fn no_statement_reads_a_whole_table_that_grows() {
    database::run(Engine::Postgres, |database| async move {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        // Tables of tests are empty: without this PostgreSQL would read them whole because that is the fastest.
        let settings = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
        sqlx::raw_sql(settings).execute(&mut connection).await.unwrap();
        assert_eq!(
            scanned(&mut connection, "SELECT 1 FROM users WHERE email LIKE $1").await,
            ["users"]
        );
        let mut found = Vec::new();
        for statement in statements() {
            let tables = scanned(&mut connection, statement).await;
            let large: Vec<_> = tables
                .into_iter()
                .filter(|table| !SMALL.contains(&table.as_str()))
                .collect();
            if !large.is_empty() {
                found.push(format!("{}: {statement}", large.join(" ")));
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    });
}
