//! Many people at once, a line of JSON for each: not an operation like the others, since neither what comes nor what goes has
//! an end that is known before.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

use super::administrator::Administrator;
use super::operation::Method;
use super::page::Place;
use super::refused::Refused;
use super::users::Status;
use crate::flow::import::{self, ImportError, Imported};
use crate::flow::users as accounts;
use crate::flow::{Fault, catalogue::NotGiven};
use crate::model::audit::{AuditKind, Origin};
use crate::model::permission::{Permission, Resource};
use crate::state::State;
use crate::store::user_lists::{self, Filter, Listed};
use crate::store::{audit, user_metadata};

/// What lines of JSON are called (a media type).
pub const NDJSON: &str = "application/x-ndjson";

/// What is done with lines of JSON.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    /// Names it in the description of the REST interface.
    pub id: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The right that it needs.
    pub permission: Permission,
    /// The method of its route.
    pub method: Method,
    /// The path of its route, below the REST interface.
    pub path: &'static str,
    /// What its query may hold, where it takes one.
    pub query: Option<fn() -> RefOr<Schema>>,
}

/// Everything that is.
pub const ALL: [Bulk; 3] = [IMPORT, EXPORT, super::audit::EXPORT];

/// Makes accounts.
pub const IMPORT: Bulk = Bulk {
    id: "importUsers",
    summary: "Makes accounts of lines of JSON (docs/importing-users.md): each line is answered by one, the last one counts.",
    permission: Permission::write(Resource::Users),
    method: Method::Post,
    path: "/users/import",
    query: None,
};

/// Gives everybody out.
pub const EXPORT: Bulk = Bulk {
    id: "exportUsers",
    summary: "Gives everybody as lines of JSON, oldest accounts first, without passwords and factors.",
    permission: Permission::read(Resource::Users),
    method: Method::Get,
    path: "/users/export",
    query: None,
};

/// People of one read of an export.
const BATCH: i64 = 200;

/// What became of a line, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// An account was made.
    Created,
    /// There was one, and it is as it was.
    Exists,
    /// It makes no account.
    Refused,
}

/// What became of a line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Which line, from 1.
    pub line: u64,
    /// What became of it.
    pub status: Fate,
    /// The address of the line, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The `sub` of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why it is refused; never what the line holds of secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Line {
    /// A line that makes no account, and why.
    pub fn refused(line: u64, error: &ImportError) -> Self {
        Self {
            line,
            status: Fate::Refused,
            email: None,
            id: None,
            detail: Some(error.to_string()),
        }
    }
}

/// What became of all of them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Summary {
    /// Accounts that were made.
    pub created: u64,
    /// Those that were there, and are as they were.
    pub exists: u64,
    /// Lines that make no account.
    pub refused: u64,
}

impl Summary {
    /// Counts a line.
    pub fn count(&mut self, line: &Line) {
        match line.status {
            Fate::Created => self.created += 1,
            Fate::Exists => self.exists += 1,
            Fate::Refused => self.refused += 1,
        }
    }
}

/// Imports a line; see `docs/importing-users.md`. What is wrong with it is told, and the next one is as good as before.
///
/// # Errors
/// The house is at fault: whoever sends the rest again loses nothing, since accounts that exist are left alone.
pub async fn import_line(
    state: &State,
    administrator: &Administrator,
    origin: &Origin,
    line: u64,
    text: &[u8],
) -> Result<Line, Fault> {
    let origin = origin.by(administrator.actor());
    let taken = import::take(state, text, administrator.authority(), &origin).await;
    let (status, email, id, detail) = match taken {
        Ok(Imported::Made { email, sub }) => (Fate::Created, Some(email), Some(sub), None),
        Ok(Imported::Skipped { email, sub }) => (Fate::Exists, Some(email), Some(sub), None),
        Err(ImportError::Refused(accounts::Refused::Fault(fault))) => return Err(fault),
        Err(ImportError::Refused(accounts::Refused::NotGiven(NotGiven::Beyond(_)))) => {
            let detail = "nobody gives or takes what they do not hold".to_owned();
            (Fate::Refused, None, None, Some(detail))
        }
        Err(error) => return Ok(Line::refused(line, &error)),
    };
    Ok(Line {
        line,
        status,
        email,
        id,
        detail,
    })
}

/// A person in an export: what an import takes, and what it leaves out.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    id: Uuid,
    email: String,
    email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    role: String,
    plan: String,
    status: Status,
    claims: Map<String, Value>,
    metadata: super::users::Metadata,
    created_at: crate::model::Timestamp,
    updated_at: crate::model::Timestamp,
}

/// How far an export is.
#[derive(Clone, Copy, Debug)]
pub struct Position(Option<Place>);

/// Notes in the audit trail that somebody takes everybody's data along, and gives the beginning.
///
/// # Errors
/// They may not, or a fault.
pub async fn begin_export(state: &State, administrator: &Administrator, origin: &Origin) -> Result<Position, Refused> {
    administrator.admit(EXPORT.permission)?;
    let (origin, now) = (origin.by(administrator.actor()), state.clock.now());
    let noted = state.db.write_one(origin, move |tx, origin| {
        Box::pin(async move {
            let details = serde_json::json!({ "users": "all" });
            audit::record(tx, AuditKind::DataExported, origin, &origin.actor, details, now).await
        })
    });
    noted.await.map_err(Fault::from)?;
    Ok(Position(Some(Place::oldest())))
}

/// The next people, oldest accounts first; nobody is left out who was there at the beginning and still is.
///
/// # Errors
/// A fault.
pub async fn export(state: &State, position: Position) -> Result<Option<(Vec<Exported>, Position)>, Fault> {
    let Some(place) = position.0 else { return Ok(None) };
    let read = state.db.read((), move |tx, ()| {
        Box::pin(async move {
            let people = user_lists::by_age(tx, &Filter::default(), false, (place.at, place.id), BATCH).await?;
            let mut exported = Vec::with_capacity(people.len());
            for listed in people {
                let metadata = user_metadata::find(tx, listed.user.id).await?;
                exported.push(one(listed, metadata.into()));
            }
            Ok(exported)
        })
    });
    let people = read.await?;
    let next = people
        .last()
        .filter(|_| people.len() as i64 == BATCH)
        .map(|last| Place {
            at: last.created_at,
            id: last.id,
        });
    Ok(Some((people, Position(next))))
}

fn one(listed: Listed, metadata: super::users::Metadata) -> Exported {
    let user = super::users::User::from(listed);
    Exported {
        id: user.id,
        email: user.email,
        email_verified: user.email_verified,
        username: user.username,
        role: user.role,
        plan: user.plan,
        status: user.status,
        claims: user.claims,
        metadata,
        created_at: user.created_at,
        updated_at: user.updated_at,
    }
}
