//! Verifying the trail in the database. In a file that was exported: [`super::file`].

use serde::Serialize;

use super::super::Fault;
use super::verifier::{Broken, Verifier, What};
use crate::crypto::audit_chain::{ChainKey, ChainPublicKey, Purpose};
use crate::crypto::keys::KeyError;
use crate::crypto::sealing::MasterKey;
use crate::model::audit::Checkpoint;
use crate::model::secret::Digest;
use crate::state::State;
use crate::store::audit_chain;

/// Events that one page reads.
pub(super) const PAGE: i64 = 1_000;

/// Marks that one page reads.
const MARKS: i64 = 5_000;

/// What a verification found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether everything is as it was written.
    pub verified: bool,
    /// The first thing that is not.
    pub broken: Option<Broken>,
    /// The number of the first event that is there.
    pub first: i64,
    /// The number of the last one that was followed.
    pub last: i64,
    /// The hash of that one.
    pub hash: String,
    /// Events without what told of a person who left.
    pub emptied: u64,
    /// Signed marks that the chain passed.
    pub checkpoints: u64,
    /// Events that wait for their number; of a file: none.
    pub unsealed: i64,
    /// Whether every event is there; a selection is verified event by event, and nobody can say what is missing.
    pub complete: bool,
    /// What the marks were verified with.
    pub public_key: String,
    /// Whether that key is known to be the installation's, and was not taken from the file.
    pub signer_known: bool,
}

/// A mark that somebody kept elsewhere, as the log has it: `SEQ:HASH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The number.
    pub seq: i64,
    /// The hash.
    pub hash: Digest,
}

impl std::fmt::Display for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash.to_hex())
    }
}

impl std::str::FromStr for Known {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (seq, hash) = text.split_once(':')?;
            let seq = seq.parse().ok().filter(|seq| *seq > 0)?;
            Some(Self {
                seq,
                hash: Digest::from_hex(hash)?,
            })
        };
        read().ok_or_else(|| "a mark is the number of an event, a colon and its hash".to_owned())
    }
}

/// The public key of an installation.
///
/// # Errors
/// The master key makes none.
pub fn public_key(master_key: &MasterKey) -> Result<ChainPublicKey, KeyError> {
    ChainKey::of(master_key)?.public()
}

/// Verifies the database. `known` are marks that the chain must still pass.
pub async fn database(state: &State, known: &[Known]) -> Result<Report, Fault> {
    let public = public_key(&state.master_key)?;
    // The beginning may move on while it is looked at: what the retention removes meanwhile is not missing.
    for _ in 0..3 {
        let before = beginning(state).await?;
        let report = follow(state, public, &before, known).await?;
        if report.verified || beginning(state).await? == before {
            return Ok(report);
        }
    }
    let before = beginning(state).await?;
    follow(state, public, &before, known).await
}

async fn beginning(state: &State) -> Result<Checkpoint, Fault> {
    let ends = state.db.read((), |tx, ()| Box::pin(audit_chain::find(tx))).await?;
    Ok(ends.map_or_else(Checkpoint::genesis, |ends| ends.anchor))
}

async fn follow(state: &State, public: ChainPublicKey, anchor: &Checkpoint, known: &[Known]) -> Result<Report, Fault> {
    let marks = marks(state, anchor.seq).await?;
    // In this order: of an honest chain the end is behind everything that was seen before.
    let (last, waiting) = state
        .db
        .read((), |tx, ()| {
            Box::pin(async move {
                Ok((
                    audit_chain::last(tx).await?,
                    audit_chain::count_waiting(tx, i64::MAX).await?,
                ))
            })
        })
        .await?;
    let ends = state.db.read((), |tx, ()| Box::pin(audit_chain::find(tx))).await?;
    let head = ends.map_or_else(Checkpoint::genesis, |ends| ends.head);
    let mut verifier = Verifier::behind(anchor);
    let mut broken = None;
    if !public.vouches(Purpose::Begins, anchor) {
        broken = Some(forged(anchor, "the beginning of the chain"));
    }
    let forged_mark = marks.iter().find(|mark| !public.vouches(Purpose::Stands, mark));
    for (seq, hash) in marks
        .iter()
        .filter(|mark| public.vouches(Purpose::Stands, mark))
        .map(|mark| (mark.seq, mark.hash))
        .chain(known.iter().map(|known| (known.seq, known.hash)))
        .filter(|(seq, _)| *seq > anchor.seq)
    {
        broken = broken.or(verifier.expect(seq, hash).err());
    }
    while broken.is_none() && verifier.last() < head.seq {
        let place = verifier.last();
        let page = state
            .db
            .read((), move |tx, ()| Box::pin(audit_chain::walk(tx, place, PAGE)))
            .await?;
        if page.is_empty() {
            break;
        }
        // What is sealed while this looks is none of its business.
        let page: Vec<_> = page
            .into_iter()
            .take_while(|sealed| sealed.seal.seq <= head.seq)
            .collect();
        broken = verifier.take(&page, last >= head.seq).err();
    }
    // Read before the end was: an honest chain has its end behind it.
    let broken = broken.or_else(|| {
        let beyond = || "an event stands behind the end of the chain".to_owned();
        (last > head.seq).then(|| Broken::new(What::Inserted, head.seq + 1, None, beyond()))
    });
    let broken = broken.or_else(|| forged_mark.map(|mark| forged(mark, "a mark")));
    let broken =
        broken.or_else(|| (!public.vouches(Purpose::Stands, &head)).then(|| forged(&head, "the end of the chain")));
    Ok(report(verifier, anchor, &head, broken, public, waiting))
}

async fn marks(state: &State, behind: i64) -> Result<Vec<Checkpoint>, Fault> {
    let mut all: Vec<Checkpoint> = Vec::new();
    loop {
        let place = all.last().map_or(behind, |mark| mark.seq);
        let page = state
            .db
            .read((), move |tx, ()| Box::pin(audit_chain::checkpoints(tx, place, MARKS)))
            .await?;
        let full = page.len() as i64 == MARKS;
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

pub(super) fn report(
    verifier: Verifier,
    start: &Checkpoint,
    head: &Checkpoint,
    broken: Option<Broken>,
    public: ChainPublicKey,
    unsealed: i64,
) -> Report {
    let (last, hash) = (verifier.last(), verifier.hash().to_hex());
    let (emptied, checkpoints) = (verifier.emptied_events, verifier.passed_marks);
    let broken = broken.or_else(|| verifier.finish(head).err());
    Report {
        verified: broken.is_none(),
        broken,
        first: start.seq + 1,
        last,
        hash,
        emptied,
        checkpoints,
        unsealed,
        complete: true,
        public_key: public.to_text(),
        signer_known: true,
    }
}

pub(super) fn forged(mark: &Checkpoint, what: &str) -> Broken {
    Broken::new(
        What::MarkForged,
        mark.seq,
        None,
        format!("{what} at event {} was not signed by this installation", mark.seq),
    )
}
