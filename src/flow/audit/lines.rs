//! The lines of an export: one JSON object each, told in `docs/audit.md`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::model::Timestamp;
use crate::model::audit::{AuditEvent, Checkpoint, Seal, SealedEvent};
use crate::model::secret::Digest;

/// The version of the form.
pub const VERSION: u32 = 1;

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// The first.
    Export(Opening),
    /// An event of the chain.
    Event(Box<EventLine>),
    /// A signed mark, behind the event that it is about.
    Checkpoint(MarkLine),
    /// The last: where the chain stood.
    End(Ending),
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// [`VERSION`].
    pub version: u32,
    /// The installation.
    pub issuer: String,
    /// When it was made.
    pub exported_at: Timestamp,
    /// What verifies the marks.
    pub public_key: String,
    /// Whether every event behind `start` is in it; else it is a selection, of which nobody can say what is missing.
    pub complete: bool,
    /// What the first event follows.
    pub start: MarkLine,
}

/// A mark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkLine {
    /// The number of the event.
    pub seq: i64,
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// When it was signed.
    pub at: Timestamp,
    /// Ed25519, in base64url; empty where nothing was signed.
    pub signature: String,
}

/// The end of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// Events in the file.
    pub events: u64,
    /// Where the chain stood.
    pub head: MarkLine,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of AuditEvent and Seal")]
pub struct EventLine {
    pub seq: i64,
    pub id: Uuid,
    pub at: Timestamp,
    pub kind: String,
    pub category: String,
    pub actor_kind: String,
    pub actor: String,
    pub target_kind: String,
    pub target: String,
    pub address: String,
    pub user_agent: String,
    pub request_id: String,
    pub details: Value,
    pub salt: Option<String>,
    pub commitment: String,
    pub previous: String,
    pub hash: String,
}

impl Line {
    /// The text of the line, without its end.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<&Checkpoint> for MarkLine {
    fn from(mark: &Checkpoint) -> Self {
        Self {
            seq: mark.seq,
            hash: mark.hash.to_hex(),
            at: mark.at,
            signature: URL_SAFE_NO_PAD.encode(&mark.signature),
        }
    }
}

impl MarkLine {
    /// The mark; `None` when it is none.
    pub fn read(&self) -> Option<Checkpoint> {
        Some(Checkpoint {
            seq: self.seq,
            hash: Digest::from_hex(&self.hash)?,
            at: self.at,
            signature: URL_SAFE_NO_PAD.decode(&self.signature).ok()?,
        })
    }
}

impl EventLine {
    /// The line of an event behind another.
    pub fn of(sealed: SealedEvent, previous: &Digest) -> Self {
        let SealedEvent { event, seal } = sealed;
        Self {
            seq: seal.seq,
            id: event.id,
            at: event.at,
            kind: event.kind,
            category: event.category,
            actor_kind: event.actor_kind,
            actor: event.actor,
            target_kind: event.target_kind,
            target: event.target,
            address: event.address,
            user_agent: event.user_agent,
            request_id: event.request_id,
            details: event.details,
            salt: seal.salt.map(|salt| URL_SAFE_NO_PAD.encode(salt)),
            commitment: seal.commitment.to_hex(),
            previous: previous.to_hex(),
            hash: seal.hash.to_hex(),
        }
    }

    /// The event, and the hash of the one before it; `None` when a digest is none.
    pub fn read(self) -> Option<(SealedEvent, Digest)> {
        let salt = match self.salt {
            Some(text) => Some(URL_SAFE_NO_PAD.decode(text).ok()?),
            None => None,
        };
        let seal = Seal {
            seq: self.seq,
            salt,
            commitment: Digest::from_hex(&self.commitment)?,
            hash: Digest::from_hex(&self.hash)?,
        };
        let event = AuditEvent {
            id: self.id,
            at: self.at,
            kind: self.kind,
            category: self.category,
            actor_kind: self.actor_kind,
            actor: self.actor,
            target_kind: self.target_kind,
            target: self.target,
            address: self.address,
            user_agent: self.user_agent,
            request_id: self.request_id,
            details: self.details,
        };
        Some((SealedEvent { event, seal }, Digest::from_hex(&self.previous)?))
    }
}
