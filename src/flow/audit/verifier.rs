//! Follows a chain, event by event, and names the first that is not what was written. Pure: it is fed pages of the database
//! or of a file.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use uuid::Uuid;

use crate::crypto::audit_chain as chain;
use crate::model::audit::{Checkpoint, SealedEvent};
use crate::model::secret::Digest;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The event is not what was written.
    Changed,
    /// An event that was here is gone.
    Removed,
    /// The event was not written by the sealer.
    Inserted,
    /// The event stands where another belongs.
    Reordered,
    /// The last events are gone.
    TailCut,
    /// The events between two marks were written anew, with all links.
    Rewritten,
    /// A mark is not signed by the installation.
    MarkForged,
    /// What tells of a person was taken out of the event, although no account of such a person was removed.
    Emptied,
    /// What is no line of an export.
    Unreadable,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{explanation}")]
pub struct Broken {
    /// What.
    pub what: What,
    /// The number of the event, or of the mark.
    pub seq: i64,
    /// Its id, where there is an event.
    pub event: Option<Uuid>,
    /// In a sentence.
    pub explanation: String,
}

impl Broken {
    pub(super) fn new(what: What, seq: i64, event: Option<Uuid>, explanation: String) -> Self {
        Self {
            what,
            seq,
            event,
            explanation,
        }
    }
}

/// A chain that is followed.
#[derive(Debug)]
pub struct Verifier {
    previous: Digest,
    next: i64,
    /// Marks that the chain has to pass.
    marks: BTreeMap<i64, Digest>,
    good_mark: i64,
    /// Emptied events by who did them and to whom, and the first of each.
    emptied: BTreeMap<(String, String), (i64, Uuid)>,
    deleted: HashMap<String, i64>,
    /// How many events were emptied.
    pub emptied_events: u64,
    /// How many marks were passed.
    pub passed_marks: u64,
}

impl Verifier {
    /// Follows the chain behind a mark.
    pub fn behind(start: &Checkpoint) -> Self {
        Self {
            previous: start.hash,
            next: start.seq + 1,
            marks: BTreeMap::new(),
            good_mark: start.seq,
            emptied: BTreeMap::new(),
            deleted: HashMap::new(),
            emptied_events: 0,
            passed_marks: 0,
        }
    }

    /// Demands that the chain passes a mark.
    ///
    /// # Errors
    /// It has passed that place with another hash.
    pub fn expect(&mut self, seq: i64, hash: Digest) -> Result<(), Broken> {
        if seq == self.next - 1 && seq > 0 {
            return self.pass(seq, &hash);
        }
        match self.marks.insert(seq, hash) {
            Some(other) if other != hash => Err(self.rewritten(seq)),
            _ => Ok(()),
        }
    }

    /// The number of the last event so far.
    pub fn last(&self) -> i64 {
        self.next - 1
    }

    /// The hash of the last event so far.
    pub fn hash(&self) -> Digest {
        self.previous
    }

    /// Takes the next events, of which `complete` says that no others are missing between them and the end of what there is,
    /// so that a shift of numbers is a removal.
    ///
    /// # Errors
    /// The first that is not what was written.
    pub fn take(&mut self, events: &[SealedEvent], complete: bool) -> Result<(), Broken> {
        for (at, sealed) in events.iter().enumerate() {
            let rest = events.get(at + 1..).unwrap_or_default();
            self.step(sealed, rest, complete)?;
        }
        Ok(())
    }

    fn step(&mut self, sealed: &SealedEvent, rest: &[SealedEvent], complete: bool) -> Result<(), Broken> {
        let (seq, id) = (sealed.seal.seq, Some(sealed.event.id));
        let expected = self.next;
        if seq > expected {
            return Err(match rest.iter().find(|other| other.seal.seq == expected) {
                Some(_) => Broken::new(
                    What::Reordered,
                    seq,
                    id,
                    format!("event {seq} stands where event {expected} belongs"),
                ),
                None => removed(expected, seq - 1),
            });
        }
        if seq < expected {
            return Err(Broken::new(
                What::Inserted,
                seq,
                id,
                format!("event {seq} comes once more behind event {}", expected - 1),
            ));
        }
        if !fits(&self.previous, expected, sealed) {
            return Err(self.diagnose(sealed, rest, complete));
        }
        self.note_person(sealed);
        self.previous = sealed.seal.hash;
        self.next += 1;
        match self.marks.remove(&seq) {
            Some(hash) => self.pass(seq, &hash),
            None => Ok(()),
        }
    }

    fn pass(&mut self, seq: i64, hash: &Digest) -> Result<(), Broken> {
        if *hash != self.previous {
            return Err(self.rewritten(seq));
        }
        self.good_mark = seq;
        self.passed_marks += 1;
        Ok(())
    }

