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
    /// The same origin, as the deed of whom a name tells: a `sub`, `cli`, `api_key:` and an id; nobody where it is empty. A client
    /// may be named as it likes: [`Self::by_client`].
    pub fn by(&self, actor: impl Into<String>) -> Self {
        let actor = actor.into();
        let kind = ActorKind::of_actor(&actor);
        self.by_kind(actor, kind)
    }

    /// The same origin, as the deed of an application.
    pub fn by_client(&self, client_id: impl Into<String>) -> Self {
        self.by_kind(client_id.into(), ActorKind::Client)
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
