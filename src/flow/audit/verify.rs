//! Verifying the trail, in the database or in a file that was exported.

use std::io::BufRead;

use serde::Serialize;

use super::super::Fault;
use super::lines::{Line, Opening, VERSION};
use super::verifier::{Broken, Verifier, What, fits};
use crate::crypto::audit_chain::{ChainKey, ChainPublicKey, Purpose};
use crate::crypto::keys::KeyError;
use crate::crypto::sealing::MasterKey;
use crate::model::audit::{Checkpoint, SealedEvent};
use crate::model::secret::Digest;
use crate::state::State;
use crate::store::audit_chain;

/// Events that one page reads.
const PAGE: i64 = 1_000;

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

fn report(
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

fn forged(mark: &Checkpoint, what: &str) -> Broken {
    Broken::new(
        What::MarkForged,
        mark.seq,
        None,
        format!("{what} at event {} was not signed by this installation", mark.seq),
    )
}

/// A file that is followed line by line: however long it is, a page of it is held.
struct FileCheck {
    verifier: Verifier,
    start: Checkpoint,
    public: ChainPublicKey,
    complete: bool,
    page: Vec<(SealedEvent, Digest)>,
    first: Option<i64>,
    /// The last event of a selection.
    last: i64,
    events: u64,
    forged_mark: Option<Broken>,
    end: Option<(u64, Checkpoint)>,
}

/// Verifies a file. `key` is the installation's public key; without one the file's own is taken, which shows damage but not
/// who signed.
///
/// # Errors
/// The file cannot be read.
pub fn file(source: impl BufRead, key: Option<ChainPublicKey>, known: &[Known]) -> std::io::Result<Report> {
    let mut check: Option<FileCheck> = None;
    for (at, line) in source.lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let parsed = serde_json::from_str::<Line>(&line).map_err(|error| error.to_string());
        let taken = match (parsed, &mut check) {
            (Ok(Line::Export(opening)), None) => {
                FileCheck::open(&opening, key, known).map(|opened| check = Some(opened))
            }
            (Ok(Line::Export(_)), Some(_)) => Err(bad("a second first line".into())),
            (Ok(_), None) => Err(bad("the first line is not that of an export".into())),
            (Ok(line), Some(check)) => check.take(line),
            (Err(why), _) => Err(bad(why)),
        };
        if let Err(mut broken) = taken {
            if broken.what == What::Unreadable {
                broken.explanation = format!("line {}: {}", at + 1, broken.explanation);
            }
            return Ok(match check {
                Some(check) => check.report(Some(broken), key),
                None => unreadable(broken, key),
            });
        }
    }
    Ok(match check {
        None => unreadable(bad("the file is empty".into()), key),
        Some(mut check) => {
            let broken = check.finish();
            check.report(broken, key)
        }
    })
}

fn bad(why: String) -> Broken {
    Broken::new(What::Unreadable, 0, None, why)
}

impl FileCheck {
    fn open(opening: &Opening, key: Option<ChainPublicKey>, known: &[Known]) -> Result<Self, Broken> {
        if opening.version != VERSION {
            return Err(bad(format!("a file of version {}, not {VERSION}", opening.version)));
        }
        let own = ChainPublicKey::parse(&opening.public_key);
        let public = key.or(own).ok_or_else(|| bad("no public key".into()))?;
        let start = opening.start.read().ok_or_else(|| bad("no start".into()))?;
        let mut verifier = Verifier::behind(&start);
        for known in known.iter().filter(|known| known.seq > start.seq) {
            verifier.expect(known.seq, known.hash)?;
        }
        Ok(Self {
            verifier,
            last: start.seq,
            start,
            public,
            complete: opening.complete,
            page: Vec::new(),
            first: None,
            events: 0,
            forged_mark: None,
            end: None,
        })
    }

