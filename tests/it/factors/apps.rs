//! `totp_credentials`: an app is a factor once confirmed, and each of its codes works once.

use futures_util::future::join_all;
use passgate::crypto::sealing::MasterKey;
use passgate::identity::totp::{Owner, TotpSecret};
use passgate::model::totp::TotpCredential;
use passgate::store::{cleaner, totp_credentials as apps};
use uuid::Uuid;

use super::{ADA, BOB, CALLERS, later, nodes, noon, people, unit};
use crate::harness::database::on_every_engine;

fn app(user_id: Uuid, id: u128) -> TotpCredential {
    TotpCredential {
        id: Uuid::from_u128(id),
        user_id,
        name: format!("App {id}"),
        sealed: vec![1, 2, 3],
        created_at: later(i64::try_from(id).unwrap()),
        last_used_at: None,
    }
}

const FIRST: Uuid = Uuid::from_u128(1);

on_every_engine! {
    async fn an_app_is_a_factor_once_a_code_confirmed_it(database) {
        people(&database.db, &[1, 2]).await;
        let key = MasterKey::generate();
        let owner = Owner { user_id: ADA, credential_id: FIRST };
        let sealed = TotpSecret::new(*b"12345678901234567890").seal(&key, owner).unwrap();
        let begun = TotpCredential { sealed, ..app(ADA, 1) };
        let stored = begun.clone();
        assert!(database.db.write(stored, |tx, app| Box::pin(apps::insert_unconfirmed(tx, app))).await.unwrap());
        assert!(unit!(database.db, tx => apps::list(tx, ADA)).is_empty());
        assert!(!unit!(database.db, tx => apps::spend(tx, FIRST, ADA, 1, noon())), "it is no factor");
        assert!(unit!(database.db, tx => apps::find_unconfirmed(tx, FIRST, BOB)).is_none(), "MF-07: nobody else's");
        let found = unit!(database.db, tx => apps::find_unconfirmed(tx, FIRST, ADA)).unwrap();
        assert_eq!(found, begun);
        let secret = TotpSecret::open(&key, owner, &found.sealed).unwrap();
        let now = chrono::DateTime::from_timestamp(1_111_111_109, 0).unwrap();
        let step = secret.matching_step("081804", now).unwrap();
        assert!(!unit!(database.db, tx => apps::confirm(tx, FIRST, BOB, step, now)));
        assert!(unit!(database.db, tx => apps::confirm(tx, FIRST, ADA, step, now)));
        assert!(!unit!(database.db, tx => apps::confirm(tx, FIRST, ADA, step + 1, now)), "once");
        assert_eq!(unit!(database.db, tx => apps::list(tx, ADA)).len(), 1);
        assert!(!unit!(database.db, tx => apps::spend(tx, FIRST, ADA, step, now)), "the confirming code is used up");
        assert!(unit!(database.db, tx => apps::spend(tx, FIRST, ADA, step + 1, now)));
        assert_eq!(unit!(database.db, tx => apps::list(tx, ADA))[0].last_used_at, Some(now));
    }

    async fn mf_01_of_many_with_one_code_one_gets_in(database) {
        people(&database.db, &[1]).await;
        unit!(database.db, tx => async { apps::insert_unconfirmed(tx, &app(ADA, 1)).await });
        unit!(database.db, tx => apps::confirm(tx, FIRST, ADA, 100, noon()));
        let nodes = nodes(&database);
        for step in [101, 102, 104] {
            let outcomes = join_all((0..CALLERS).map(|at| {
                nodes[at % 2].write((), move |tx, ()| Box::pin(async move { apps::spend(tx, FIRST, ADA, step, noon()).await }))
            }))
            .await;
            let won = outcomes.into_iter().filter(|outcome| *outcome.as_ref().expect("no race is an error")).count();
            assert_eq!(won, 1);
        }
        for old in [0, 100, 103, 104] {
            assert!(!unit!(database.db, tx => apps::spend(tx, FIRST, ADA, old, noon())), "step {old} is not newer");
        }
        assert!(!unit!(database.db, tx => apps::spend(tx, FIRST, BOB, 105, noon())), "another person's");
    }

    async fn one_app_is_begun_at_a_time_and_ten_are_had(database) {
        people(&database.db, &[1]).await;
        for id in 1..=10 {
            unit!(database.db, tx => async { apps::insert_unconfirmed(tx, &app(ADA, 100 + id)).await });
            assert!(unit!(database.db, tx => async { apps::insert_unconfirmed(tx, &app(ADA, id)).await }));
            let forgotten = Uuid::from_u128(100 + id);
            assert!(unit!(database.db, tx => apps::find_unconfirmed(tx, forgotten, ADA)).is_none());
            assert!(unit!(database.db, tx => apps::confirm(tx, Uuid::from_u128(id), ADA, 1, noon())));
        }
        assert!(!unit!(database.db, tx => async { apps::insert_unconfirmed(tx, &app(ADA, 11)).await }));
        let names: Vec<_> = unit!(database.db, tx => apps::list(tx, ADA)).into_iter().map(|app| app.name).collect();
        assert_eq!((names.len(), names[0].as_str(), names[9].as_str()), (10, "App 1", "App 10"));
        assert!(unit!(database.db, tx => apps::rename(tx, FIRST, ADA, "Old phone")));
        assert!(!unit!(database.db, tx => apps::rename(tx, FIRST, BOB, "Mine")));
        assert!(!unit!(database.db, tx => apps::remove(tx, FIRST, BOB)));
        assert!(unit!(database.db, tx => apps::remove(tx, FIRST, ADA)));
        assert_eq!(unit!(database.db, tx => apps::remove_all(tx, ADA)), 9);
    }

    async fn the_cleaner_takes_what_was_begun_and_left(database) {
        people(&database.db, &[1, 2]).await;
        unit!(database.db, tx => async { apps::insert_unconfirmed(tx, &app(ADA, 1)).await });
        unit!(database.db, tx => async { apps::insert_unconfirmed(tx, &app(BOB, 2)).await });
        unit!(database.db, tx => apps::confirm(tx, Uuid::from_u128(2), BOB, 1, noon()));
        assert_eq!(cleaner::clean(&database.db, later(86_400)).await.unwrap(), 0);
        assert_eq!(cleaner::clean(&database.db, later(86_402)).await.unwrap(), 1);
        assert_eq!(unit!(database.db, tx => apps::list(tx, BOB)).len(), 1);
    }
}
