//! The sealer: gives events that were committed their number, their link and their mark.
//!
//! Writers do not touch the chain: they would queue behind one another. One job on one node at a time numbers what it sees,
//! so an event whose transaction commits late simply gets a later number; there is no gap that it could fall into. What holds
//! the order is the one row of `audit_chain` (decision 13).

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use super::super::Fault;
use crate::crypto::audit_chain::{self as chain, ChainKey, ChainPublicKey, Purpose};
use crate::crypto::random;
use crate::model::Timestamp;
use crate::model::audit::Checkpoint;
use crate::state::State;
use crate::store::{StoreError, Tx, audit_chain};

/// Events that one transaction seals: on SQLite it keeps other writers waiting for so long.
const BATCH: i64 = 200;

/// How long events wait at most.
const PAUSE: Duration = Duration::from_secs(1);

/// Events after which a mark is kept for good, if an hour has not gone by before.
const MARK_EVERY: i64 = 1_000;

struct Sealing {
    key: ChainKey,
    public: ChainPublicKey,
    now: Timestamp,
}

/// What one transaction did.
enum Sealed {
    /// So many events were sealed, the chain stands here, and this mark was kept for good.
    Events(i64, Checkpoint, Option<Checkpoint>),
    /// The end of the chain was not signed by this installation: nothing is built on it.
    Forged(i64),
}

/// Seals everything that waits, and gives the number of events.
pub async fn run(state: &State) -> Result<u64, Fault> {
    let mut total = 0;
    loop {
        let waiting = state
            .db
            .read((), |tx, ()| Box::pin(audit_chain::count_waiting(tx, BATCH)))
            .await?;
        if waiting == 0 {
            return Ok(total);
        }
        let key = ChainKey::of(&state.master_key)?;
        let unit = Sealing {
            public: key.public()?,
            key,
            now: state.clock.now(),
        };
        let sealed = state.db.write(unit, |tx, unit| Box::pin(seal(tx, unit))).await?;
        match sealed {
            Sealed::Forged(seq) => {
                return Err(Fault::Internal(format!(
                    "the audit chain ends at event {seq} with a mark that this installation did not sign: see passgate audit verify"
                )));
            }
            Sealed::Events(events, head, kept) => {
                if let Some(mark) = kept {
                    // What stands in the log somewhere else cannot be taken back by whoever holds the database.
                    tracing::info!(seq = mark.seq, hash = mark.hash.to_hex(), "audit checkpoint");
                }
                total += u64::try_from(events).unwrap_or_default();
                tracing::trace!(seq = head.seq, "audit events sealed");
                if events < BATCH {
                    return Ok(total);
                }
            }
        }
    }
}

async fn seal(tx: &mut Tx, unit: &Sealing) -> Result<Sealed, StoreError> {
    let head = audit_chain::hold(tx).await?.head;
    if !unit.public.vouches(Purpose::Stands, &head) {
        return Ok(Sealed::Forged(head.seq));
    }
    let waiting = audit_chain::waiting(tx, BATCH).await?;
    let (mut seq, mut hash, mut events) = (head.seq, head.hash, 0);
    for event in waiting {
        let event = event.completed();
        seq += 1;
        events += 1;
        let seal = chain::seal(&hash, seq, &event, random::bytes());
        if !audit_chain::seal(tx, &event, &seal).await? {
            return Err(StoreError::Other(
                "an event was sealed by another way than the chain's".into(),
            ));
        }
        hash = seal.hash;
    }
    if events == 0 {
        return Ok(Sealed::Events(0, head, None));
    }
    let mark = unit.key.sign(Purpose::Stands, seq, hash, unit.now);
    if !audit_chain::advance(tx, head.seq, &mark).await? {
        return Err(StoreError::Other(
            "the audit chain was moved by another way than the sealer's".into(),
        ));
    }
    let last = audit_chain::last_checkpoint(tx).await?;
    let due = last.is_none_or(|last| seq - last.seq >= MARK_EVERY || unit.now - last.at >= TimeDelta::hours(1));
    if due {
        audit_chain::keep_checkpoint(tx, &mark).await?;
    }
    let kept = due.then(|| mark.clone());
    Ok(Sealed::Events(events, mark, kept))
}

/// Whether the chain stands where it stood, or further on.
fn went_back(before: &Checkpoint, now: &Checkpoint) -> bool {
    now.seq < before.seq || (now.seq == before.seq && now.hash != before.hash)
}

/// Seals until the database is closed, and notices when the chain is shorter than it was.
pub fn start(state: &Arc<State>) {
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(async move {
        let (mut known, mut complained) = (Checkpoint::genesis(), false);
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(state) = state.upgrade() else { return };
            match run(&state).await {
                Ok(_) => complained = false,
                Err(Fault::Internal(error)) if !complained => {
                    complained = true;
                    tracing::error!(error, "the audit trail is not sealed");
                }
                // The database will be there again.
                Err(_) => continue,
            }
            let Ok(Some(ends)) = state.db.read((), |tx, ()| Box::pin(audit_chain::find(tx))).await else {
                continue;
            };
            if went_back(&known, &ends.head) {
                tracing::error!(
                    was = known.seq,
                    hash = known.hash.to_hex(),
                    is = ends.head.seq,
                    "the audit chain is not what it was: events were taken away"
                );
            }
            known = ends.head;
        }
    });
}