    fn take(&mut self, line: Line) -> Result<(), Broken> {
        match line {
            Line::Event(line) => {
                let event = line.read().ok_or_else(|| bad("no event".into()))?;
                self.first = self.first.or(Some(event.0.seal.seq));
                self.events += 1;
                self.page.push(event);
                match self.page.len() as i64 >= PAGE {
                    true => self.follow(),
                    false => Ok(()),
                }
            }
            Line::Checkpoint(line) => {
                let mark = line.read().ok_or_else(|| bad("no mark".into()))?;
                if !self.public.vouches(Purpose::Stands, &mark) {
                    self.forged_mark = self.forged_mark.take().or_else(|| Some(forged(&mark, "a mark")));
                }
                match self.complete && mark.seq > self.start.seq {
                    true => self.verifier.expect(mark.seq, mark.hash),
                    false => Ok(()),
                }
            }
            Line::End(end) => {
                let head = end.head.read().ok_or_else(|| bad("no end".into()))?;
                self.end = Some((end.events, head));
                Ok(())
            }
            Line::Export(_) => Err(bad("a second first line".into())),
        }
    }

    /// Follows the events of a page.
    fn follow(&mut self) -> Result<(), Broken> {
        let page = std::mem::take(&mut self.page);
        if self.complete {
            let events: Vec<_> = page.into_iter().map(|(event, _)| event).collect();
            return self.verifier.take(&events, true);
        }
        for (sealed, previous) in page {
            let (seq, id, last) = (sealed.seal.seq, sealed.event.id, self.last);
            let broken = |what, why: String| Err(Broken::new(what, seq, Some(id), why));
            if seq <= last {
                return broken(What::Reordered, format!("event {seq} comes behind event {last}"));
            }
            if !fits(&previous, seq, &sealed) {
                return broken(What::Changed, format!("event {seq} ({id}) is not what was written"));
            }
            self.verifier.emptied_events += u64::from(sealed.seal.salt.is_none());
            self.last = seq;
        }
        Ok(())
    }

    /// What is wrong, after the last line.
    fn finish(&mut self) -> Option<Broken> {
        if let Err(broken) = self.follow() {
            return Some(broken);
        }
        let last = match self.complete {
            true => self.verifier.last(),
            false => self.last,
        };
        if let Some(forged) = self.forged_mark.take() {
            return Some(forged);
        }
        let Some((events, head)) = &self.end else {
            let why = format!("the file ends behind event {last}, without its last line");
            return Some(Broken::new(What::TailCut, last + 1, None, why));
        };
        if !self.public.vouches(Purpose::Stands, head) {
            return Some(forged(head, "the end of the chain"));
        }
        if !self.complete && *events != self.events {
            let why = format!(
                "the file holds {} events, and its last line counts {events}",
                self.events
            );
            return Some(Broken::new(What::Removed, last, None, why));
        }
        None
    }

    fn report(self, broken: Option<Broken>, key: Option<ChainPublicKey>) -> Report {
        let head = match (self.complete, self.end) {
            (true, Some((_, head))) => head,
            _ => Checkpoint {
                seq: self.verifier.last(),
                hash: self.verifier.hash(),
                ..Checkpoint::genesis()
            },
        };
        let last = match self.complete {
            true => self.verifier.last(),
            false => self.last,
        };
        Report {
            first: self.first.unwrap_or(self.start.seq + 1),
            last,
            complete: self.complete,
            signer_known: key.is_some(),
            ..report(self.verifier, &self.start, &head, broken, self.public, 0)
        }
    }
}

fn unreadable(broken: Broken, key: Option<ChainPublicKey>) -> Report {
    Report {
        verified: false,
        broken: Some(broken),
        first: 0,
        last: 0,
        hash: String::new(),
        emptied: 0,
        checkpoints: 0,
        unsealed: 0,
        complete: false,
        public_key: key.map(ChainPublicKey::to_text).unwrap_or_default(),
        signer_known: key.is_some(),
    }
}
