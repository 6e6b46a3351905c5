//! `recovery_codes`: ten, each once, void when new ones are made.

use futures_util::future::join_all;
use passgate::crypto::random;
use passgate::identity::recovery_codes::{self as codes, RecoveryKey};
use passgate::model::secret::{Digest, Secret};
use passgate::store::{Db, recovery_codes};
use uuid::Uuid;

use super::{ADA, BOB, CALLERS, later, nodes, noon, people, unit};
use crate::harness::database::on_every_engine;

fn key() -> RecoveryKey {
    RecoveryKey::new([7; 32])
}

/// Gives a person new codes, and tells them.
async fn give(db: &Db, user_id: Uuid) -> Vec<Secret> {
    let written: Vec<Secret> = (0..codes::COUNT).map(|_| codes::code(&random::bytes())).collect();
    let digests: Vec<Digest> = written
        .iter()
        .map(|code| key().digest(user_id, code.expose()).unwrap())
        .collect();
    db.write(digests, move |tx, digests| {
        Box::pin(recovery_codes::replace_all(tx, user_id, digests, noon()))
    })
    .await
    .unwrap();
    written
}

async fn spend(db: &Db, user_id: Uuid, code: &str) -> bool {
    let Some(digest) = key().digest(user_id, code) else {
        return false;
    };
    unit!(db, tx => recovery_codes::spend(tx, user_id, &digest, noon()))
}

on_every_engine! {
    async fn mf_04_a_code_is_spent_once(database) {
        people(&database.db, &[1, 2]).await;
        let written = give(&database.db, ADA).await;
        assert_eq!(unit!(database.db, tx => recovery_codes::count_left(tx, ADA, noon())), 10);
        assert!(!spend(&database.db, BOB, written[0].expose()).await, "another person's code");
        let digest = key().digest(ADA, written[0].expose()).unwrap();
        assert!(unit!(database.db, tx => recovery_codes::is_unused(tx, ADA, &digest, noon())));
        assert!(!unit!(database.db, tx => recovery_codes::is_unused(tx, BOB, &digest, noon())));
        assert!(spend(&database.db, ADA, &written[0].expose().to_uppercase()).await);
        assert!(!spend(&database.db, ADA, written[0].expose()).await);
        assert!(!unit!(database.db, tx => recovery_codes::is_unused(tx, ADA, &digest, noon())));
        assert!(!spend(&database.db, ADA, "00000-00000-00000").await);
        assert_eq!(unit!(database.db, tx => recovery_codes::count_left(tx, ADA, noon())), 9);
        assert_eq!(unit!(database.db, tx => recovery_codes::count_left(tx, BOB, noon())), 0);
    }

    async fn mf_04_of_many_with_one_code_one_gets_in(database) {
        people(&database.db, &[1]).await;
        let written = give(&database.db, ADA).await;
        let nodes = nodes(&database);
        for code in &written[..3] {
            let outcomes = join_all((0..CALLERS).map(|at| spend(&nodes[at % 2], ADA, code.expose()))).await;
            assert_eq!(outcomes.into_iter().filter(|won| *won).count(), 1);
        }
        assert_eq!(unit!(database.db, tx => recovery_codes::count_left(tx, ADA, noon())), 7);
    }

    async fn new_codes_void_the_old_ones(database) {
        people(&database.db, &[1, 2]).await;
        let (old, bobs) = (give(&database.db, ADA).await, give(&database.db, BOB).await);
        assert!(spend(&database.db, ADA, old[0].expose()).await);
        let new = give(&database.db, ADA).await;
        assert_eq!(unit!(database.db, tx => recovery_codes::count_left(tx, ADA, noon())), 10);
        assert!(!spend(&database.db, ADA, old[1].expose()).await);
        assert!(spend(&database.db, ADA, new[1].expose()).await);
        assert!(spend(&database.db, BOB, bobs[0].expose()).await, "others keep theirs");
        assert_eq!(unit!(database.db, tx => recovery_codes::remove_all(tx, ADA)), 10);
        assert!(!spend(&database.db, ADA, new[2].expose()).await);
    }

    async fn codes_do_not_last_for_ever(database) {
        people(&database.db, &[1]).await;
        let written = give(&database.db, ADA).await;
        let end = later(3650 * 86_400);
        assert_eq!(unit!(database.db, tx => recovery_codes::count_left(tx, ADA, end)), 0);
        let digest = key().digest(ADA, written[0].expose()).unwrap();
        assert!(!unit!(database.db, tx => recovery_codes::spend(tx, ADA, &digest, end)));
    }
}
