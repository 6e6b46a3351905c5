//! Keys of programs that administer.

mod create;
mod delete;
mod list;
mod show;

pub use super::page::Listing;
pub use create::{Create, Created, NewApiKey};
pub use delete::Delete;
pub use list::List;
pub use show::{Show, Which};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::api_key;

/// A key, as it is shown: never its secret.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ApiKey {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What it may do, as `users:read`.
    pub permissions: Vec<String>,
    /// Addresses and networks from which it may be used; everywhere when empty.
    pub addresses: Vec<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was used last, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_address: Option<String>,
}

impl From<api_key::ApiKey> for ApiKey {
    fn from(key: api_key::ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            permissions: key.permissions.into(),
            addresses: key.addresses.iter().map(ToString::to_string).collect(),
            created_by: key.created_by,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            last_used_address: key.last_used_address,
        }
    }
}
