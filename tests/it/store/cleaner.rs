//! The cleaner's batches.

use chrono::{DateTime, Duration, Utc};
use passgate::store::{cleaner, revocations};

use super::number;
use crate::harness::database::on_every_engine;

on_every_engine! {
    async fn the_cleaner_deletes_all_that_is_over_and_nothing_else(database) {
        let now = DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap();
        let over = now - Duration::hours(1);
        // More than two batches of what is over, and one that is over just now, which still counts.
        database
            .db
            .write(over, |tx, over| {
                Box::pin(async move {
                    for id in 0..1200i64 {
                        revocations::insert(tx, &format!("over-{id}"), *over - Duration::seconds(id + 1)).await?;
                    }
                    revocations::insert(tx, "not yet", *over).await
                })
            })
            .await
            .unwrap();
        assert_eq!(cleaner::clean(&database.db, now).await.unwrap(), 1200);
        assert_eq!(number(&database.db, "SELECT count(*) FROM revocations").await, 1);
        assert_eq!(cleaner::clean(&database.db, now).await.unwrap(), 0);
    }
}
