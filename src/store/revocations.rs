//! `revocations`: access tokens and whole grants that died before their time.

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    INSERT = "INSERT INTO revocations (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
}

/// Notes that a `jti` or a grant (in the form that leads a `jti`) is dead. `expires_at` is when no token that it concerns
/// can be alive any more.
pub async fn insert(tx: &mut Tx, id: &str, expires_at: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, INSERT, id, expires_at).map(drop)
}
