//! `one_time_tokens`: links that work once.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::types::Json;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::secret::Digest;

statements! {
    INSERT = "INSERT INTO one_time_tokens (digest, purpose, payload, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT purpose, payload FROM one_time_tokens WHERE digest = $1 AND consumed_at IS NULL AND expires_at > $2";
    CONSUME = consume_once!("one_time_tokens" by "digest" returning "purpose, payload");
    RETIRE_PURPOSE = "DELETE FROM one_time_tokens WHERE purpose = $1";
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Makes the first administrator.
    Setup,
    /// Shows that mail reaches an address.
    VerifyEmail,
    /// Does what the code of the same mail does.
    MailLink,
    /// Stops the wait after which second factors go.
    CancelFactorReset,
    /// Removes second factors: an administrator's link.
    RemoveFactors,
    /// Says that a sign-in was somebody else's.
    NotMe,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::VerifyEmail => "verify_email",
            Self::MailLink => "mail_link",
            Self::CancelFactorReset => "cancel_factor_reset",
            Self::RemoveFactors => "remove_factors",
            Self::NotMe => "not_me",
        }
    }
}

/// Stores a link under the digest of its secret.
pub async fn insert(
    tx: &mut Tx,
    purpose: Purpose,
    digest: &Digest,
    payload: &(impl Serialize + Sync),
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let payload = serde_json::to_value(payload).map_err(|_| StoreError::Corrupt("link"))?;
    sql!(
        tx,
        execute,
        INSERT,
        digest.as_bytes(),
        purpose.as_str(),
        Json(&payload),
        now,
        expires_at
    )
    .map(drop)
}

/// Looks at a link without using it up.
pub async fn find<T: DeserializeOwned>(
    tx: &mut Tx,
    purpose: Purpose,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<T>, StoreError> {
    read(
        purpose,
        sql!(
            tx,
            optional(String, Json<serde_json::Value>),
            FIND,
            digest.as_bytes(),
            now
        )?,
    )
}

/// Uses a link up: of any number of callers, one gets what it is for.
pub async fn consume<T: DeserializeOwned>(
    tx: &mut Tx,
    purpose: Purpose,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<T>, StoreError> {
    read(
        purpose,
        sql!(
            tx,
            optional(String, Json<serde_json::Value>),
            CONSUME,
            digest.as_bytes(),
            now
        )?,
    )
}

/// Removes every link of a purpose.
pub async fn retire(tx: &mut Tx, purpose: Purpose) -> Result<(), StoreError> {
    sql!(tx, execute, RETIRE_PURPOSE, purpose.as_str()).map(drop)
}

fn read<T: DeserializeOwned>(
    purpose: Purpose,
    row: Option<(String, Json<serde_json::Value>)>,
) -> Result<Option<T>, StoreError> {
    match row {
        Some((stored, payload)) if stored == purpose.as_str() => serde_json::from_value(payload.0)
            .map(Some)
            .map_err(|_| StoreError::Corrupt("link")),
        _ => Ok(None),
    }
}
