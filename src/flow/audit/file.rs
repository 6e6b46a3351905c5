//! Verifying a file that was exported: nothing but the file is needed, and the public key of the installation.

use std::io::BufRead;

use super::lines::{Line, Opening, VERSION};
use super::verifier::{Broken, Verifier, What, fits};
use super::verify::{Known, PAGE, Report, forged, report};
use crate::crypto::audit_chain::{ChainPublicKey, Purpose};
use crate::model::audit::{Checkpoint, SealedEvent};
use crate::model::secret::Digest;

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
pub fn verify(source: impl BufRead, key: Option<ChainPublicKey>, known: &[Known]) -> std::io::Result<Report> {
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
