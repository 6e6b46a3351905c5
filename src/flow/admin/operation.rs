//! What an operation is.

use std::future::ready;

use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::administrator::Administrator;
use super::refused::Refused;
use crate::model::audit::Origin;
use crate::model::permission::Permission;
use crate::state::State;

/// The method of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Sees.
    Get,
    /// Makes, or does something that is no change of a member.
    Post,
    /// Puts a whole in the place of another.
    Put,
    /// Changes the members that are named (RFC 7396).
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// As HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether what is not in the path comes in a body; in the query otherwise.
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

/// Where an operation is in the REST interface.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path below `/api/v1`; what stands in braces is a member of the input.
    pub path: &'static str,
    /// The status of success.
    pub status: u16,
}

impl Route {
    /// Sees.
    pub const fn get(path: &'static str) -> Self {
        Self::of(Method::Get, path, 200)
    }

    /// Makes something new.
    pub const fn create(path: &'static str) -> Self {
        Self::of(Method::Post, path, 201)
    }

    /// Does something.
    pub const fn post(path: &'static str) -> Self {
        Self::of(Method::Post, path, 200)
    }

    /// Puts a whole in the place of another.
    pub const fn put(path: &'static str) -> Self {
        Self::of(Method::Put, path, 200)
    }

    /// Changes members.
    pub const fn patch(path: &'static str) -> Self {
        Self::of(Method::Patch, path, 200)
    }

    /// Removes; the answer is empty.
    pub const fn delete(path: &'static str) -> Self {
        Self::of(Method::Delete, path, 204)
    }

    /// Does something that has no answer.
    pub const fn act(path: &'static str) -> Self {
        Self::of(Method::Post, path, 204)
    }

    const fn of(method: Method, path: &'static str, status: u16) -> Self {
        Self { method, path, status }
    }

    /// The members of the input that stand in the path.
    pub fn in_path(&self) -> impl Iterator<Item = &'static str> {
        let segments = self.path.split('/');
        segments.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }
}

/// A call of an operation.
pub struct Call<'a> {
    /// The installation.
    pub state: &'a State,
    /// Who calls.
    pub administrator: &'a Administrator,
    /// For the audit trail; the actor is the administrator.
    pub origin: Origin,
    /// The revision that the caller knows (`If-Match`): a change of another one is refused.
    pub expected: Option<String>,
}

impl Call<'_> {
    /// Refuses the call when the caller knows another revision than this.
    ///
    /// # Errors
    /// [`super::Code::RevisionMismatch`].
    pub fn check_revision(&self, revision: &str) -> Result<(), Refused> {
        match &self.expected {
            Some(expected) if expected != revision => Err(Refused::revision()),
            _ => Ok(()),
        }
    }
}

/// Something that administrators do.
pub trait Operation: 'static {
    /// Its stable name, as `listUsers`.
    const ID: &'static str;
    /// What it does, in a sentence.
    const SUMMARY: &'static str;
    /// The right that it needs.
    const PERMISSION: Permission;
    /// Where it is in the REST interface.
    const ROUTE: Route;
    /// What it takes: path, query and body in one. Refuses members that it does not know.
    type Input: Serialize + DeserializeOwned + ToSchema + Send + Sync + 'static;
    /// What it gives.
    type Output: Serialize + DeserializeOwned + ToSchema + Send + 'static;

    /// Does it. Whether the administrator may is settled already; whether they may give what the input names is not.
    fn run(call: Call<'_>, input: Self::Input) -> impl Future<Output = Result<Self::Output, Refused>>;

    /// The revision of what is given (`ETag`), where it can be changed: letters and digits.
    fn revision(_: &Self::Output) -> Option<String> {
        None
    }
}

/// What an operation says of itself, without its types.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// [`Operation::ID`].
    pub id: &'static str,
    /// [`Operation::SUMMARY`].
    pub summary: &'static str,
    /// [`Operation::PERMISSION`].
    pub permission: Permission,
    /// [`Operation::ROUTE`].
    pub route: Route,
}

impl About {
    /// What this one says.
    pub const fn of<O: Operation>() -> Self {
        Self {
            id: O::ID,
            summary: O::SUMMARY,
            permission: O::PERMISSION,
            route: O::ROUTE,
        }
    }
}

/// Is shown every operation.
pub trait Visitor {
    /// One of them.
    fn visit<O: Operation>(&mut self);
}

/// Runs an operation for somebody, if they may.
///
/// # Errors
/// What [`Administrator::admit`] and the operation refuse.
// In a box, so that the body of an operation is compiled once, whoever calls it.
pub fn run<'a, O: Operation>(
    state: &'a State,
    administrator: &'a Administrator,
    origin: &Origin,
    expected: Option<String>,
    input: O::Input,
) -> LocalBoxFuture<'a, Result<O::Output, Refused>> {
    if let Err(refused) = administrator.admit(O::PERMISSION) {
        return Box::pin(ready(Err(refused)));
    }
    let call = Call {
        state,
        administrator,
        origin: origin.by(administrator.actor()),
        expected,
    };
    Box::pin(O::run(call, input))
}
