//! Many at once: one winner, no lost update, and a deadlock that nobody notices.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Duration, Utc};
use futures_util::future::{join_all, try_join};
use passgate::store::{Db, Engine, StoreError};
use passgate::{consume_once, sql};
use tokio::sync::Barrier;

use super::{counters, number, run};
use crate::harness::database::{self, on_every_engine};

const CONSUME: &str = consume_once!("tickets" by "digest" returning "owner");

async fn tickets(db: &Db, digest: &'static [u8], expires_at: DateTime<Utc>) {
    let table = "CREATE TABLE IF NOT EXISTS tickets (digest BYTEA PRIMARY KEY, owner TEXT NOT NULL, \
                 expires_at TIMESTAMPTZ NOT NULL, consumed_at TIMESTAMPTZ)";
    run(db, table).await.unwrap();
    db.write((digest, expires_at), |tx, (digest, expires_at)| {
        Box::pin(async move {
            let text = "INSERT INTO tickets (digest, owner, expires_at) VALUES ($1, 'ada', $2)";
            sql!(tx, execute, text, *digest, *expires_at)
        })
    })
    .await
    .unwrap();
}

async fn consume(db: &Db, digest: &'static [u8], now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    db.write((digest, now), |tx, (digest, now)| {
        Box::pin(async move { sql!(tx, optional_scalar String, CONSUME, *digest, *now) })
    })
    .await
}

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

on_every_engine! {
    async fn of_many_that_consume_one_wins(database) {
        let nodes = [database.db.clone(), database.another_node()];
        tickets(&database.db, b"ticket", noon() + Duration::seconds(60)).await;
        let outcomes = join_all((0..40).map(|n| consume(&nodes[n % nodes.len()], b"ticket", noon()))).await;
        let winners: Vec<String> = outcomes.into_iter().filter_map(|outcome| outcome.expect("no race is an error")).collect();
        assert_eq!(winners, ["ada"]);
    }

    async fn what_is_over_cannot_be_consumed(database) {
        tickets(&database.db, b"late", noon()).await;
        assert_eq!(consume(&database.db, b"late", noon()).await.unwrap(), None, "expires_at is the first moment too late");
        assert_eq!(consume(&database.db, b"unknown", noon()).await.unwrap(), None);
        let before = noon() - Duration::microseconds(1);
        assert_eq!(consume(&database.db, b"late", before).await.unwrap().as_deref(), Some("ada"));
        assert_eq!(consume(&database.db, b"late", before).await.unwrap(), None);
    }

    async fn a_consumption_that_is_rolled_back_can_be_repeated(database) {
        tickets(&database.db, b"ticket", noon() + Duration::seconds(60)).await;
        let failed = database
            .db
            .write((), |tx, ()| {
                Box::pin(async move {
                    assert!(sql!(tx, optional_scalar String, CONSUME, b"ticket".as_slice(), noon())?.is_some());
                    Err::<(), _>(StoreError::NotFound)
                })
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(consume(&database.db, b"ticket", noon()).await.unwrap().as_deref(), Some("ada"));
    }

    async fn two_nodes_lose_no_update(database) {
        counters(&database.db).await;
        run(&database.db, "INSERT INTO counters (name, value) VALUES ('shared', 0)").await.unwrap();
        let nodes = [database.db.clone(), database.another_node()];
        for outcome in join_all((0..100).map(|n| run(&nodes[n % nodes.len()], "UPDATE counters SET value = value + 1"))).await {
            outcome.unwrap();
        }
        assert_eq!(number(&nodes[1], "SELECT value FROM counters").await, 100);
    }
}

#[test]
fn a_deadlock_on_postgres_is_run_again() {
    database::run(Engine::Postgres, |database| async move {
        counters(&database.db).await;
        run(
            &database.db,
            "INSERT INTO counters (name, value) VALUES ('a', 0), ('b', 0)",
        )
        .await
        .unwrap();
        let meeting = Arc::new(Barrier::new(2));
        let tries = Arc::new(AtomicU32::new(0));
        let crossing = |first: &'static str, second: &'static str| {
            let input = (first, second, Arc::clone(&meeting), Arc::clone(&tries));
            database.db.write(input, |tx, (first, second, meeting, tries)| {
                Box::pin(async move {
                    let own_tries = tries.fetch_add(1, Ordering::SeqCst);
                    sql!(
                        tx,
                        execute,
                        "UPDATE counters SET value = value + 1 WHERE name = $1",
                        *first
                    )?;
                    if own_tries < 2 {
                        // Each of the two holds its first row before it asks for the other's.
                        meeting.wait().await;
                    }
                    sql!(
                        tx,
                        execute,
                        "UPDATE counters SET value = value + 1 WHERE name = $1",
                        *second
                    )
                })
            })
        };
        try_join(crossing("a", "b"), crossing("b", "a"))
            .await
            .expect("both units succeed");
        // Once more each time that the loser comes back before the winner has its second row.
        assert!(tries.load(Ordering::SeqCst) >= 3, "one of the two ran again");
        assert_eq!(
            number(&database.db, "SELECT count(*) FROM counters WHERE value = 2").await,
            2
        );
    });
}
