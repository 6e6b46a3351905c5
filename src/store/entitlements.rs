//! What a person has by role, plan and metadata, read along with them where it is needed: three more columns of a statement
//! that is asked anyway.

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::catalogue::Entitlements;
use crate::model::metadata::Metadata;

statements! {
    FIND = concat!("SELECT ", entitlement_columns!(), " FROM users u WHERE u.id = $1");
}

/// What a person has as the columns of `entitlement_columns!` say it.
/// A statement without them gives nothing.
#[derive(sqlx::FromRow)]
pub(super) struct EntitlementRow {
    #[sqlx(default)]
    permissions: Option<Json<Vec<String>>>,
    #[sqlx(default)]
    features: Option<Json<Vec<String>>>,
    #[sqlx(default)]
    metadata: Option<Json<Metadata>>,
}

impl From<EntitlementRow> for Entitlements {
    fn from(row: EntitlementRow) -> Self {
        Self {
            permissions: row.permissions.map(|list| list.0).unwrap_or_default(),
            features: row.features.map(|list| list.0).unwrap_or_default(),
            metadata: row.metadata.map(|metadata| metadata.0).unwrap_or_default(),
        }
    }
}

/// What a person has; nothing where they are gone.
pub async fn find(tx: &mut Tx, user_id: Uuid) -> Result<Entitlements, StoreError> {
    let row = sql!(tx, optional EntitlementRow, FIND, user_id)?;
    Ok(row.map(Entitlements::from).unwrap_or_default())
}
