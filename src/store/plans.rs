//! `plans`: the catalogue of plans.

use sqlx::types::Json;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::catalogue::Plan;

/// The columns that `Row` reads.
macro_rules! columns {
    () => {
        "name, description, features, revision, created_at, updated_at"
    };
}

statements! {
    LIST = concat!("SELECT ", columns!(), " FROM plans");
    FIND = concat!("SELECT ", columns!(), " FROM plans WHERE name = $1");
    COUNT = "SELECT COUNT(*) FROM plans";
    INSERT = "INSERT INTO plans (name, description, features, revision, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_WHERE_MISSING = "INSERT INTO plans (name, description, features, revision, created_at, updated_at) \
                            VALUES ($1, '', $2, 1, $3, $3) ON CONFLICT (name) DO NOTHING";
    UPDATE = concat!("UPDATE plans SET description = $2, features = $3, revision = revision + 1, updated_at = $4 \
                      WHERE name = $1 RETURNING ", columns!());
    DELETE = "DELETE FROM plans WHERE name = $1";
    /// Changes nothing: whoever gives a plan and whoever removes it follow each other.
    HOLD = "UPDATE plans SET revision = revision WHERE name = $1";
    /// One statement, so that somebody who accepts an invitation in this moment is seen on one side or the other.
    IN_USE = "SELECT EXISTS (SELECT 1 FROM users WHERE plan = $1) AS held, EXISTS (SELECT 1 FROM invitations WHERE plan = $1 \
              AND consumed_at IS NULL AND expires_at > $2) AS promised";
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    description: String,
    features: Json<Vec<String>>,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for Plan {
    fn from(row: Row) -> Self {
        Self {
            name: row.name,
            description: row.description,
            features: row.features.0,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Who stands in the way of removing one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Use {
    /// Somebody has it.
    pub held: bool,
    /// An open invitation promises it.
    pub promised: bool,
}

/// Every one, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<Plan>, StoreError> {
    let mut all: Vec<Plan> = sql!(tx, all Row, LIST)?.into_iter().map(Plan::from).collect();
    // Here, since the engines sort by different alphabets.
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// One by its name.
pub async fn find(tx: &mut Tx, name: &str) -> Result<Option<Plan>, StoreError> {
    Ok(sql!(tx, optional Row, FIND, name)?.map(Plan::from))
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT)
}

/// Stores a new one; [`StoreError::Conflict`] when the name is taken.
pub async fn insert(tx: &mut Tx, new: &Plan) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        &new.name,
        &new.description,
        Json(&new.features),
        new.revision,
        new.created_at,
        new.updated_at
    )
    .map(drop)
}

/// Stores an empty one unless there is one of the name.
pub async fn insert_where_missing(tx: &mut Tx, name: &str, now: Timestamp) -> Result<(), StoreError> {
    let nothing: Vec<String> = Vec::new();
    sql!(tx, execute, INSERT_WHERE_MISSING, name, Json(nothing), now).map(drop)
}

/// Changes one and gives it as it is then; `None` when there is none.
pub async fn update(
    tx: &mut Tx,
    name: &str,
    description: &str,
    features: &[String],
    now: Timestamp,
) -> Result<Option<Plan>, StoreError> {
    Ok(sql!(tx, optional Row, UPDATE, name, description, Json(features), now)?.map(Plan::from))
}

/// Removes one; false when there is none.
pub async fn delete(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, DELETE, name)? == 1)
}

/// Locks one until the unit ends, so that what is read afterwards stays true; false when there is none.
pub async fn hold(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, HOLD, name)? == 1)
}

/// Who stands in the way of removing one.
pub async fn in_use(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Use, StoreError> {
    sql!(tx, one Use, IN_USE, name, now)
}
