//! `challenges`: five tries, an end, one use, one owner.

use futures_util::future::join_all;
use passgate::model::Timestamp;
use passgate::model::secret::Digest;
use passgate::store::challenges::{self, MAX_ATTEMPTS, NewChallenge, Purpose};
use passgate::store::{Db, cleaner};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CALLERS, later, nodes, noon, unit};
use crate::harness::database::on_every_engine;

const FIRST: Uuid = Uuid::from_u128(1);

fn code() -> Digest {
    Digest::from_bytes([7; 32])
}

async fn send(db: &Db, id: u128, owner: &'static str, recipient: &'static str, now: Timestamp) {
    unit!(db, tx => async {
        let payload = json!({ "number": id.to_string() });
        let new = NewChallenge {
            id: Uuid::from_u128(id),
            owner,
            purpose: Purpose::Mail,
            recipient_key: recipient,
            digest: Some(code()),
            payload: &payload,
            now,
            expires_at: now + chrono::Duration::minutes(10),
        };
        challenges::insert(tx, &new).await
    });
}

async fn attempt(db: &Db, id: Uuid, owner: &'static str, purpose: Purpose, now: Timestamp) -> Option<i64> {
    let attempt = unit!(db, tx => challenges::attempt(tx, id, owner, purpose, now))?;
    assert_eq!(attempt.digest, Some(code()));
    assert_eq!(attempt.payload["number"], id.as_u128().to_string());
    Some(attempt.left)
}

async fn peek(db: &Db, owner: &'static str, purpose: Purpose, now: Timestamp) -> Option<Value> {
    unit!(db, tx => challenges::peek(tx, FIRST, owner, purpose, now))
}

async fn consume(db: &Db, id: Uuid, owner: &'static str, now: Timestamp) -> Option<Value> {
    unit!(db, tx => challenges::consume(tx, id, owner, Purpose::Mail, now))
}

