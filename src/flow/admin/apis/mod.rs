//! Services that verify tokens, and the scopes that they know: what the consent page says of a scope comes from here.

mod change;
mod rules;
mod see;

pub use change::{Changes, Create, Delete, NewApi, Update};
pub use see::{List, Show, Which};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::api;

/// A service.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Api {
    /// The `aud` of tokens that are for it (RFC 9068 section 2.2).
    pub identifier: String,
    /// What people see.
    pub name: String,
    /// For administrators.
    pub description: String,
    /// What may be asked for there.
    pub scopes: Vec<Scope>,
    /// Counts the changes.
    pub revision: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// A scope of a service.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiScope)]
pub struct Scope {
    /// As applications ask for it (RFC 6749 section 3.3).
    pub name: String,
    /// What it lets an application do, for the person who is asked.
    #[serde(default)]
    pub description: String,
}

impl From<api::Api> for Api {
    fn from(api: api::Api) -> Self {
        let scope = |scope: api::ApiScope| Scope {
            name: scope.name,
            description: scope.description,
        };
        Self {
            identifier: api.identifier,
            name: api.name,
            description: api.description,
            scopes: api.scopes.into_iter().map(scope).collect(),
            revision: api.revision,
            created_at: api.created_at,
            updated_at: api.updated_at,
        }
    }
}
