//! Signing keys: making the first ones, loading them, rotating them, noticing that another node did.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use serde_json::Value;

use super::Fault;
use crate::crypto::keys::SigningKey;
use crate::crypto::keyset::{KeyEntry, KeySet, KeyState};
use crate::crypto::sealing::MasterKey;
use crate::model::Timestamp;
use crate::model::alg::SigningAlg;
use crate::model::audit::{AuditKind, Changes, Origin};
use crate::model::client::{AccessTokenTyp, LONGEST_ACCESS_TOKEN};
use crate::state::State;
use crate::store::signing_keys::{self, StoredKey};
use crate::store::{Db, StoreError, audit, installation};

const PURPOSE: &str = "signing key";
const CHECK: &[u8] = b"passgate";

/// Header types of the tokens that we issue: ID tokens have none.
const TYPES: [Option<&str>; 3] = [
    Some(AccessTokenTyp::AtJwt.as_str()),
    Some(AccessTokenTyp::Jwt.as_str()),
    None,
];

/// How often nodes ask whether keys were rotated.
const WATCH: Duration = Duration::from_secs(1);

/// Proves that the master key is the one that this database was sealed under; a new database takes it.
pub async fn check_master_key(db: &Db, master_key: &MasterKey) -> Result<(), Fault> {
    let kept = match kept_check(db).await? {
        Some(kept) => kept,
        None => {
            let sealed = master_key
                .seal("check", CHECK)
                .map_err(|error| Fault::Internal(error.to_string()))?;
            db.write(STANDARD.encode(sealed), |tx, sealed| {
                Box::pin(installation::keep(tx, installation::MASTER_KEY_CHECK, sealed))
            })
            .await?
        }
    };
    match opens(master_key, &kept) {
        true => Ok(()),
        false => Err(Fault::Internal(
            "this database was sealed under another master key: restore the right keys folder or PASSGATE_MASTER_KEY"
                .into(),
        )),
    }
}

/// Whether the master key is the right one; `None` when the database has never been sealed under any. Changes nothing.
pub async fn master_key_fits(db: &Db, master_key: &MasterKey) -> Result<Option<bool>, Fault> {
    Ok(kept_check(db).await?.map(|kept| opens(master_key, &kept)))
}

/// Opens every stored private key, or fails at the first that the master key does not open.
pub async fn open_all(db: &Db, master_key: &MasterKey) -> Result<(), Fault> {
    let stored = db.read((), |tx, ()| Box::pin(signing_keys::list(tx))).await?;
    assemble(master_key, stored).map(drop)
}

async fn kept_check(db: &Db) -> Result<Option<String>, Fault> {
    let kept = db.read((), |tx, ()| {
        Box::pin(installation::find(tx, installation::MASTER_KEY_CHECK))
    });
    Ok(kept.await?)
}

fn opens(master_key: &MasterKey, kept: &str) -> bool {
    let sealed = STANDARD.decode(kept).unwrap_or_default();
    master_key.open("check", &sealed).is_ok_and(|text| text == CHECK)
}

