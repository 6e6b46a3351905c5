//! Addresses and phone numbers on their way into an account: the `challenges` whose codes show that they are reached. Until
//! then nothing of them belongs to the account.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::secret::Digest;

statements! {
    INSERT = "INSERT INTO challenges (id, owner, purpose, recipient_key, digest, payload, attempts, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)";
    PENDING = "SELECT id, recipient_key, payload, expires_at FROM challenges \
               WHERE owner = $1 AND purpose = $2 AND consumed_at IS NULL AND expires_at > $3 ORDER BY created_at, id";
    /// Counts a try before it is judged: of any number at once, five are.
    ATTEMPT = "UPDATE challenges SET attempts = attempts + 1 WHERE id = $1 AND owner = $2 AND purpose = $3 \
               AND attempts < $5 AND consumed_at IS NULL AND expires_at > $4 RETURNING digest, payload";
    CONSUME = consume_once!("challenges" by "id" returning "recipient_key");
    SENT_SINCE = "SELECT COUNT(*) FROM challenges WHERE recipient_key = $1 AND purpose = $2 AND created_at > $3";
    ASKED_SINCE = "SELECT COUNT(*) FROM challenges WHERE owner = $1 AND purpose = $2 AND created_at > $3";
    /// The row stays, so that what a recipient was sent stays counted.
    CANCEL = "UPDATE challenges SET expires_at = $3 WHERE owner = $1 AND purpose = $2 AND recipient_key = $4 \
              AND consumed_at IS NULL AND expires_at > $3";
    CANCEL_ALL = "UPDATE challenges SET expires_at = $2 WHERE owner = $1 AND consumed_at IS NULL AND expires_at > $2";
    CANCEL_SENT_TO = "UPDATE challenges SET expires_at = $2 WHERE recipient_key = $1 AND consumed_at IS NULL \
                      AND expires_at > $2";
}

/// Tries that a code survives.
const TRIES: i64 = 5;

/// What is to be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

impl Contact {
    fn as_str(self) -> &'static str {
        match self {
            Self::Email => "add_email",
            Self::Phone => "add_phone",
        }
    }
}

/// What stands in the row beside the code's digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The address or number, as it will be stored.
    pub contact: String,
}

/// One that waits for its code.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Pending {
    /// Names it in forms and links.
    pub id: Uuid,
    /// The folded address, or the number.
    pub recipient_key: String,
    /// What waits.
    pub payload: Json<Asked>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A new one.
#[derive(Clone, Debug)]
pub struct NewProof {
    /// Its id.
    pub id: Uuid,
    /// What kind.
    pub kind: Contact,
    /// The folded address, or the number.
    pub recipient_key: String,
    /// The keyed digest of the code; one that no code has where nothing can be proved.
    pub digest: Digest,
    /// The address or number.
    pub contact: String,
    /// When its code dies.
    pub expires_at: Timestamp,
}

fn owner(user_id: Uuid) -> String {
    format!("user:{user_id}")
}

/// Stores a new one in place of any other that the person has for the same recipient.
pub async fn insert(tx: &mut Tx, user_id: Uuid, proof: &NewProof, now: Timestamp) -> Result<(), StoreError> {
    let (owner, kind) = (owner(user_id), proof.kind.as_str());
    sql!(tx, execute, CANCEL, &owner, kind, now, &proof.recipient_key)?;
    let payload = Asked {
        contact: proof.contact.clone(),
    };
    sql!(
        tx,
        execute,
        INSERT,
        proof.id,
        owner,
        kind,
        &proof.recipient_key,
        proof.digest.as_bytes(),
        Json(payload),
        now,
        proof.expires_at
    )
    .map(drop)
}

/// What waits, oldest first.
pub async fn pending(tx: &mut Tx, user_id: Uuid, kind: Contact, now: Timestamp) -> Result<Vec<Pending>, StoreError> {
    sql!(tx, all Pending, PENDING, owner(user_id), kind.as_str(), now)
}

/// Counts a try at the code of one and gives the digest to compare with, and what waits; `None` when it is gone or was tried
/// too often.
pub async fn attempt(
    tx: &mut Tx,
    user_id: Uuid,
    kind: Contact,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<(Digest, String)>, StoreError> {
    let row = sql!(
        tx,
        optional(Vec<u8>, Json<Asked>),
        ATTEMPT,
        id,
        owner(user_id),
        kind.as_str(),
        now,
        TRIES
    )?;
    row.map(|(digest, payload)| {
        let digest = Digest::from_slice(&digest).ok_or(StoreError::Corrupt("challenge"))?;
        Ok((digest, payload.0.contact))
    })
    .transpose()
}

/// Uses one up: of any number of callers, one does.
pub async fn consume(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, optional_scalar String, CONSUME, id, now)?.is_some())
}

/// How many codes a recipient was sent since a moment, by whomever.
pub async fn sent_since(tx: &mut Tx, recipient_key: &str, kind: Contact, since: Timestamp) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, SENT_SINCE, recipient_key, kind.as_str(), since)
}

/// How many codes a person has asked for since a moment.
pub async fn asked_since(tx: &mut Tx, user_id: Uuid, kind: Contact, since: Timestamp) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, ASKED_SINCE, owner(user_id), kind.as_str(), since)
}

/// Takes one back.
pub async fn cancel(
    tx: &mut Tx,
    user_id: Uuid,
    kind: Contact,
    recipient_key: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql!(tx, execute, CANCEL, owner(user_id), kind.as_str(), now, recipient_key).map(drop)
}

/// Takes everything back that waits in a person's name.
pub async fn cancel_all(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, CANCEL_ALL, owner(user_id), now).map(drop)
}

/// Lets every code die that was sent to a recipient, whatever it is for.
pub async fn cancel_sent_to(tx: &mut Tx, recipient_key: &str, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, CANCEL_SENT_TO, recipient_key, now).map(drop)
}
