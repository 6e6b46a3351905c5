//! The end of events: the oldest are removed in order, and a signed mark says where the chain begins from then on.

use serde_json::json;

use super::super::Fault;
use super::verifier::Verifier;
use crate::crypto::audit_chain::{ChainKey, ChainPublicKey, Purpose};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::state::State;
use crate::store::{StoreError, Tx, audit, audit_chain};

/// Events that one transaction removes.
const BATCH: i64 = 500;

struct Trimming {
    key: ChainKey,
    public: ChainPublicKey,
    cutoff: Timestamp,
    now: Timestamp,
}

enum Trimmed {
    /// So many events were removed.
    Events(u64),
    /// What would be removed is not what was written: it stays for whoever looks into it.
    Broken(String),
}

/// Removes the sealed events that are older than `audit.retention_days`, and gives their number. An event is kept as long as
/// one before it in the chain is.
pub async fn run(state: &State) -> Result<u64, Fault> {
    let Some(kept) = state.settings.audit.retention() else {
        return Ok(0);
    };
    let now = state.clock.now();
    let cutoff = now - kept;
    let mut total = 0;
    loop {
        let due = state.db.read((), move |tx, ()| Box::pin(is_due(tx, cutoff))).await?;
        if !due {
            return Ok(total);
        }
        let key = ChainKey::of(&state.master_key)?;
        let unit = Trimming {
            public: key.public()?,
            key,
            cutoff,
            now,
        };
        match state.db.write(unit, |tx, unit| Box::pin(trim(tx, unit))).await? {
            Trimmed::Events(0) => return Ok(total),
            Trimmed::Events(removed) => total += removed,
            Trimmed::Broken(why) => {
                return Err(Fault::Internal(format!("the oldest audit events stay: {why}")));
            }
        }
    }
}

async fn is_due(tx: &mut Tx, cutoff: Timestamp) -> Result<bool, StoreError> {
    let Some(ends) = audit_chain::find(tx).await? else {
        return Ok(false);
    };
    let oldest = audit_chain::walk(tx, ends.anchor.seq, 1).await?;
    Ok(oldest.first().is_some_and(|oldest| oldest.event.at < cutoff))
}

async fn trim(tx: &mut Tx, unit: &Trimming) -> Result<Trimmed, StoreError> {
    let anchor = audit_chain::hold(tx).await?.anchor;
    if !unit.public.vouches(Purpose::Begins, &anchor) {
        return Ok(Trimmed::Broken(
            "the beginning of the chain is not signed by this installation".into(),
        ));
    }
    let mut oldest = audit_chain::walk(tx, anchor.seq, BATCH).await?;
    let old = oldest.iter().take_while(|sealed| sealed.event.at < unit.cutoff).count();
    oldest.truncate(old);
    let Some(last) = oldest.last().map(|sealed| sealed.seal.clone()) else {
        return Ok(Trimmed::Events(0));
    };
    let mut verifier = Verifier::behind(&anchor);
    if let Err(broken) = verifier.take(&oldest, true) {
        return Ok(Trimmed::Broken(broken.to_string()));
    }
    let begins = unit.key.sign(Purpose::Begins, last.seq, last.hash, unit.now);
    if !audit_chain::anchor(tx, anchor.seq, &begins).await? {
        return Ok(Trimmed::Events(0));
    }
    let removed = audit_chain::remove(tx, last.seq).await?;
    let details = json!({ "from": anchor.seq + 1, "to": last.seq });
    audit::record(
        tx,
        AuditKind::AuditTrimmed,
        &Origin::system(),
        "audit",
        details,
        unit.now,
    )
    .await?;
    Ok(Trimmed::Events(removed))
}
