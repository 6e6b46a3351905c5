//! `challenges`: codes that were sent and WebAuthn challenges that were given out. Each belongs to one owner (a journey, a
//! session, a browser), may be tried a few times, ends soon and works once.
//!
//! A code is answered in two units: [`attempt`] counts the try and commits before anything is compared, so that many tries at
//! once cannot slip through; [`consume`] uses the challenge up in the unit of its effect. A WebAuthn challenge is consumed at
//! once, before its answer is looked at: it is for one answer.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::secret::Digest;

statements! {
    INSERT = "INSERT INTO challenges (id, owner, purpose, recipient_key, digest, payload, attempts, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)";
    COUNT_SENT = "SELECT COUNT(*) FROM challenges WHERE recipient_key = $1 AND created_at > $2";
    LATEST = "SELECT id, created_at, expires_at FROM challenges WHERE owner = $1 AND purpose = $2 \
              AND consumed_at IS NULL AND expires_at > $3 ORDER BY created_at DESC, id DESC LIMIT 1";
    PEEK = "SELECT payload FROM challenges \
            WHERE id = $1 AND owner = $2 AND purpose = $3 AND consumed_at IS NULL AND expires_at > $4";
    ATTEMPT = "UPDATE challenges SET attempts = attempts + 1 WHERE id = $1 AND owner = $2 AND purpose = $3 \
               AND attempts < $4 AND consumed_at IS NULL AND expires_at > $5 RETURNING digest, payload, attempts";
    IS_OF = "SELECT COUNT(*) FROM challenges WHERE id = $1 AND owner = $2 AND purpose = $3";
    CONSUME = consume_once!("challenges" by "id" returning "payload");
    RETIRE_OF_OWNER = "UPDATE challenges SET expires_at = $3 \
                       WHERE owner = $1 AND purpose = $2 AND consumed_at IS NULL AND expires_at > $3";
    RETIRE_OF_RECIPIENT = "UPDATE challenges SET expires_at = $3 \
                           WHERE recipient_key = $1 AND purpose = $2 AND consumed_at IS NULL AND expires_at > $3";
    RETIRE_OF_PERSON = "UPDATE challenges SET expires_at = $2 \
                        WHERE payload->>'user_id' = $1 AND consumed_at IS NULL AND expires_at > $2";
}

/// How often a challenge may be answered wrongly.
pub const MAX_ATTEMPTS: i64 = 5;

/// What a challenge asks for. One purpose never answers for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A code or link that was mailed, to prove an address.
    Mail,
    /// A code or link that was mailed, to lead back into an account.
    Recovery,
    /// A code by text message.
    Text,
    /// The making of a passkey.
    RegisterPasskey,
    /// The use of a passkey.
    UsePasskey,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Recovery => "recovery",
            Self::Text => "text",
            Self::RegisterPasskey => "register_passkey",
            Self::UsePasskey => "use_passkey",
        }
    }
}

/// A challenge to give out.
#[derive(Clone, Debug)]
pub struct NewChallenge<'a> {
    /// Names it.
    pub id: Uuid,
    /// Who may answer.
    pub owner: &'a str,
    /// What it asks for.
    pub purpose: Purpose,
    /// The key of the address or number it is sent to; empty where nothing is sent.
    pub recipient_key: &'a str,
    /// Of the code; `None` where the answer is a signature.
    pub digest: Option<Digest>,
    /// What the answer is judged by.
    pub payload: &'a Value,
    /// When it is given out.
    pub now: Timestamp,
    /// From when it cannot be answered.
    pub expires_at: Timestamp,
}

/// A challenge that may still be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alive {
    /// Names it.
    pub id: Uuid,
    /// When it was given out.
    pub created_at: Timestamp,
    /// From when it cannot be answered.
    pub expires_at: Timestamp,
}

