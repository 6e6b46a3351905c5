//! `passkeys`: one owner for each credential, and a counter that many cannot turn back.

use futures_util::future::join_all;
use passgate::model::passkey::{Passkey, PasskeyCredential};
use passgate::store::passkeys;
use serde_json::json;
use uuid::Uuid;

use super::{ADA, BOB, CALLERS, later, nodes, noon, people, unit};
use crate::harness::database::on_every_engine;

fn passkey(user_id: Uuid, id: u8) -> Passkey {
    Passkey {
        credential_id: vec![id; 16],
        user_id,
        name: format!("Passkey {id}"),
        credential: PasskeyCredential {
            key: json!({ "kty": "EC", "alg": "ES256", "x": "AQ", "y": "Ag" }),
            synced: true,
            transports: vec!["internal".to_owned()],
        },
        sign_count: 5,
        backed_up: true,
        discoverable: true,
        created_at: later(id.into()),
        last_used_at: None,
    }
}

on_every_engine! {
    async fn a_passkey_comes_back_as_it_was_with_its_person(database) {
        people(&database.db, &[1, 2]).await;
        assert!(unit!(database.db, tx => async { passkeys::insert(tx, &passkey(ADA, 2)).await }));
        assert!(unit!(database.db, tx => async { passkeys::insert(tx, &passkey(ADA, 1)).await }));
        assert!(unit!(database.db, tx => async { passkeys::insert(tx, &passkey(BOB, 3)).await }));
        let listed = unit!(database.db, tx => passkeys::list(tx, ADA));
        assert_eq!(listed, [passkey(ADA, 1), passkey(ADA, 2)], "oldest first");
        let (found, user) = unit!(database.db, tx => passkeys::find(tx, &[3; 16])).unwrap();
        assert_eq!((found, user.id), (passkey(BOB, 3), BOB));
        assert!(unit!(database.db, tx => passkeys::find(tx, &[4; 16])).is_none());
    }

    async fn a_credential_has_one_owner(database) {
        people(&database.db, &[1, 2]).await;
        let nodes = nodes(&database);
        let outcomes = join_all((0..CALLERS).map(|at| {
            let owner = if at % 3 == 0 { ADA } else { BOB };
            nodes[at % 2].write((), move |tx, ()| Box::pin(async move { passkeys::insert(tx, &passkey(owner, 7)).await }))
        }))
        .await;
        let won = outcomes.into_iter().filter(|outcome| *outcome.as_ref().expect("no race is an error")).count();
        assert_eq!(won, 1);
    }

    async fn a_person_has_twenty_at_most(database) {
        people(&database.db, &[1, 2]).await;
        for id in 0..=passkeys::LIMIT {
            let id_byte = u8::try_from(id).unwrap();
            let stored = unit!(database.db, tx => async { passkeys::insert(tx, &passkey(ADA, id_byte)).await });
            assert_eq!(stored, id < passkeys::LIMIT, "number {}", id + 1);
        }
        assert!(unit!(database.db, tx => async { passkeys::insert(tx, &passkey(BOB, 200)).await }), "others are not concerned");
    }

    async fn mf_12_a_use_is_noted_when_the_counter_advanced(database) {
        people(&database.db, &[1, 2]).await;
        unit!(database.db, tx => async { passkeys::insert(tx, &passkey(ADA, 1)).await });
        for (count, expected) in [(5, false), (4, false), (0, false), (6, true), (6, false), (7, true)] {
            let noted = unit!(database.db, tx => passkeys::note_use(tx, &[1; 16], ADA, count, false, later(count)));
            assert_eq!(noted, expected, "{count}");
        }
        assert!(!unit!(database.db, tx => passkeys::note_use(tx, &[1; 16], BOB, 9, true, noon())), "another person's");
        assert!(!unit!(database.db, tx => passkeys::note_use(tx, &[9; 16], ADA, 9, true, noon())), "none");
        let used = unit!(database.db, tx => passkeys::list(tx, ADA)).remove(0);
        assert_eq!((used.sign_count, used.backed_up, used.last_used_at), (7, false, Some(later(7))));
    }

    async fn an_authenticator_that_does_not_count_stays_at_zero(database) {
        people(&database.db, &[1]).await;
        unit!(database.db, tx => async { passkeys::insert(tx, &Passkey { sign_count: 0, ..passkey(ADA, 1) }).await });
        for _ in 0..2 {
            assert!(unit!(database.db, tx => passkeys::note_use(tx, &[1; 16], ADA, 0, true, noon())));
        }
        assert!(unit!(database.db, tx => passkeys::note_use(tx, &[1; 16], ADA, 1, true, noon())), "it begins to");
        assert!(!unit!(database.db, tx => passkeys::note_use(tx, &[1; 16], ADA, 0, true, noon())), "and cannot stop");
    }

    async fn mf_12_of_many_uses_with_one_count_one_counts(database) {
        people(&database.db, &[1]).await;
        unit!(database.db, tx => async { passkeys::insert(tx, &passkey(ADA, 1)).await });
        let nodes = nodes(&database);
        let outcomes = join_all((0..CALLERS).map(|at| {
            nodes[at % 2].write((), |tx, ()| {
                Box::pin(async move { passkeys::note_use(tx, &[1; 16], ADA, 6, true, noon()).await })
            })
        }))
        .await;
        let won = outcomes.into_iter().filter(|outcome| *outcome.as_ref().expect("no race is an error")).count();
        assert_eq!(won, 1);
    }

    async fn only_its_person_renames_and_removes_it(database) {
        people(&database.db, &[1, 2]).await;
        for id in [1, 2, 3] {
            unit!(database.db, tx => async { passkeys::insert(tx, &passkey(ADA, id)).await });
        }
        assert!(!unit!(database.db, tx => passkeys::rename(tx, &[1; 16], BOB, "Mine")));
        assert!(!unit!(database.db, tx => passkeys::remove(tx, &[1; 16], BOB)));
        assert!(unit!(database.db, tx => passkeys::rename(tx, &[1; 16], ADA, "Blue key")));
        assert_eq!(unit!(database.db, tx => passkeys::list(tx, ADA))[0].name, "Blue key");
        assert!(unit!(database.db, tx => passkeys::remove(tx, &[1; 16], ADA)));
        assert!(!unit!(database.db, tx => passkeys::remove(tx, &[1; 16], ADA)));
        assert_eq!(unit!(database.db, tx => passkeys::remove_all(tx, ADA)), 2);
    }
}
