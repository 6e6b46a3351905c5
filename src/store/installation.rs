//! `installation`: facts about this installation as a whole.

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    FIND = "SELECT value FROM installation WHERE key = $1";
    INSERT = "INSERT INTO installation (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    SET = "INSERT INTO installation (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2";
    /// Changes nothing: whoever changes a fact after reading it follows whoever did before.
    HOLD = "UPDATE installation SET value = value WHERE key = $1";
}

/// Sealed under the master key: opens only with the right one.
pub const MASTER_KEY_CHECK: &str = "master_key_check";

/// Access tokens that were issued until this moment are dead; see [`super::settle`]. The statements of `token_facts` name it.
pub const TOKENS_NOT_BEFORE: &str = "tokens_not_before";

/// Settings that were changed while Passgate ran, as a JSON object.
pub const SETTINGS: &str = "settings";

/// A fact by name.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Option<String>, StoreError> {
    sql!(tx, optional_scalar String, FIND, key)
}

/// Keeps a fact unless there is one; gives what is kept now.
pub async fn keep(tx: &mut Tx, key: &str, value: &str) -> Result<String, StoreError> {
    sql!(tx, execute, INSERT, key, value)?;
    sql!(tx, scalar String, FIND, key)
}

/// Keeps a fact in place of the one before.
pub async fn set(tx: &mut Tx, key: &str, value: &str) -> Result<(), StoreError> {
    sql!(tx, execute, SET, key, value).map(drop)
}

/// Lets whoever else holds this fact wait.
pub async fn hold(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    sql!(tx, execute, HOLD, key).map(drop)
}

/// The moment until which issued access tokens are dead, if any are.
pub async fn tokens_not_before(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    read_moment(find(tx, TOKENS_NOT_BEFORE).await?)
}

/// Reads such a moment.
pub(super) fn read_moment(kept: Option<String>) -> Result<Option<Timestamp>, StoreError> {
    let read = |text: String| chrono::DateTime::parse_from_rfc3339(&text).map(|moment| moment.to_utc());
    kept.map(read).transpose().map_err(|_| StoreError::Corrupt("moment"))
}
