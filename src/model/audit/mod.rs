//! The audit trail: kinds of events, where they come from, what changed, an event as it is read.

mod chain;
mod changes;
mod kinds;

pub use chain::{AuditEvent, Checkpoint, Seal, SealedEvent};
pub use changes::Changes;
pub use kinds::{ActorKind, AuditKind, Category, IDENTIFIER, TargetKind};

use kinds::SYSTEM;

/// Who did something, and from where.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// A person's, client's or key's id, or `cli`.
    pub actor: String,
    /// Who that is.
    pub actor_kind: ActorKind,
    /// Address of the peer.
    pub address: String,
    /// Request id, as the logs have it.
    pub request_id: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

impl Origin {
    /// The same origin, as the deed of a person; of nobody where the name is empty.
    pub fn by(&self, person: impl Into<String>) -> Self {
        let actor = person.into();
        let kind = match actor.is_empty() {
            true => ActorKind::Anonymous,
            false => ActorKind::Person,
        };
        self.by_kind(actor, kind)
    }

    /// The same origin, as the deed of an application.
    pub fn by_client(&self, client_id: impl Into<String>) -> Self {
        self.by_kind(client_id.into(), ActorKind::Client)
    }

    /// The same origin, as the deed of whoever holds an API key.
    pub fn by_api_key(&self, id: impl Into<String>) -> Self {
        self.by_kind(id.into(), ActorKind::ApiKey)
    }

    fn by_kind(&self, actor: String, actor_kind: ActorKind) -> Self {
        Self {
            actor,
            actor_kind,
            ..self.clone()
        }
    }

    /// The command line of the installation itself.
    pub fn command_line() -> Self {
        Self::default().by_kind("cli".into(), ActorKind::CommandLine)
    }

    /// The installation itself: a job.
    pub fn system() -> Self {
        Self::default().by_kind(SYSTEM.into(), ActorKind::System)
    }
}
