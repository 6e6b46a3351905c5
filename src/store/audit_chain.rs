//! `audit_chain` and `audit_checkpoints`: the numbers, links and marks of the audit trail. Whoever numbers, empties or removes
//! events holds the one row of `audit_chain` first ([`hold`]), so that of many nodes one does.

use super::audit::Row;
use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::audit::{AuditEvent, Checkpoint, Seal, SealedEvent};
use crate::model::secret::Digest;

macro_rules! event_columns {
    () => {
        "id, at, kind, category, actor_kind, actor, target_kind, target, address, user_agent, request_id, details"
    };
}
macro_rules! ends {
    () => {
        "seq, hash, at, signature, anchor_seq, anchor_hash, anchor_at, anchor_signature"
    };
}

statements! {
    BEGIN = "INSERT INTO audit_chain (id, seq, hash, at, signature, anchor_seq, anchor_hash, anchor_at, anchor_signature) \
             VALUES (1, $1, $2, $3, $4, $1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
    HOLD = concat!("UPDATE audit_chain SET id = 1 WHERE id = 1 RETURNING ", ends!());
    FIND = concat!("SELECT ", ends!(), " FROM audit_chain WHERE id = 1");
    MOVE = "UPDATE audit_chain SET seq = $2, hash = $3, at = $4, signature = $5 WHERE id = 1 AND seq = $1";
    ANCHOR = "UPDATE audit_chain SET anchor_seq = $2, anchor_hash = $3, anchor_at = $4, anchor_signature = $5 \
              WHERE id = 1 AND anchor_seq = $1";
    WAITING = concat!("SELECT ", event_columns!(), " FROM audit_events WHERE seq IS NULL ORDER BY at, id LIMIT $1");
    COUNT_WAITING = "SELECT COUNT(*) FROM (SELECT id FROM audit_events WHERE seq IS NULL LIMIT $1) waiting";
    SEAL = "UPDATE audit_events SET seq = $2, salt = $3, commitment = $4, hash = $5, category = $6, actor_kind = $7, \
            target_kind = $8 WHERE id = $1 AND seq IS NULL";
    WALK = concat!("SELECT ", event_columns!(), ", seq, salt, commitment, hash FROM audit_events \
            WHERE seq > $1 ORDER BY seq LIMIT $2");
    LAST = "SELECT MAX(seq) FROM audit_events";
    HASH_AT = "SELECT hash FROM audit_events WHERE seq = $1";
    KEEP_CHECKPOINT = "INSERT INTO audit_checkpoints (seq, hash, at, signature) VALUES ($1, $2, $3, $4)";
    LAST_CHECKPOINT = "SELECT seq, hash, at, signature FROM audit_checkpoints ORDER BY seq DESC LIMIT 1";
    CHECKPOINTS = "SELECT seq, hash, at, signature FROM audit_checkpoints WHERE seq > $1 ORDER BY seq LIMIT $2";
    REMOVE = "DELETE FROM audit_events WHERE seq <= $1";
    REMOVE_CHECKPOINTS = "DELETE FROM audit_checkpoints WHERE seq <= $1";
}

/// Where the chain begins and where it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The last event.
    pub head: Checkpoint,
    /// What the first event that is left follows.
    pub anchor: Checkpoint,
}

#[derive(sqlx::FromRow)]
struct EndsRow {
    seq: i64,
    hash: Vec<u8>,
    at: Timestamp,
    signature: Vec<u8>,
    anchor_seq: i64,
    anchor_hash: Vec<u8>,
    anchor_at: Timestamp,
    anchor_signature: Vec<u8>,
}

impl From<EndsRow> for Ends {
    fn from(row: EndsRow) -> Self {
        Self {
            head: Checkpoint {
                seq: row.seq,
                hash: as_digest(&row.hash),
                at: row.at,
                signature: row.signature,
            },
            anchor: Checkpoint {
                seq: row.anchor_seq,
                hash: as_digest(&row.anchor_hash),
                at: row.anchor_at,
                signature: row.anchor_signature,
            },
        }
    }
}

/// What is no digest any more is one that nothing has: it shows in the verification, which must not end here.
fn as_digest(bytes: &[u8]) -> Digest {
    Digest::from_slice(bytes).unwrap_or_else(|| Digest::from_bytes([0xff; 32]))
}

/// Holds the chain until the end of the unit; begins it where there is none.
pub async fn hold(tx: &mut Tx) -> Result<Ends, StoreError> {
    if let Some(row) = sql!(tx, optional EndsRow, HOLD)? {
        return Ok(row.into());
    }
    let start = Checkpoint::genesis();
    sql!(
        tx,
        execute,
        BEGIN,
        start.seq,
        start.hash.as_bytes(),
        start.at,
        &start.signature
    )?;
    sql!(tx, one EndsRow, HOLD).map(Ends::from)
}

