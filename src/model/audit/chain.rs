//! An event as it is read, and its place in the chain.

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{ActorKind, AuditKind, Category, TargetKind};
use crate::model::Timestamp;
use crate::model::secret::Digest;

/// An event as it was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditEvent {
    /// Its id; with `at` the place in lists.
    pub id: Uuid,
    /// When it happened.
    pub at: Timestamp,
    /// The stable name of its kind.
    pub kind: String,
    /// The stable name of its category.
    pub category: String,
    /// Who that is.
    pub actor_kind: String,
    /// Who did it.
    pub actor: String,
    /// What it was done to.
    pub target_kind: String,
    /// To which.
    pub target: String,
    /// From which address.
    pub address: String,
    /// With which browser or program.
    pub user_agent: String,
    /// The request, as the logs have it.
    pub request_id: String,
    /// More: what changed is under `before` and `after`.
    pub details: Value,
}

impl AuditEvent {
    /// Gives an event of an older version the fields that were not kept then.
    #[must_use]
    pub fn completed(mut self) -> Self {
        let kind = AuditKind::parse(&self.kind);
        if self.category.is_empty() {
            self.category = kind.map_or(Category::System, AuditKind::category).as_str().to_owned();
        }
        if self.actor_kind.is_empty() {
            self.actor_kind = ActorKind::of_actor(&self.actor).as_str().to_owned();
        }
        if self.target_kind.is_empty() {
            let target = kind.map_or(TargetKind::Installation, |kind| kind.target_kind(&self.target));
            self.target_kind = target.as_str().to_owned();
        }
        self
    }

    /// Whether what tells of a person was taken out.
    pub fn is_emptied(&self) -> bool {
        self.address.is_empty() && self.user_agent.is_empty() && self.details.as_object().is_some_and(Map::is_empty)
    }
}

/// An event's place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Its number.
    pub seq: i64,
    /// What keeps the commitment from being guessed; gone once what it covers was forgotten.
    pub salt: Option<Vec<u8>>,
    /// Stands for what may have to be forgotten.
    pub commitment: Digest,
    /// The link: over the one before, and this event.
    pub hash: Digest,
}

/// An event of the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct SealedEvent {
    /// The event.
    pub event: AuditEvent,
    /// Its place.
    pub seal: Seal,
}

/// A signed mark: up to this number the chain has this hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The number of the last event.
    pub seq: i64,
    /// Its hash.
    pub hash: Digest,
    /// When it was signed.
    pub at: Timestamp,
    /// The signature; empty where the chain begins with nothing.
    pub signature: Vec<u8>,
}

impl Checkpoint {
    /// The beginning of every chain: no event yet.
    pub fn genesis() -> Self {
        Self {
            seq: 0,
            hash: Digest::from_bytes([0; 32]),
            at: chrono::DateTime::UNIX_EPOCH,
            signature: Vec::new(),
        }
    }

    /// Whether it is that beginning, which needs no signature.
    pub fn is_genesis(&self) -> bool {
        self.seq == 0 && self.hash == Digest::from_bytes([0; 32])
    }
}
