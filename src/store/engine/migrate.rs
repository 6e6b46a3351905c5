//! The embedded migrations: one timeline, the same text for both engines.

use std::time::Duration;

use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::time::timeout;

use super::error::{MigrationError, StoreError};

static EMBEDDED: Migrator = sqlx::migrate!("./migrations");

/// The driver's own bookkeeping table.
const TABLE: &str = "_sqlx_migrations";

/// What [`Db::migrate`](crate::store::Db::migrate) did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MigrationReport {
    /// Applied by this call, in order.
    pub applied: Vec<i64>,
    /// The newest migration the database now has; 0 for none.
    pub version: i64,
}

/// Where to migrate: a connection of its own, since a migration may take longer than a statement may.
#[derive(Clone)]
pub(in crate::store) enum Place {
    /// And how long the server may take to answer.
    Postgres(Box<PgConnectOptions>, Duration),
    Sqlite(Box<SqliteConnectOptions>),
}

async fn connect(options: &PgConnectOptions, limit: Duration) -> Result<sqlx::PgConnection, StoreError> {
    match timeout(limit, options.connect()).await {
        Ok(connected) => Ok(connected?),
        Err(_) => Err(StoreError::Unavailable("the database does not answer".to_owned())),
    }
}

/// The migrations that are missing.
pub(in crate::store) async fn pending(place: Place) -> Result<Vec<i64>, StoreError> {
    let applied = match place {
        Place::Postgres(options, limit) => {
            let mut connection = connect(&options, limit).await?;
            let applied = if postgres_has_table(&mut connection).await? {
                list(&mut connection).await?
            } else {
                Vec::new()
            };
            connection.close().await?;
            applied
        }
        Place::Sqlite(options) => {
            let mut connection = options.connect().await?;
            let applied = if sqlite_has_table(&mut connection).await? {
                list(&mut connection).await?
            } else {
                Vec::new()
            };
            connection.close().await?;
            applied
        }
    };
    missing(&applied)
}

/// What is missing in a file that is open already, and its newest migration (0 for none).
pub(in crate::store) async fn state_of_file(
    connection: &mut sqlx::SqliteConnection,
) -> Result<(Vec<i64>, i64), StoreError> {
    let applied = if sqlite_has_table(connection).await? {
        list(connection).await?
    } else {
        Vec::new()
    };
    let version = applied.iter().map(|applied| applied.version).max().unwrap_or(0);
    Ok((missing(&applied)?, version))
}

/// Takes the place of whoever may migrate a PostgreSQL database, until the connection closes.
pub(in crate::store) async fn queue_up(connection: &mut sqlx::PgConnection) -> Result<(), StoreError> {
    connection.lock().await.map_err(translate)
}

/// Whether migrations were applied to it.
pub(in crate::store) async fn has_history(connection: &mut sqlx::PgConnection) -> Result<bool, StoreError> {
    Ok(postgres_has_table(connection).await?)
}

/// Applies what is missing inside a transaction of the caller's; an empty database becomes one of ours.
pub(in crate::store) async fn apply_inside(connection: &mut sqlx::PgConnection) -> Result<Vec<i64>, StoreError> {
    apply(connection).await
}

/// Applies what is missing.
pub(in crate::store) async fn run(place: Place) -> Result<MigrationReport, StoreError> {
    // The usual start finds nothing to do, and should not wait for anybody's lock to learn it.
    let applied = if pending(place.clone()).await?.is_empty() {
        Vec::new()
    } else {
        match place {
            Place::Postgres(options, limit) => {
                let mut connection = connect(&options, limit).await?;
                // Held until the connection closes. Nodes that start together queue here, and each looks again once inside.
                connection.lock().await.map_err(translate)?;
                let applied = apply(&mut connection).await?;
                connection.close().await?;
                applied
            }
            Place::Sqlite(options) => {
                let mut connection = options.connect().await?;
                // All migrations in one transaction that holds the write lock: another process waits, then finds them done.
                let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
                let applied = apply(&mut *transaction).await?;
                transaction.commit().await?;
                connection.close().await?;
                applied
            }
        }
    };
    Ok(MigrationReport {
        applied,
        version: newest_known(),
    })
}

async fn apply<C: Migrate>(connection: &mut C) -> Result<Vec<i64>, StoreError> {
    connection.ensure_migrations_table(TABLE).await.map_err(translate)?;
    let applied = list(connection).await?;
    let missing = missing(&applied)?;
    for migration in EMBEDDED.iter().filter(|migration| missing.contains(&migration.version)) {
        connection.apply(TABLE, migration).await.map_err(translate)?;
    }
    Ok(missing)
}

async fn list<C: Migrate>(connection: &mut C) -> Result<Vec<AppliedMigration>, StoreError> {
    connection.list_applied_migrations(TABLE).await.map_err(translate)
}

/// What the binary contains and the database has not seen.
fn missing(applied: &[AppliedMigration]) -> Result<Vec<i64>, StoreError> {
    let known = newest_known();
    if let Some(found) = applied
        .iter()
        .map(|applied| applied.version)
        .max()
        .filter(|found| *found > known)
    {
        return Err(MigrationError::NewerDatabase { found, known }.into());
    }
    for before in applied {
        let same = EMBEDDED
            .iter()
            .any(|now| now.version == before.version && now.checksum == before.checksum);
        if !same {
            return Err(MigrationError::Changed {
                version: before.version,
            }
            .into());
        }
    }
    Ok(EMBEDDED
        .iter()
        .filter(|now| !applied.iter().any(|before| before.version == now.version))
        .map(|now| now.version)
        .collect())
}

fn newest_known() -> i64 {
    EMBEDDED.iter().map(|migration| migration.version).max().unwrap_or(0)
}

// fork: each engine keeps its catalogue elsewhere.
async fn postgres_has_table(connection: &mut sqlx::PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(TABLE)
        .fetch_one(connection)
        .await
}

async fn sqlite_has_table(connection: &mut sqlx::SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)")
        .bind(TABLE)
        .fetch_one(connection)
        .await
}

fn translate(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => error.into(),
        MigrateError::ExecuteMigration(error, version) => MigrationError::Failed {
            version,
            reason: error.to_string(),
        }
        .into(),
        other => StoreError::Other(other.to_string()),
    }
}