/// Both ends; `None` while nothing was sealed yet.
pub async fn find(tx: &mut Tx) -> Result<Option<Ends>, StoreError> {
    Ok(sql!(tx, optional EndsRow, FIND)?.map(Ends::from))
}

/// Moves the end on; false when it is not where it was thought to be.
pub async fn advance(tx: &mut Tx, from: i64, to: &Checkpoint) -> Result<bool, StoreError> {
    let hash = to.hash.as_bytes();
    Ok(sql!(tx, execute, MOVE, from, to.seq, hash, to.at, &to.signature)? == 1)
}

/// Moves the beginning on; false when it is not where it was thought to be.
pub async fn anchor(tx: &mut Tx, from: i64, to: &Checkpoint) -> Result<bool, StoreError> {
    let hash = to.hash.as_bytes();
    Ok(sql!(tx, execute, ANCHOR, from, to.seq, hash, to.at, &to.signature)? == 1)
}

/// How many events wait for their number, up to a limit.
pub async fn count_waiting(tx: &mut Tx, limit: i64) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT_WAITING, limit)
}

/// Events that wait for their number, oldest first.
pub async fn waiting(tx: &mut Tx, limit: i64) -> Result<Vec<AuditEvent>, StoreError> {
    let rows = sql!(tx, all Row, WAITING, limit)?;
    Ok(rows.into_iter().map(AuditEvent::from).collect())
}

/// Gives an event its place; false when it has one.
pub async fn seal(tx: &mut Tx, event: &AuditEvent, seal: &Seal) -> Result<bool, StoreError> {
    let (commitment, hash) = (seal.commitment.as_bytes(), seal.hash.as_bytes());
    let AuditEvent {
        id,
        category,
        actor_kind,
        target_kind,
        ..
    } = event;
    let sealed = sql!(
        tx,
        execute,
        SEAL,
        id,
        seal.seq,
        &seal.salt,
        commitment,
        hash,
        category,
        actor_kind,
        target_kind
    )?;
    Ok(sealed == 1)
}

#[derive(sqlx::FromRow)]
struct SealedRow {
    #[sqlx(flatten)]
    event: Row,
    seq: i64,
    salt: Option<Vec<u8>>,
    commitment: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
}

/// The events of the chain behind a number, in order.
pub async fn walk(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<SealedEvent>, StoreError> {
    let rows = sql!(tx, all SealedRow, WALK, after, limit)?;
    Ok(rows
        .into_iter()
        .map(|row| SealedEvent {
            event: row.event.into(),
            seal: Seal {
                seq: row.seq,
                salt: row.salt,
                commitment: as_digest(&row.commitment.unwrap_or_default()),
                hash: as_digest(&row.hash.unwrap_or_default()),
            },
        })
        .collect())
}

/// The highest number that an event has; 0 where none has one.
pub async fn last(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(sql!(tx, scalar Option<i64>, LAST)?.unwrap_or_default())
}

/// The hash of an event by its number.
pub async fn hash_at(tx: &mut Tx, seq: i64) -> Result<Option<Digest>, StoreError> {
    let found = sql!(tx, optional_scalar Option<Vec<u8>>, HASH_AT, seq)?;
    Ok(found.map(|hash| as_digest(&hash.unwrap_or_default())))
}

#[derive(sqlx::FromRow)]
struct MarkRow {
    seq: i64,
    hash: Vec<u8>,
    at: Timestamp,
    signature: Vec<u8>,
}

impl From<MarkRow> for Checkpoint {
    fn from(row: MarkRow) -> Self {
        Self {
            seq: row.seq,
            hash: as_digest(&row.hash),
            at: row.at,
            signature: row.signature,
        }
    }
}

/// Keeps a mark for good.
pub async fn keep_checkpoint(tx: &mut Tx, mark: &Checkpoint) -> Result<(), StoreError> {
    let hash = mark.hash.as_bytes();
    sql!(tx, execute, KEEP_CHECKPOINT, mark.seq, hash, mark.at, &mark.signature).map(drop)
}

/// The newest mark that is kept.
pub async fn last_checkpoint(tx: &mut Tx) -> Result<Option<Checkpoint>, StoreError> {
    Ok(sql!(tx, optional MarkRow, LAST_CHECKPOINT)?.map(Checkpoint::from))
}

/// The marks behind a number, in order.
pub async fn checkpoints(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Checkpoint>, StoreError> {
    let rows = sql!(tx, all MarkRow, CHECKPOINTS, after, limit)?;
    Ok(rows.into_iter().map(Checkpoint::from).collect())
}

/// Removes everything up to a number.
pub async fn remove(tx: &mut Tx, upto: i64) -> Result<u64, StoreError> {
    sql!(tx, execute, REMOVE_CHECKPOINTS, upto)?;
    sql!(tx, execute, REMOVE, upto)
}
