//! The value types of the portable-SQL contract come back as they went in, and order as they should.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use passgate::sql;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{number, run};
use crate::harness::database::on_every_engine;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Facts {
    names: Vec<String>,
    depth: Option<i64>,
}

#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Everything {
    id: Uuid,
    label: String,
    flag: bool,
    amount: i64,
    at: DateTime<Utc>,
    facts: Json<Facts>,
    raw: Vec<u8>,
    maybe_id: Option<Uuid>,
    maybe_label: Option<String>,
    maybe_flag: Option<bool>,
    maybe_amount: Option<i64>,
    maybe_at: Option<DateTime<Utc>>,
    maybe_facts: Option<Json<Facts>>,
    maybe_raw: Option<Vec<u8>>,
}

const TABLE: &str = "CREATE TABLE everything (id UUID PRIMARY KEY, label TEXT NOT NULL, flag BOOLEAN NOT NULL, \
    amount BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL, facts JSONB NOT NULL, raw BYTEA NOT NULL, maybe_id UUID, \
    maybe_label TEXT, maybe_flag BOOLEAN, maybe_amount BIGINT, maybe_at TIMESTAMPTZ, maybe_facts JSONB, maybe_raw BYTEA)";

const INSERT: &str = "INSERT INTO everything (id, label, flag, amount, at, facts, raw, maybe_id, maybe_label, maybe_flag, \
    maybe_amount, maybe_at, maybe_facts, maybe_raw) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
    RETURNING id, label, flag, amount, at, facts, raw, maybe_id, maybe_label, maybe_flag, maybe_amount, maybe_at, \
    maybe_facts, maybe_raw";

const SELECT: &str = "SELECT id, label, flag, amount, at, facts, raw, maybe_id, maybe_label, maybe_flag, maybe_amount, \
    maybe_at, maybe_facts, maybe_raw FROM everything WHERE id = $1";

fn samples() -> Vec<Everything> {
    let facts = Json(Facts {
        names: vec!["Ünïcode \"quoted\" \\ 名".to_owned()],
        depth: Some(-1),
    });
    let full = Everything {
        id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
        label: "it's".to_owned(),
        flag: true,
        amount: i64::MAX,
        // Whole microseconds, none of them zero.
        at: DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap(),
        facts: facts.clone(),
        raw: (0..=255).collect(),
        maybe_id: Some(Uuid::nil()),
        maybe_label: Some("12345".to_owned()),
        maybe_flag: Some(false),
        maybe_amount: Some(i64::MIN),
        maybe_at: Some(DateTime::UNIX_EPOCH),
        maybe_facts: Some(Json(Facts {
            names: Vec::new(),
            depth: None,
        })),
        maybe_raw: Some(Vec::new()),
    };
    let empty = Everything {
        id: Uuid::max(),
        label: String::new(),
        flag: false,
        amount: 0,
        at: DateTime::from_timestamp_micros(1).unwrap(),
        facts,
        raw: Vec::new(),
        maybe_id: None,
        maybe_label: None,
        maybe_flag: None,
        maybe_amount: None,
        maybe_at: None,
        maybe_facts: None,
        maybe_raw: None,
    };
    vec![full, empty]
}

on_every_engine! {
    async fn every_type_comes_back_as_it_went_in(database) {
        run(&database.db, TABLE).await.unwrap();
        for sample in samples() {
            let id = sample.id;
            let (sample, returned) = database
                .db
                .write(Arc::new(sample), |tx, row| {
                    Box::pin(async move {
                        let returned = sql!(
                            tx, one Everything, INSERT, row.id, &row.label, row.flag, row.amount, row.at, &row.facts,
                            &row.raw, row.maybe_id, &row.maybe_label, row.maybe_flag, row.maybe_amount, row.maybe_at,
                            &row.maybe_facts, row.maybe_raw.as_deref()
                        )?;
                        Ok((Arc::clone(row), returned))
                    })
                })
                .await
                .unwrap();
            assert_eq!(returned, *sample);
            let read = database
                .db
                .read(id, |tx, id| Box::pin(async move { sql!(tx, optional Everything, SELECT, id) }))
                .await
                .unwrap();
            assert_eq!(read.as_ref(), Some(&*sample));
        }
        assert_eq!(number(&database.db, "SELECT count(*) FROM everything WHERE maybe_id IS NULL").await, 1);
    }

    async fn times_sort_as_time_does(database) {
        run(&database.db, "CREATE TABLE moments (position BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL)").await.unwrap();
        // Neighbours whose text differs in length: whole seconds, milliseconds, microseconds.
        let moments: [i64; 9] = [
            -1, 0, 1, 999_999, 1_000_000, 1_500_000, 1_500_001, 1_799_999_999_999_999, 1_800_000_000_000_000,
        ];
        for (position, micros) in moments.into_iter().enumerate().rev() {
            let row = (position as i64, DateTime::from_timestamp_micros(micros).unwrap());
            database
                .db
                .write(row, |tx, (position, at)| {
                    Box::pin(async move { sql!(tx, execute, "INSERT INTO moments VALUES ($1, $2)", *position, *at) })
                })
                .await
                .unwrap();
        }
        let sorted = database
            .db
            .read((), |tx, ()| Box::pin(async move { sql!(tx, all_scalars i64, "SELECT position FROM moments ORDER BY at") }))
            .await
            .unwrap();
        assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        for (position, micros) in moments.into_iter().enumerate() {
            let earlier = database
                .db
                .read(DateTime::<Utc>::from_timestamp_micros(micros).unwrap(), |tx, at| {
                    Box::pin(async move { sql!(tx, scalar i64, "SELECT count(*) FROM moments WHERE at < $1", *at) })
                })
                .await
                .unwrap();
            assert_eq!(earlier, position as i64);
        }
    }

    async fn a_value_of_the_wrong_kind_is_corrupt_and_not_quoted(database) {
        run(&database.db, "CREATE TABLE notes (facts JSONB NOT NULL)").await.unwrap();
        run(&database.db, r#"INSERT INTO notes VALUES ('{"secret": "hunter2"}')"#).await.unwrap();
        let error = database
            .db
            .read((), |tx, ()| Box::pin(async move { sql!(tx, scalar Json<Facts>, "SELECT facts FROM notes") }))
            .await
            .unwrap_err();
        assert!(matches!(error, passgate::store::StoreError::Unreadable(_)), "{error:?}");
        assert!(!error.to_string().contains("hunter2"));
    }
}
