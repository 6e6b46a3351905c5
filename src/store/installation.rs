//! `installation`: facts about this installation as a whole.

use super::{StoreError, Tx};

statements! {
    FIND = "SELECT value FROM installation WHERE key = $1";
    INSERT = "INSERT INTO installation (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
}

/// Sealed under the master key: opens only with the right one.
pub const MASTER_KEY_CHECK: &str = "master_key_check";

/// A fact by name.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Option<String>, StoreError> {
    sql!(tx, optional_scalar String, FIND, key)
}

/// Keeps a fact unless there is one; gives what is kept now.
pub async fn keep(tx: &mut Tx, key: &str, value: &str) -> Result<String, StoreError> {
    sql!(tx, execute, INSERT, key, value)?;
    sql!(tx, scalar String, FIND, key)
}