/// Loads the keys; makes an active and a next one for every algorithm that has none. Several nodes may do so at once:
/// the database admits one of each.
pub async fn load_or_create(db: &Db, master_key: &MasterKey, now: Timestamp) -> Result<KeySet, Fault> {
    let stored = db.read((), |tx, ()| Box::pin(signing_keys::list(tx))).await?;
    let missing: Vec<_> = SigningAlg::ALL
        .into_iter()
        .flat_map(|alg| [KeyState::Active, KeyState::Next].map(|state| (alg, state)))
        .filter(|(alg, state)| !stored.iter().any(|key| key.alg == *alg && key.state == *state))
        .collect();
    if missing.is_empty() {
        return assemble(master_key, stored);
    }
    for (alg, state) in missing {
        let key = make(master_key, alg, state, now).await?;
        match db
            .write_one(key, |tx, key| Box::pin(signing_keys::insert(tx, key)))
            .await
        {
            // Another node was faster.
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let stored = db.read((), |tx, ()| Box::pin(signing_keys::list(tx))).await?;
    assemble(master_key, stored)
}

/// What a rotation did, for each algorithm.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Rotation {
    /// The algorithm.
    pub alg: SigningAlg,
    /// The key that signs now.
    pub active: String,
    /// The key that will sign after the next rotation; published already.
    pub next: String,
}

/// Rotates: the next key signs, a new next key is published, the former one goes on verifying. Keys that have been
/// retired for longer than any token lives are removed.
pub async fn rotate(state: &State, origin: &Origin) -> Result<Vec<Rotation>, Fault> {
    let now = state.clock.now();
    let longest = i64::from(LONGEST_ACCESS_TOKEN.max(state.settings.tokens.id_token_seconds));
    // ID tokens come back as hints long after they expired; a week is kind to those parties.
    let removed_before = now - TimeDelta::seconds(longest) - TimeDelta::days(7);
    let mut fresh = Vec::new();
    for alg in SigningAlg::ALL {
        fresh.push(make(&state.master_key, alg, KeyState::Next, now).await?);
    }
    state
        .db
        .write((fresh, origin.clone()), move |tx, (fresh, origin)| {
            Box::pin(async move {
                let before = states(&signing_keys::list(tx).await?);
                for key in fresh {
                    signing_keys::promote(tx, key.alg, now).await?;
                    signing_keys::insert(tx, key).await?;
                }
                signing_keys::delete_retired(tx, removed_before).await?;
                let after = states(&signing_keys::list(tx).await?);
                let details = Changes::between(&before, &after).into_details();
                audit::record(tx, AuditKind::KeysRotated, origin, "signing_keys", details, now).await
            })
        })
        .await?;
    reload(state).await?;
    let keys = state.keys();
    let kid = |alg, wanted: KeyState| {
        let found = keys
            .entries()
            .iter()
            .find(|entry| entry.key.alg() == alg && entry.state == wanted);
        found.map(|entry| entry.key.kid().to_owned()).unwrap_or_default()
    };
    let rotated = |alg| Rotation {
        alg,
        active: kid(alg, KeyState::Active),
        next: kid(alg, KeyState::Next),
    };
    Ok(SigningAlg::ALL.into_iter().map(rotated).collect())
}

/// The state of each key, by its name.
fn states(keys: &[StoredKey]) -> Value {
    let state = |key: &StoredKey| (key.kid.clone(), Value::from(key.state.as_str()));
    Value::Object(keys.iter().map(state).collect())
}

/// The stored keys without their private halves, oldest first.
pub async fn list(state: &State) -> Result<Vec<StoredKey>, Fault> {
    Ok(state.db.read((), |tx, ()| Box::pin(signing_keys::list(tx))).await?)
}

/// Takes the keys from the database anew.
pub async fn reload(state: &State) -> Result<(), Fault> {
    let _alone = state.reloading_keys.lock().await;
    let stored = list(state).await?;
    state.set_keys(assemble(&state.master_key, stored)?);
    Ok(())
}

/// Notices rotations by other nodes and by the command line, until the database is closed.
pub fn watch(state: &Arc<State>) {
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(async move {
        let mut known = None;
        loop {
            tokio::time::sleep(WATCH).await;
            let Some(state) = state.upgrade() else { return };
            let Ok(version) = state.db.read((), |tx, ()| Box::pin(signing_keys::version(tx))).await else {
                continue;
            };
            if known == Some(version) {
                continue;
            }
            // The first round always loads: the keys may have been rotated since they were loaded at the start.
            match reload(&state).await {
                Ok(()) => known = Some(version),
                Err(error) => tracing::error!(%error, "the signing keys could not be reloaded"),
            }
        }
    });
}

async fn make(master_key: &MasterKey, alg: SigningAlg, state: KeyState, now: Timestamp) -> Result<StoredKey, Fault> {
    // Making an RSA key takes tenths of a second of a core.
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(alg)).await;
    let der = made.map_err(|error| Fault::Internal(error.to_string()))??;
    let key = SigningKey::from_pkcs8(alg, &der)?;
    Ok(StoredKey {
        kid: key.kid().to_owned(),
        alg,
        state,
        sealed: master_key
            .seal(PURPOSE, &der)
            .map_err(|error| Fault::Internal(error.to_string()))?,
        created_at: now,
        activated_at: (state == KeyState::Active).then_some(now),
        retired_at: None,
    })
}

fn assemble(master_key: &MasterKey, stored: Vec<StoredKey>) -> Result<KeySet, Fault> {
    let entries = stored.into_iter().map(|row| {
        let der = master_key
            .open(PURPOSE, &row.sealed)
            .map_err(|error| Fault::Internal(error.to_string()))?;
        Ok(KeyEntry {
            key: Arc::new(SigningKey::from_pkcs8(row.alg, &der)?),
            state: row.state,
        })
    });
    Ok(KeySet::new(entries.collect::<Result<_, Fault>>()?, &TYPES))
}
