//! Giving the trail out: newline-delimited JSON with everything that a verification needs, page by page, so that a year of
//! events takes no memory.

use std::collections::VecDeque;

use serde_json::json;

use super::super::Fault;
use super::lines::{Ending, EventLine, Line, MarkLine, Opening, VERSION};
use super::{Filter, Refused, seal};
use crate::crypto::audit_chain::ChainKey;
use crate::model::audit::{AuditKind, Checkpoint, Origin};
use crate::model::secret::Digest;
use crate::state::State;
use crate::store::audit;
use crate::store::audit_chain::{self, Ends};

/// Events that one page reads.
const PAGE: i64 = 500;

/// An export under way.
pub struct Export {
    filter: Filter,
    opening: Option<Line>,
    place: i64,
    previous: Digest,
    head: Checkpoint,
    marks: VecDeque<Checkpoint>,
    events: u64,
    done: bool,
}

/// Begins an export of the events behind a number, or of all that are kept. What waits is sealed first; that somebody took the
/// trail along is an event of it.
///
/// # Errors
/// A filter that names nothing, or a fault.
pub async fn begin(state: &State, filter: Filter, after: Option<i64>, origin: &Origin) -> Result<Export, Refused> {
    filter.check()?;
    let now = state.clock.now();
    let unit = (
        origin.clone(),
        json!({ "complete": filter.is_everything(), "after": after }),
    );
    let noted = state.db.write_one(unit, move |tx, (origin, details)| {
        Box::pin(audit::record(
            tx,
            AuditKind::AuditExported,
            origin,
            "audit",
            details.clone(),
            now,
        ))
    });
    noted.await.map_err(Fault::from)?;
    seal::run(state).await?;
    let found = state.db.read(after, |tx, after| {
        Box::pin(async move {
            let Some(ends) = audit_chain::find(tx).await? else {
                return Ok(None);
            };
            let behind = match after.filter(|after| *after > ends.anchor.seq) {
                Some(seq) => audit_chain::hash_at(tx, seq).await?.map(|hash| (seq, hash)),
                None => None,
            };
            let from = behind.map_or(ends.anchor.seq, |(seq, _)| seq);
            let marks = audit_chain::checkpoints(tx, from, i64::MAX).await?;
            Ok(Some((ends, behind, marks)))
        })
    });
    let genesis = Checkpoint::genesis();
    let (ends, behind, marks) = found.await.map_err(Fault::from)?.unwrap_or_else(|| {
        let ends = Ends {
            head: genesis.clone(),
            anchor: genesis.clone(),
        };
        (ends, None, Vec::new())
    });
    let start = match behind {
        Some((seq, hash)) => Checkpoint { seq, hash, ..genesis },
        None => ends.anchor,
    };
    let public = ChainKey::of(&state.master_key)
        .map_err(Fault::from)?
        .public()
        .map_err(Fault::from)?;
    let opening = Line::Export(Opening {
        version: VERSION,
        issuer: state.issuer().to_owned(),
        exported_at: now,
        public_key: public.to_text(),
        complete: filter.is_everything(),
        start: MarkLine::from(&start),
    });
    Ok(Export {
        filter,
        opening: Some(opening),
        place: start.seq,
        previous: start.hash,
        marks: marks.into_iter().filter(|mark| mark.seq <= ends.head.seq).collect(),
        head: ends.head,
        events: 0,
        done: false,
    })
}

impl Export {
    /// The next lines, each with its end; `None` when all were given.
    pub async fn next(&mut self, state: &State) -> Result<Option<String>, Fault> {
        let mut text = String::new();
        let mut write = |line: &Line| {
            text.push_str(&line.to_text());
            text.push('\n');
        };
        if let Some(opening) = self.opening.take() {
            write(&opening);
        }
        if self.done {
            return Ok(None);
        }
        let place = self.place;
        let page = state
            .db
            .read((), move |tx, ()| Box::pin(audit_chain::walk(tx, place, PAGE)))
            .await?;
        let full = page.len() as i64 == PAGE;
        for sealed in page {
            // What was sealed meanwhile is for the next export.
            if sealed.seal.seq > self.head.seq {
                break;
            }
            let (seq, hash) = (sealed.seal.seq, sealed.seal.hash);
            if self.filter.takes(&sealed.event) {
                self.events += 1;
                write(&Line::Event(Box::new(EventLine::of(sealed, &self.previous))));
            }
            (self.place, self.previous) = (seq, hash);
            while let Some(mark) = self.marks.pop_front_if(|mark| mark.seq <= seq) {
                write(&Line::Checkpoint(MarkLine::from(&mark)));
            }
        }
        if !full || self.place >= self.head.seq {
            self.done = true;
            write(&Line::End(Ending {
                events: self.events,
                head: MarkLine::from(&self.head),
            }));
        }
        Ok(Some(text))
    }
}
