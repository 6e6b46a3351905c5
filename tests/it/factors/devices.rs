//! `devices`: who is new, who is trusted, and for how long.

use futures_util::future::join_all;
use passgate::model::Timestamp;
use passgate::model::device::Seen;
use passgate::model::secret::Digest;
use passgate::store::{Db, cleaner, devices};
use uuid::Uuid;

use super::{ADA, BOB, CALLERS, later, nodes, noon, people, unit};
use crate::harness::database::on_every_engine;

fn cookie(number: u8) -> Digest {
    Digest::from_bytes([number; 32])
}

async fn sign_in(db: &Db, user_id: Uuid, device: Digest, now: Timestamp) -> Seen {
    unit!(db, tx => devices::note_sign_in(tx, user_id, &device, "Firefox", "192.0.2.1", now))
}

on_every_engine! {
    async fn a_device_is_new_once_and_the_first_one_is_no_alarm(database) {
        people(&database.db, &[1, 2]).await;
        let db = &database.db;
        assert_eq!(sign_in(db, ADA, cookie(1), noon()).await, Seen::First);
        assert_eq!(sign_in(db, ADA, cookie(1), noon()).await, Seen::Known, "in the same moment too");
        assert_eq!(sign_in(db, ADA, cookie(2), noon()).await, Seen::New);
        assert_eq!(sign_in(db, ADA, cookie(2), later(9)).await, Seen::Known);
        assert_eq!(sign_in(db, BOB, cookie(1), noon()).await, Seen::First, "a device that two share is new to each");
        let listed = unit!(db, tx => devices::list(tx, ADA));
        assert_eq!(listed.iter().map(|device| device.digest).collect::<Vec<_>>(), [cookie(2), cookie(1)]);
        assert_eq!((listed[0].first_seen_at, listed[0].last_seen_at), (noon(), later(9)));
        assert_eq!((listed[0].user_agent.as_str(), listed[0].address.as_str()), ("Firefox", "192.0.2.1"));
    }

    async fn of_many_first_sign_ins_one_is_told_that_it_was(database) {
        people(&database.db, &[1]).await;
        let nodes = nodes(&database);
        sign_in(&nodes[0], ADA, cookie(9), noon()).await;
        let seen = join_all((0..CALLERS).map(|at| sign_in(&nodes[at % 2], ADA, cookie(1), noon()))).await;
        assert_eq!(seen.iter().filter(|seen| **seen == Seen::New).count(), 1);
        assert_eq!(seen.iter().filter(|seen| **seen == Seen::Known).count(), CALLERS - 1);
    }

    async fn mf_13_trust_is_of_one_person_on_one_device_for_a_time(database) {
        people(&database.db, &[1, 2]).await;
        let db = &database.db;
        for (user_id, device) in [(ADA, 1), (ADA, 2), (BOB, 1)] {
            sign_in(db, user_id, cookie(device), noon()).await;
        }
        assert!(!unit!(db, tx => devices::is_trusted(tx, ADA, &cookie(1), noon())), "nobody said so");
        assert!(unit!(db, tx => devices::trust(tx, ADA, &cookie(1), later(60))));
        assert!(unit!(db, tx => devices::is_trusted(tx, ADA, &cookie(1), later(59))));
        assert!(!unit!(db, tx => devices::is_trusted(tx, ADA, &cookie(1), later(60))), "over");
        assert!(!unit!(db, tx => devices::is_trusted(tx, BOB, &cookie(1), noon())), "the same cookie, another person");
        assert!(!unit!(db, tx => devices::is_trusted(tx, ADA, &cookie(2), noon())), "another browser");
        assert!(!unit!(db, tx => devices::trust(tx, ADA, &cookie(3), later(60))), "one that never signed in");
        assert_eq!(sign_in(db, ADA, cookie(1), later(1)).await, Seen::Known);
        assert!(unit!(db, tx => devices::is_trusted(tx, ADA, &cookie(1), later(2))), "a sign-in changes no trust");
        unit!(db, tx => devices::trust(tx, BOB, &cookie(1), later(60)));
        assert_eq!(unit!(db, tx => devices::distrust_all(tx, ADA)), 1);
        assert!(!unit!(db, tx => devices::is_trusted(tx, ADA, &cookie(1), later(2))), "after another password");
        assert!(unit!(db, tx => devices::is_trusted(tx, BOB, &cookie(1), later(2))));
        assert_eq!(sign_in(db, ADA, cookie(1), later(3)).await, Seen::Known, "it stays known");
    }

    async fn a_device_that_was_forgotten_is_new_again(database) {
        people(&database.db, &[1, 2]).await;
        let db = &database.db;
        sign_in(db, ADA, cookie(1), noon()).await;
        sign_in(db, ADA, cookie(2), noon()).await;
        unit!(db, tx => devices::trust(tx, ADA, &cookie(1), later(600)));
        assert!(!unit!(db, tx => devices::forget(tx, BOB, &cookie(1))));
        assert!(unit!(db, tx => devices::forget(tx, ADA, &cookie(1))));
        assert!(!unit!(db, tx => devices::forget(tx, ADA, &cookie(1))));
        assert_eq!(sign_in(db, ADA, cookie(1), noon()).await, Seen::New);
        assert!(!unit!(db, tx => devices::is_trusted(tx, ADA, &cookie(1), noon())), "and not trusted");
    }

    async fn fifty_are_remembered_and_none_for_longer_than_a_year(database) {
        people(&database.db, &[1, 2]).await;
        let db = &database.db;
        sign_in(db, BOB, cookie(200), noon()).await;
        for number in 0..=50 {
            sign_in(db, ADA, cookie(number), later(number.into())).await;
        }
        let kept = unit!(db, tx => devices::list(tx, ADA));
        assert_eq!(kept.len(), 50);
        assert!(kept.iter().all(|device| device.digest != cookie(0)), "the oldest went");
        assert_eq!(unit!(db, tx => devices::list(tx, BOB)).len(), 1);
        let year = 365 * 86_400;
        assert_eq!(cleaner::clean(db, later(year + 11)).await.unwrap(), 11, "ten of Ada's and Bob's");
        assert_eq!(unit!(db, tx => devices::list(tx, ADA)).len(), 40);
    }
}
