//! `devices`: browsers that people have signed in with, known by the digest of their device cookie.

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::device::{Device, Seen};
use crate::model::secret::Digest;

statements! {
    /// The counter tells the sign-in that made the row from all others, however many come at once.
    NOTE = "INSERT INTO devices AS d (user_id, digest, user_agent, address, first_seen_at, last_seen_at, sign_ins, was_first) \
            VALUES ($1, $2, $3, $4, $5, $5, 1, NOT EXISTS (SELECT 1 FROM devices o WHERE o.user_id = $1)) \
            ON CONFLICT (user_id, digest) DO UPDATE SET user_agent = $3, address = $4, last_seen_at = $5, \
              sign_ins = d.sign_ins + 1 \
            RETURNING sign_ins, was_first";
    FORGET_OLDEST = "DELETE FROM devices WHERE user_id = $1 AND digest NOT IN \
                     (SELECT digest FROM devices WHERE user_id = $1 ORDER BY last_seen_at DESC, digest LIMIT $2) \
                     AND digest <> $3";
    TRUST = "UPDATE devices SET trusted_until = $3 WHERE user_id = $1 AND digest = $2";
    IS_TRUSTED = "SELECT COUNT(*) FROM devices WHERE user_id = $1 AND digest = $2 AND trusted_until > $3";
    IS_KNOWN = "SELECT COUNT(*) FROM devices WHERE user_id = $1 AND digest = $2";
    DISTRUST_ALL = "UPDATE devices SET trusted_until = NULL WHERE user_id = $1 AND trusted_until IS NOT NULL";
    LIST = "SELECT digest, user_agent, address, first_seen_at, last_seen_at, trusted_until FROM devices \
            WHERE user_id = $1 ORDER BY last_seen_at DESC, digest";
    FORGET = "DELETE FROM devices WHERE user_id = $1 AND digest = $2";
}

/// How many a person may have; the one that was used longest ago goes first.
pub const LIMIT: i64 = 50;

#[derive(sqlx::FromRow)]
struct Row {
    digest: Vec<u8>,
    user_agent: String,
    address: String,
    first_seen_at: Timestamp,
    last_seen_at: Timestamp,
    trusted_until: Option<Timestamp>,
}

/// Notes a sign-in, and tells whether the device was new to the person. Of several first sign-ins at once, one is told that it
/// was new.
pub async fn note_sign_in(
    tx: &mut Tx,
    user_id: Uuid,
    digest: &Digest,
    user_agent: &str,
    address: &str,
    now: Timestamp,
) -> Result<Seen, StoreError> {
    let (sign_ins, was_first) = sql!(
        tx,
        one(i64, bool),
        NOTE,
        user_id,
        digest.as_bytes(),
        user_agent,
        address,
        now
    )?;
    if sign_ins > 1 {
        return Ok(Seen::Known);
    }
    sql!(tx, execute, FORGET_OLDEST, user_id, LIMIT, digest.as_bytes())?;
    Ok(if was_first { Seen::First } else { Seen::New })
}

/// Lets a device do without the second factor until a moment; false when the person has not signed in with it.
pub async fn trust(tx: &mut Tx, user_id: Uuid, digest: &Digest, until: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, TRUST, user_id, digest.as_bytes(), until)? == 1)
}

/// Whether a device may do without the second factor of this person now.
pub async fn is_trusted(tx: &mut Tx, user_id: Uuid, digest: &Digest, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, scalar i64, IS_TRUSTED, user_id, digest.as_bytes(), now)? > 0)
}

/// Whether a person has signed in with a device.
pub async fn is_known(tx: &mut Tx, user_id: Uuid, digest: &Digest) -> Result<bool, StoreError> {
    Ok(sql!(tx, scalar i64, IS_KNOWN, user_id, digest.as_bytes())? > 0)
}

/// Takes the trust from every device of a person, as after another password; gives their number. They stay known.
pub async fn distrust_all(tx: &mut Tx, user_id: Uuid) -> Result<u64, StoreError> {
    sql!(tx, execute, DISTRUST_ALL, user_id)
}

/// The devices of a person, the last one used first.
pub async fn list(tx: &mut Tx, user_id: Uuid) -> Result<Vec<Device>, StoreError> {
    sql!(tx, all Row, LIST, user_id)?
        .into_iter()
        .map(|row| {
            Ok(Device {
                digest: Digest::from_slice(&row.digest).ok_or(StoreError::Corrupt("device"))?,
                user_agent: row.user_agent,
                address: row.address,
                first_seen_at: row.first_seen_at,
                last_seen_at: row.last_seen_at,
                trusted_until: row.trusted_until,
            })
        })
        .collect()
}

/// Forgets a device of a person: its next sign-in is one with a new device. False when there is none.
pub async fn forget(tx: &mut Tx, user_id: Uuid, digest: &Digest) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, FORGET, user_id, digest.as_bytes())? == 1)
}
