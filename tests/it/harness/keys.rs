//! The signing keys of the servers that run inside of the tests. Making a set takes longer than most tests, so one set serves
//! them all; installations that are started as programs make their own.

use std::path::Path;
use std::sync::OnceLock;

use passgate::crypto::sealing::MasterKey;
use passgate::flow::keys;
use passgate::model::Timestamp;
use passgate::store::signing_keys::{self, StoredKey};
use passgate::store::{Db, Engine, StoreError};

use super::database;

struct Set {
    master_key: MasterKey,
    signing_keys: Vec<StoredKey>,
}

async fn set(now: Timestamp) -> &'static Set {
    static SET: OnceLock<Set> = OnceLock::new();
    if let Some(set) = SET.get() {
        return set;
    }
    let master_key = MasterKey::generate();
    let database = database::fresh(Engine::Sqlite).expect("SQLite is always there");
    keys::load_or_create(&database.db, &master_key, now).await.unwrap();
    let listed = database.db.read((), |tx, ()| Box::pin(signing_keys::list(tx)));
    let signing_keys = listed.await.unwrap();
    // Where two were made at once, the first one stays.
    SET.get_or_init(|| Set {
        master_key,
        signing_keys,
    })
}

/// Gives an installation that has never been started the keys of all: the master key into its folder, the signing keys into
/// its migrated database.
pub async fn install(db: &Db, folder: &Path, now: Timestamp) {
    let file = folder.join("master.key");
    if file.exists() {
        return;
    }
    // One that is empty altogether makes everything by itself: that is what its test is about.
    if db.read((), |tx, ()| Box::pin(signing_keys::list(tx))).await.is_err() {
        return;
    }
    let set = set(now).await;
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(file, set.master_key.to_text()).unwrap();
    for key in &set.signing_keys {
        let mut key = key.clone();
        key.created_at = now;
        key.activated_at = key.activated_at.map(|_| now);
        let kept = db
            .write_one(key, |tx, key| Box::pin(signing_keys::insert(tx, key)))
            .await;
        // Another node of the same installation was faster.
        assert!(matches!(kept, Ok(()) | Err(StoreError::Conflict)), "{kept:?}");
    }
}
