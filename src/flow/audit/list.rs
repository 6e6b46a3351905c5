//! Looking through the trail: newest first, by filters, page by page.

use uuid::Uuid;

use super::super::Fault;
use crate::model::Timestamp;
use crate::model::audit::{AuditEvent, AuditKind, Category};
use crate::state::State;
use crate::store::audit::{self, Wanted};

/// Events on a page at most.
pub const MOST: u16 = 500;

/// Which events are wanted. What is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The stable name of a kind.
    pub kind: Option<String>,
    /// The stable name of a category.
    pub category: Option<String>,
    /// Who did it: a `sub`, a `client_id`, the id of a key, `cli`.
    pub actor: Option<String>,
    /// What it was done to.
    pub target: Option<String>,
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No kind has this name.
    #[error("there is no kind of event named {0}")]
    UnknownKind(String),
    /// No category has this name.
    #[error(
        "there is no category {0}: they are sign_in, account, credential, consent, client, token, key, catalogue, invitation, system"
    )]
    UnknownCategory(String),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A page of events.
#[derive(Clone, Debug)]
pub struct Page {
    /// Newest first.
    pub events: Vec<AuditEvent>,
    /// Where the next page begins, when there are older events.
    pub next: Option<Place>,
}

/// A place in the list: behind an event.
pub type Place = (Timestamp, Uuid);

impl Filter {
    /// Whether everything is wanted.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether names are names.
    pub(super) fn check(&self) -> Result<(), Refused> {
        if let Some(name) = self.kind.as_ref().filter(|name| AuditKind::parse(name).is_none()) {
            return Err(Refused::UnknownKind(name.clone()));
        }
        match self.category.as_ref().filter(|name| Category::parse(name).is_none()) {
            Some(name) => Err(Refused::UnknownCategory(name.clone())),
            None => Ok(()),
        }
    }

    /// Whether an event is wanted.
    pub(super) fn takes(&self, event: &AuditEvent) -> bool {
        let same = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|wanted| wanted == is);
        same(&self.kind, &event.kind)
            && same(&self.category, &event.category)
            && same(&self.actor, &event.actor)
            && same(&self.target, &event.target)
            && self.from.is_none_or(|from| event.at >= from)
            && self.to.is_none_or(|to| event.at < to)
    }
}

/// The wanted events behind a place; the newest where there is none.
pub async fn run(state: &State, filter: &Filter, after: Option<Place>, limit: u16) -> Result<Page, Refused> {
    filter.check()?;
    let limit = usize::from(limit.clamp(1, MOST));
    // A moment ahead: other nodes' clocks differ a little.
    let latest = state.clock.now() + chrono::TimeDelta::minutes(5);
    let text = |wanted: &Option<String>| wanted.clone().unwrap_or_default();
    let wanted = Wanted {
        kind: text(&filter.kind),
        category: text(&filter.category),
        actor: text(&filter.actor),
        target: text(&filter.target),
        from: filter.from.unwrap_or(Timestamp::UNIX_EPOCH),
        to: filter.to.unwrap_or(latest),
    };
    let before = after.unwrap_or((latest, Uuid::max()));
    let found = state.db.read(wanted, move |tx, wanted| {
        Box::pin(audit::page(tx, wanted, before, limit as i64 + 1))
    });
    let mut events: Vec<_> = found
        .await
        .map_err(Fault::from)?
        .into_iter()
        .map(AuditEvent::completed)
        .collect();
    let more = events.len() > limit;
    events.truncate(limit);
    let next = events.last().filter(|_| more).map(|event| (event.at, event.id));
    Ok(Page { events, next })
}
