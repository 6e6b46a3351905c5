//! Why requests of an application failed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::unknown;
use crate::flow::admin::{Call, Operation, Page, Refused, Route};
use crate::flow::requests as flow;
use crate::model::permission::{Permission, Resource};
use crate::model::request_trace::{CheckRow, RequestTrace};

/// A check of a request.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = RequestCheck)]
pub struct Check {
    /// Its stable name, as `redirect_uri`.
    pub check: String,
    /// Where it is demanded.
    pub section: String,
    /// Whether the request passed it.
    pub passed: bool,
    /// What was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What to change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// What is registered, where the request differs from that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registered: Vec<String>,
    /// What was sent, where that is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
}

/// A request of an application.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ClientRequest)]
pub struct Request {
    /// Its id.
    pub id: Uuid,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Where: `authorize`, `token`, `userinfo`, `introspection`, `revocation`.
    pub endpoint: String,
    /// Whether it failed.
    pub failed: bool,
    /// How it ended, as `code`, `sign_in` or `error`.
    pub outcome: String,
    /// The error code (RFC 6749 section 5.2), where it failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// What the client was told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How long it took.
    pub duration_micros: i64,
    /// From where.
    pub address: String,
    /// The request, as the logs have it.
    pub request_id: String,
    /// What the program calls itself.
    pub user_agent: String,
    /// Parameters; of those that may be secret only the names.
    pub parameters: BTreeMap<String, String>,
    /// What was judged, in order.
    pub checks: Vec<Check>,
}

impl From<CheckRow> for Check {
    fn from(row: CheckRow) -> Self {
        Self {
            check: row.check,
            section: row.section,
            passed: row.passed,
            found: row.found,
            suggestion: row.suggestion,
            registered: row.registered,
            sent: row.sent,
        }
    }
}

impl From<RequestTrace> for Request {
    fn from(trace: RequestTrace) -> Self {
        Self {
            id: trace.id,
            at: trace.at,
            endpoint: trace.endpoint,
            failed: trace.failed,
            outcome: trace.outcome,
            error: trace.error,
            description: trace.description,
            duration_micros: trace.duration_micros,
            address: trace.address,
            request_id: trace.request_id,
            user_agent: trace.user_agent,
            parameters: trace.parameters,
            checks: trace.checks.into_iter().map(Check::from).collect(),
        }
    }
}

/// Of which application, and which of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListClientRequests)]
pub struct Listing {
    /// Its id.
    pub client_id: String,
    /// Only those that failed.
    #[serde(default)]
    pub failed: bool,
}

/// See [`Operation::SUMMARY`].
pub struct ListRequests;

impl Operation for ListRequests {
    const ID: &'static str = "listClientRequests";
    const SUMMARY: &'static str =
        "Lists recent requests of an application with each check, newest first: why did this fail?";
    const PERMISSION: Permission = Permission::read(Resource::Clients);
    const ROUTE: Route = Route::get("/clients/{client_id}/requests");
    type Input = Listing;
    type Output = Page<Request>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        // Requests of clients that do not exist have no name.
        if input.client_id.is_empty() {
            return Err(unknown());
        }
        listed(flow::run(call.state, Some(&input.client_id), input.failed).await)
    }
}

/// Which requests.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListUnknownClientRequests)]
pub struct UnknownListing {
    /// Only those that failed.
    #[serde(default)]
    pub failed: bool,
}

/// See [`Operation::SUMMARY`].
pub struct ListUnknownRequests;

impl Operation for ListUnknownRequests {
    const ID: &'static str = "listUnknownClientRequests";
    const SUMMARY: &'static str = "Lists recent requests that named no application that exists, newest first: is a client_id misspelled somewhere?";
    const PERMISSION: Permission = Permission::read(Resource::Clients);
    const ROUTE: Route = Route::get("/unknown-client-requests");
    type Input = UnknownListing;
    type Output = Page<Request>;

    async fn run(call: Call<'_>, input: UnknownListing) -> Result<Self::Output, Refused> {
        listed(flow::run(call.state, None, input.failed).await)
    }
}

fn listed(found: Result<Vec<RequestTrace>, flow::Refused>) -> Result<Page<Request>, Refused> {
    let found = found.map_err(|refused| match refused {
        flow::Refused::UnknownClient(_) => unknown(),
        flow::Refused::Fault(fault) => Refused::Fault(fault),
    })?;
    Ok(Page {
        items: found.into_iter().map(Request::from).collect(),
        next: None,
    })
}