    fn rewritten(&self, upto: i64) -> Broken {
        Broken::new(
            What::Rewritten,
            self.good_mark + 1,
            None,
            format!(
                "events {} to {upto} were written anew with all their links: the mark at event {upto} knows another hash",
                self.good_mark + 1
            ),
        )
    }

    /// Why an event at the right number does not link to the one before.
    fn diagnose(&self, sealed: &SealedEvent, rest: &[SealedEvent], complete: bool) -> Broken {
        let (seq, id) = (self.next, Some(sealed.event.id));
        let own_content = content_fits(sealed);
        // Whoever belongs here, if they stand further on.
        if rest.iter().any(|other| fits(&self.previous, seq, other)) {
            let elsewhere = rest.iter().any(|other| {
                [other.seal.seq, other.seal.seq + 1, seq + 1]
                    .into_iter()
                    .any(|place| fits(&other.seal.hash, place, sealed))
            });
            return match elsewhere {
                true => Broken::new(
                    What::Reordered,
                    seq,
                    id,
                    format!("event {} was moved to place {seq}", sealed.event.id),
                ),
                false => Broken::new(
                    What::Inserted,
                    seq,
                    id,
                    format!(
                        "event {} at place {seq} was not sealed here: it was put in",
                        sealed.event.id
                    ),
                ),
            };
        }
        // Its own hash may still be right for a place further on, with what was before it gone: then those behind follow it.
        let followed = rest.first().is_some_and(|next| {
            [next.seal.seq, next.seal.seq + 1]
                .into_iter()
                .any(|place| fits(&sealed.seal.hash, place, next))
        });
        if own_content && followed && !complete {
            return removed(seq, seq);
        }
        Broken::new(
            What::Changed,
            seq,
            id,
            format!("event {seq} ({}) is not what was written", sealed.event.id),
        )
    }

    fn note_person(&mut self, sealed: &SealedEvent) {
        let (event, seq) = (&sealed.event, sealed.seal.seq);
        if event.kind == "account_deleted" {
            self.deleted.insert(event.target.clone(), seq);
        }
        if sealed.seal.salt.is_none() {
            self.emptied_events += 1;
            let whose = (event.actor.clone(), event.target.clone());
            self.emptied.entry(whose).or_insert((seq, event.id));
        }
    }

    /// What is wrong with the chain as a whole, once all its events were taken. `end` is where it has to stand.
    ///
    /// # Errors
    /// Events are missing at the end, marks were not passed, or something was emptied that had to stay.
    pub fn finish(mut self, end: &Checkpoint) -> Result<(), Broken> {
        let last = self.last();
        let furthest = self
            .marks
            .last_key_value()
            .map_or(end.seq, |(seq, _)| end.seq.max(*seq));
        if last < furthest {
            return Err(Broken::new(
                What::TailCut,
                last + 1,
                None,
                format!("events {} to {furthest} are gone: the end was cut off", last + 1),
            ));
        }
        if last > end.seq {
            return Err(Broken::new(
                What::Inserted,
                end.seq + 1,
                None,
                format!("events behind {} were not sealed: the chain ends there", end.seq),
            ));
        }
        if end.seq > 0 {
            self.pass(end.seq, &end.hash)?;
        }
        let emptied = self.emptied.iter().filter(|((actor, target), (seq, _))| {
            ![actor, target]
                .into_iter()
                .any(|person| self.deleted.get(person).is_some_and(|deleted| deleted > seq))
        });
        match emptied.map(|(_, first)| *first).min() {
            None => Ok(()),
            Some((seq, id)) => Err(Broken::new(
                What::Emptied,
                seq,
                Some(id),
                format!("event {seq} ({id}) was emptied, but no account of its persons was deleted after it"),
            )),
        }
    }
}

fn removed(from: i64, to: i64) -> Broken {
    let which = match from == to {
        true => format!("event {from} is gone"),
        false => format!("events {from} to {to} are gone"),
    };
    Broken::new(What::Removed, from, None, which)
}

/// Whether an event is what its commitment says. Of an emptied one nothing is left that could differ.
fn content_fits(sealed: &SealedEvent) -> bool {
    match &sealed.seal.salt {
        Some(salt) => chain::commitment(salt, &sealed.event) == sealed.seal.commitment,
        None => sealed.event.is_emptied(),
    }
}

/// Whether an event, at a place behind another, is what was sealed.
pub(super) fn fits(previous: &Digest, seq: i64, sealed: &SealedEvent) -> bool {
    content_fits(sealed) && chain::link(previous, seq, &sealed.event, &sealed.seal.commitment) == sealed.seal.hash
}