/// What a counted try is compared with.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Of the code; `None` where the answer is a signature.
    pub digest: Option<Digest>,
    /// What was stored with it.
    pub payload: Value,
    /// How many tries are left after this one.
    pub left: i64,
}

/// Stores a challenge.
pub async fn insert(tx: &mut Tx, new: &NewChallenge<'_>) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        new.id,
        new.owner,
        new.purpose.as_str(),
        new.recipient_key,
        new.digest.as_ref().map_or(&[][..], Digest::as_bytes),
        Json(new.payload),
        new.now,
        new.expires_at
    )
    .map(drop)
}

/// How many challenges a recipient was sent after a moment, whatever became of them.
pub async fn count_sent(tx: &mut Tx, recipient_key: &str, since: Timestamp) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT_SENT, recipient_key, since)
}

/// The newest challenge of an owner that may still be answered.
pub async fn latest(tx: &mut Tx, owner: &str, purpose: Purpose, now: Timestamp) -> Result<Option<Alive>, StoreError> {
    let row = sql!(
        tx,
        optional(Uuid, Timestamp, Timestamp),
        LATEST,
        owner,
        purpose.as_str(),
        now
    )?;
    Ok(row.map(|(id, created_at, expires_at)| Alive {
        id,
        created_at,
        expires_at,
    }))
}

/// What was stored with a challenge that is not over, for the page that asks for its answer.
pub async fn peek(
    tx: &mut Tx,
    id: Uuid,
    owner: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Value>, StoreError> {
    let found = sql!(tx, optional_scalar Json<Value>, PEEK, id, owner, purpose.as_str(), now)?;
    Ok(found.map(|payload| payload.0))
}

/// Counts a try, to be committed before the answer is compared. `None` when the challenge is unknown, another owner's, for
/// another purpose, over, used up or tried too often.
pub async fn attempt(
    tx: &mut Tx,
    id: Uuid,
    owner: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Attempt>, StoreError> {
    let row = sql!(
        tx,
        optional(Vec<u8>, Json<Value>, i64),
        ATTEMPT,
        id,
        owner,
        purpose.as_str(),
        MAX_ATTEMPTS,
        now
    )?;
    row.map(|(digest, payload, attempts)| {
        let digest = match digest.as_slice() {
            [] => None,
            bytes => Some(Digest::from_slice(bytes).ok_or(StoreError::Corrupt("challenge"))?),
        };
        Ok(Attempt {
            digest,
            payload: payload.0,
            left: MAX_ATTEMPTS - attempts,
        })
    })
    .transpose()
}

/// Uses a challenge up, and gives what was stored with it: of any number of callers, one gets it. Whoever knows the id but is
/// not its owner, or asks for another purpose, gets nothing and spoils nothing.
pub async fn consume(
    tx: &mut Tx,
    id: Uuid,
    owner: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Value>, StoreError> {
    // Neither ever changes, so that the two statements cannot disagree.
    if sql!(tx, scalar i64, IS_OF, id, owner, purpose.as_str())? == 0 {
        return Ok(None);
    }
    let payload = sql!(tx, optional_scalar Json<Value>, CONSUME, id, now)?;
    Ok(payload.map(|payload| payload.0))
}

/// Ends what an owner was given for a purpose, as before another code is sent. It still counts as sent.
pub async fn retire_of_owner(tx: &mut Tx, owner: &str, purpose: Purpose, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, RETIRE_OF_OWNER, owner, purpose.as_str(), now).map(drop)
}

/// Ends what a recipient was sent for a purpose, whoever asked for it.
pub async fn retire_of_recipient(
    tx: &mut Tx,
    recipient_key: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql!(tx, execute, RETIRE_OF_RECIPIENT, recipient_key, purpose.as_str(), now).map(drop)
}

/// Ends every code that was sent to a person, with its link: something changed that they were of before (PW-05).
pub async fn retire_of_person(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, RETIRE_OF_PERSON, user_id.to_string(), now).map(drop)
}