on_every_engine! {
    async fn a_challenge_is_tried_five_times(database) {
        let db = &database.db;
        send(db, 1, "journey", "ada@x.test", noon()).await;
        for left in (0..MAX_ATTEMPTS).rev() {
            assert_eq!(attempt(db, FIRST, "journey", Purpose::Mail, noon()).await, Some(left));
        }
        assert_eq!(attempt(db, FIRST, "journey", Purpose::Mail, noon()).await, None, "not even the right answer helps");
    }

    async fn mf_03_many_tries_at_once_are_five(database) {
        send(&database.db, 1, "journey", "ada@x.test", noon()).await;
        let nodes = nodes(&database);
        let tries = join_all((0..CALLERS).map(|at| attempt(&nodes[at % 2], FIRST, "journey", Purpose::Mail, noon()))).await;
        let mut left: Vec<i64> = tries.into_iter().flatten().collect();
        left.sort_unstable();
        assert_eq!(left, [0, 1, 2, 3, 4]);
    }

    async fn mf_11_of_many_answers_one_counts(database) {
        send(&database.db, 1, "journey", "ada@x.test", noon()).await;
        let nodes = nodes(&database);
        let answers = join_all((0..CALLERS).map(|at| consume(&nodes[at % 2], FIRST, "journey", noon()))).await;
        assert_eq!(answers.into_iter().flatten().collect::<Vec<_>>(), [json!({ "number": "1" })]);
        assert_eq!(attempt(&database.db, FIRST, "journey", Purpose::Mail, noon()).await, None, "it is used up");
    }

    async fn mf_11_what_is_over_is_over(database) {
        let db = &database.db;
        send(db, 1, "journey", "ada@x.test", noon()).await;
        assert_eq!(attempt(db, FIRST, "journey", Purpose::Mail, later(599)).await, Some(4));
        assert_eq!(attempt(db, FIRST, "journey", Purpose::Mail, later(600)).await, None);
        assert_eq!(consume(db, FIRST, "journey", later(600)).await, None);
        assert!(consume(db, FIRST, "journey", later(599)).await.is_some());
    }

    async fn a_page_may_look_as_often_as_it_likes_while_it_is_alive(database) {
        let db = &database.db;
        send(db, 1, "journey", "ada@x.test", noon()).await;
        for _ in 0..MAX_ATTEMPTS + 1 {
            assert_eq!(peek(db, "journey", Purpose::Mail, later(599)).await, Some(json!({ "number": "1" })));
        }
        assert_eq!(peek(db, "other", Purpose::Mail, noon()).await, None);
        assert_eq!(peek(db, "journey", Purpose::Text, noon()).await, None);
        assert_eq!(peek(db, "journey", Purpose::Mail, later(600)).await, None, "over");
        assert_eq!(attempt(db, FIRST, "journey", Purpose::Mail, noon()).await, Some(4), "looking is no try");
        consume(db, FIRST, "journey", noon()).await;
        assert_eq!(peek(db, "journey", Purpose::Mail, noon()).await, None, "used up");
    }

    async fn another_owner_or_purpose_gets_nothing_and_spoils_nothing(database) {
        let db = &database.db;
        send(db, 1, "journey", "ada@x.test", noon()).await;
        for _ in 0..MAX_ATTEMPTS + 1 {
            assert_eq!(attempt(db, FIRST, "other", Purpose::Mail, noon()).await, None);
            assert_eq!(attempt(db, FIRST, "journey", Purpose::Text, noon()).await, None);
        }
        assert_eq!(consume(db, FIRST, "other", noon()).await, None);
        assert_eq!(unit!(db, tx => challenges::consume(tx, FIRST, "journey", Purpose::UsePasskey, noon())), None);
        assert_eq!(attempt(db, FIRST, "journey", Purpose::Mail, noon()).await, Some(4));
        assert!(consume(db, FIRST, "journey", noon()).await.is_some());
    }

    async fn mf_09_another_code_ends_the_one_before_and_both_were_sent(database) {
        let db = &database.db;
        send(db, 1, "journey", "ada@x.test", noon()).await;
        unit!(db, tx => challenges::retire_of_owner(tx, "journey", Purpose::Mail, later(1)));
        send(db, 2, "journey", "ada@x.test", later(1)).await;
        send(db, 3, "elsewhere", "ada@x.test", later(2)).await;
        send(db, 4, "journey", "bob@x.test", later(3)).await;
        assert_eq!(attempt(db, FIRST, "journey", Purpose::Mail, later(1)).await, None);
        assert_eq!(attempt(db, Uuid::from_u128(2), "journey", Purpose::Mail, later(1)).await, Some(4));
        let latest = unit!(db, tx => challenges::latest(tx, "journey", Purpose::Mail, later(3))).unwrap();
        assert_eq!((latest.id, latest.created_at, latest.expires_at), (Uuid::from_u128(4), later(3), later(603)));
        assert_eq!(unit!(db, tx => challenges::latest(tx, "journey", Purpose::Text, later(3))), None);
        let sent = unit!(db, tx => challenges::count_sent(tx, "ada@x.test", later(-1)));
        assert_eq!(sent, 3, "those that are over and those of other journeys too");
        assert_eq!(unit!(db, tx => challenges::count_sent(tx, "ada@x.test", noon())), 2, "after that moment");
        unit!(db, tx => challenges::retire_of_recipient(tx, "ada@x.test", Purpose::Mail, later(4)));
        assert_eq!(consume(db, Uuid::from_u128(3), "elsewhere", later(4)).await, None);
        assert!(consume(db, Uuid::from_u128(4), "journey", later(4)).await.is_some(), "another recipient");
    }

    async fn a_signature_is_asked_for_without_a_code(database) {
        let db = &database.db;
        unit!(db, tx => async {
            let state = json!({ "challenge": "x" });
            let new = NewChallenge {
                id: FIRST,
                owner: "journey",
                purpose: Purpose::UsePasskey,
                recipient_key: "",
                digest: None,
                payload: &state,
                now: noon(),
                expires_at: later(300),
            };
            challenges::insert(tx, &new).await
        });
        let tried = unit!(db, tx => challenges::attempt(tx, FIRST, "journey", Purpose::UsePasskey, noon())).unwrap();
        assert_eq!((tried.digest, tried.left), (None, 4));
        let state = unit!(db, tx => challenges::consume(tx, FIRST, "journey", Purpose::UsePasskey, noon()));
        assert_eq!(state, Some(json!({ "challenge": "x" })));
    }

    async fn the_cleaner_takes_them_a_day_after_their_end(database) {
        let db = &database.db;
        send(db, 1, "journey", "ada@x.test", noon()).await;
        assert_eq!(cleaner::clean(db, later(600 + 86_400)).await.unwrap(), 0);
        assert_eq!(cleaner::clean(db, later(601 + 86_400)).await.unwrap(), 1);
    }
}
