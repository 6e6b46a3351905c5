//! No statement that anybody waits for reads a whole table that grows: each finds its rows by an index, or walks along one.
//! Restores and `passgate doctor` look at everything, and the cleaner has time.

use passgate::store::{Engine, settle, statements, verify};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::harness::database;

/// Tables that do not grow with the people: what is configured, and what lives for days at most.
const SMALL: &[&str] = &[
    "api_keys",
    "apis",
    "authorization_codes",
    "clients",
    "factor_resets",
    "installation",
    "invitations",
    "one_time_tokens",
    "outbox_mails",
    "outbox_texts",
    "plans",
    "roles",
    "signing_keys",
];

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

/// Whether it is the cleaner's, which nobody waits for.
fn is_cleaning(statement: &str) -> bool {
    statement.starts_with("DELETE FROM ") && statement.contains(" LIMIT $2)")
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
        let by_hand: Vec<_> = settle::ALL.iter().chain(verify::ALL).collect();
        let asked = statements().filter(|statement| !by_hand.contains(&statement) && !is_cleaning(statement));
        for statement in asked {
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
