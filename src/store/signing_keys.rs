//! `signing_keys`: private keys, sealed under the master key.

use super::{StoreError, Tx};
use crate::crypto::keyset::KeyState;
use crate::model::Timestamp;
use crate::model::alg::SigningAlg;

statements! {
    LIST = "SELECT kid, alg, state, sealed, created_at, activated_at, retired_at FROM signing_keys ORDER BY created_at, kid";
    INSERT = "INSERT INTO signing_keys (kid, alg, state, sealed, created_at, activated_at) VALUES ($1, $2, $3, $4, $5, $6)";
    RETIRE_ACTIVE = "UPDATE signing_keys SET state = 'retired', retired_at = $2 WHERE alg = $1 AND state = 'active'";
    ACTIVATE_NEXT = "UPDATE signing_keys SET state = 'active', activated_at = $2 WHERE alg = $1 AND state = 'next'";
    DELETE_RETIRED = "DELETE FROM signing_keys WHERE state = 'retired' AND retired_at < $1";
    VERSION = "SELECT COUNT(*), MAX(created_at) FROM signing_keys";
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    kid: String,
    alg: String,
    state: String,
    sealed: Vec<u8>,
    created_at: Timestamp,
    activated_at: Option<Timestamp>,
    retired_at: Option<Timestamp>,
}

/// A stored key.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// Its name.
    pub kid: String,
    /// Its algorithm.
    pub alg: SigningAlg,
    /// Where it is in its life.
    pub state: KeyState,
    /// The private half in PKCS#8 form, sealed.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it signs or signed.
    pub activated_at: Option<Timestamp>,
    /// Since when it signs no more.
    pub retired_at: Option<Timestamp>,
}

/// Every key, oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<StoredKey>, StoreError> {
    sql!(tx, all KeyRow, LIST)?
        .into_iter()
        .map(|row| {
            Ok(StoredKey {
                alg: SigningAlg::parse(&row.alg).ok_or(StoreError::Corrupt("signing key"))?,
                state: KeyState::parse(&row.state).ok_or(StoreError::Corrupt("signing key"))?,
                kid: row.kid,
                sealed: row.sealed,
                created_at: row.created_at,
                activated_at: row.activated_at,
                retired_at: row.retired_at,
            })
        })
        .collect()
}

/// Stores a key; [`StoreError::Conflict`] when another node was faster with the same state and algorithm.
pub async fn insert(tx: &mut Tx, key: &StoredKey) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        &key.kid,
        key.alg.as_str(),
        key.state.as_str(),
        &key.sealed,
        key.created_at,
        key.activated_at
    )
    .map(drop)
}

/// The active key of an algorithm signs no more, the next one signs. False when there was no next one.
pub async fn promote(tx: &mut Tx, alg: SigningAlg, now: Timestamp) -> Result<bool, StoreError> {
    sql!(tx, execute, RETIRE_ACTIVE, alg.as_str(), now)?;
    Ok(sql!(tx, execute, ACTIVATE_NEXT, alg.as_str(), now)? == 1)
}

/// Removes keys that have been retired since before a moment.
pub async fn delete_retired(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    sql!(tx, execute, DELETE_RETIRED, before)
}

/// Changes whenever a key is added or removed: what nodes ask every second to notice a rotation.
pub async fn version(tx: &mut Tx) -> Result<(i64, Option<Timestamp>), StoreError> {
    sql!(tx, one(i64, Option<Timestamp>), VERSION)
}
