//! The audit trail, for administrators.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::bulk::Bulk;
use super::page::{self, Place};
use super::{Administrator, Call, Method, Operation, Page, Refused, Route};
use crate::flow::audit::export::{self, Export};
use crate::flow::audit::{self as flow, list, verify};
use crate::model::audit::{AuditEvent, Origin};
use crate::model::permission::{Permission, Resource};
use crate::state::State;

/// An event.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditEvent)]
pub struct Event {
    /// Its id.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened, as `client_updated`.
    pub kind: String,
    /// The kind's category, as `client`.
    pub category: String,
    /// What whoever did it is: `person`, `client`, `api_key`, `command_line`, `system` or `anonymous`.
    pub actor_kind: String,
    /// Who did it.
    pub actor: String,
    /// What it was done to is.
    pub target_kind: String,
    /// What it was done to.
    pub target: String,
    /// From where.
    pub address: String,
    /// What the browser or program calls itself.
    pub user_agent: String,
    /// The request, as the logs have it.
    pub request_id: String,
    /// What else there is to know; `changes` holds what was before and after.
    #[schema(value_type = Object)]
    pub details: Value,
}

impl From<AuditEvent> for Event {
    fn from(event: AuditEvent) -> Self {
        Self {
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
        }
    }
}

/// Which events, and which part of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListAuditEvents)]
pub struct Listing {
    /// Entries of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u16>,
    /// What the page before gave as `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Only this kind, as `client_updated`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Only this category, as `client`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Only what this one did: a `sub`, a `client_id`, `api_key:` and an id, `cli`, `system`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Only what was done to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// At this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
}

impl Listing {
    /// What is asked for, without the part.
    ///
    /// # Errors
    /// A moment that is no moment of a database.
    pub fn filter(&self) -> Result<list::Filter, Refused> {
        Ok(list::Filter {
            kind: self.kind.clone(),
            category: self.category.clone(),
            actor: self.actor.clone(),
            target: self.target.clone(),
            from: moment("from", self.from)?,
            to: moment("to", self.to)?,
        })
    }
}

/// In whole microseconds and with a year of four digits, as both engines compare them.
fn moment(member: &str, at: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, Refused> {
    let Some(at) = at else { return Ok(None) };
    let whole = DateTime::from_timestamp_micros(at.timestamp_micros());
    match whole.filter(|at| *at >= Place::oldest().at && *at <= Place::newest().at) {
        Some(at) => Ok(Some(at)),
        None => Err(Refused::value(member, "a moment of the years 1970 to 9999")),
    }
}

impl From<flow::Refused> for Refused {
    fn from(refused: flow::Refused) -> Self {
        let detail = refused.to_string();
        match refused {
            flow::Refused::UnknownKind(_) => Self::value("kind", detail),
            flow::Refused::UnknownCategory(_) => Self::value("category", detail),
            flow::Refused::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Gives the trail out.
pub const EXPORT: Bulk = Bulk {
    id: "exportAuditEvents",
    summary: "Gives events of the audit trail as lines of JSON, oldest first, with everything that a verification needs.",
    permission: Permission::read(Resource::Audit),
    method: Method::Get,
    path: "/audit/export",
    query: Some(<Taking as PartialSchema>::schema),
};

/// Which events are taken along; all of them, unless something is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExportAuditEvents)]
pub struct Taking {
    /// Only what came behind this number: since an earlier export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_seq: Option<i64>,
    /// Only this kind, as `client_updated`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Only this category, as `client`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Only what this one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Only what was done to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// At this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
}

impl Taking {
    /// Which events they are.
    ///
    /// # Errors
    /// See [`Listing::filter`].
    pub fn filter(&self) -> Result<list::Filter, Refused> {
        let Self {
            after_seq: _,
            kind,
            category,
            actor,
            target,
            from,
            to,
        } = self.clone();
        let listing = Listing {
            kind,
            category,
            actor,
            target,
            from,
            to,
            ..Listing::default()
        };
        listing.filter()
    }
}

/// Begins to give out the events behind a number, or all that are kept; that somebody took them along is an event itself.
///
/// # Errors
/// Whoever asks may not, a filter that names nothing, or a fault.
pub async fn begin_export(
    state: &State,
    administrator: &Administrator,
    origin: &Origin,
    filter: list::Filter,
    after: Option<i64>,
) -> Result<Export, Refused> {
    administrator.admit(EXPORT.permission)?;
    let origin = origin.by(administrator.actor());
    Ok(export::begin(state, filter, after, &origin).await?)
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listAuditEvents";
    const SUMMARY: &'static str = "Lists events of the audit trail, newest first.";
    const PERMISSION: Permission = Permission::read(Resource::Audit);
    const ROUTE: Route = Route::get("/audit/events");
    type Input = Listing;
    type Output = Page<Event>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        let limit = page::limit(input.limit)?;
        let place = Place::read(input.after.as_deref())?.map(|place| (place.at, place.id));
        let limit = u16::try_from(limit).unwrap_or(page::LIMIT);
        let found = list::run(call.state, &input.filter()?, place, limit).await?;
        Ok(Page {
            items: found.events.into_iter().map(Event::from).collect(),
            next: found.next.map(|(at, id)| Place { at, id }.text()),
        })
    }
}

/// What is not as it was written.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = BrokenAuditTrail)]
pub struct Broken {
    /// The number of the event.
    pub seq: i64,
    /// In a sentence.
    pub detail: String,
}

/// What a verification found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = VerifiedAuditTrail)]
pub struct Verified {
    /// Whether every event is as it was written.
    pub verified: bool,
    /// The first thing that is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
    /// The number of the first event that is kept.
    pub first: i64,
    /// The number of the last one.
    pub last: i64,
    /// The hash of the last one: keep it elsewhere with the number, and a later verification tells whether the trail passes it.
    pub hash: String,
    /// Signed marks that the trail passes.
    pub checkpoints: u64,
    /// Events without what told of a person who left.
    pub emptied: u64,
    /// Events that wait to be chained.
    pub unsealed: i64,
    /// What the marks are signed with.
    pub public_key: String,
}

/// What is asked of a verification.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VerifyAuditTrail)]
pub struct Asked {
    /// A mark that was kept elsewhere, the number of an event, a colon and its hash: the trail must still pass it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

/// See [`Operation::SUMMARY`].
pub struct Verify;

impl Operation for Verify {
    const ID: &'static str = "verifyAuditTrail";
    const SUMMARY: &'static str = "Verifies that no event of the audit trail was changed, added or taken away.";
    const PERMISSION: Permission = Permission::read(Resource::Audit);
    const ROUTE: Route = Route::get("/audit/verify");
    type Input = Asked;
    type Output = Verified;

    async fn run(call: Call<'_>, input: Asked) -> Result<Verified, Refused> {
        let mark = input.mark.as_deref().map(str::parse::<verify::Known>).transpose();
        let mark = mark.map_err(|why| Refused::value("mark", why))?;
        let report = verify::database(call.state, mark.as_slice()).await?;
        Ok(Verified {
            verified: report.verified,
            broken: report.broken.map(|broken| Broken {
                seq: broken.seq,
                detail: broken.explanation,
            }),
            first: report.first,
            last: report.last,
            hash: report.hash,
            checkpoints: report.checkpoints,
            emptied: report.emptied,
            unsealed: report.unsealed,
            public_key: report.public_key,
        })
    }
}
