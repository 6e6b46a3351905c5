//! `installation`: facts about this installation as a whole.

use super::{StoreError, Tx};

statements! {
    FIND = "SELECT value FROM installation WHERE key = $1";
    INSERT = "INSERT INTO installation (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    /// Changes nothing, and holds the row until the transaction ends.
    HOLD = "UPDATE installation SET value = value WHERE key = $1";
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

/// From here to the end of the transaction no other one decides who administers: "is there an administrator" and "is this
/// the last one" are questions over many rows, which two transactions could each answer before the other has written.
pub async fn hold_administrators(tx: &mut Tx) -> Result<(), StoreError> {
    sql!(tx, execute, HOLD, MASTER_KEY_CHECK).map(drop)
}
