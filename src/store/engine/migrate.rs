//! Migrations: one timeline, the same text for both engines, embedded in the binary.

use sqlx::migrate::{MigrateError, Migrator};

use super::{Backend, Db, StoreError};

static TIMELINE: Migrator = sqlx::migrate!("./migrations");

/// What a migration run did.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MigrationReport {
    /// The newest migration that the database has now.
    pub version: i64,
    /// Those that this run applied, in order.
    pub applied: Vec<i64>,
}

impl Db {
    /// Applies what is missing. Several nodes may start together: one migrates, the others wait (PostgreSQL takes an
    /// advisory lock, SQLite a write lock for each migration). A database that a newer Passgate migrated is refused.
    pub async fn migrate(&self) -> Result<MigrationReport, StoreError> {
        let before = self.applied_migrations().await?;
        match &self.0.backend {
            Backend::Postgres(pool) => {
                let pool = pool.clone();
                self.on_runtime(async move { TIMELINE.run(&pool).await.map_err(refused) })
                    .await?;
            }
            Backend::Sqlite(sqlite) => {
                let pool = sqlite.writers().clone();
                self.on_runtime(async move { TIMELINE.run(&pool).await.map_err(refused) })
                    .await?;
            }
        }
        let after = self.applied_migrations().await?;
        Ok(MigrationReport {
            version: after.last().copied().unwrap_or_default(),
            applied: after.into_iter().filter(|version| !before.contains(version)).collect(),
        })
    }

    /// The migrations that this binary has and the database has not.
    pub async fn pending_migrations(&self) -> Result<Vec<i64>, StoreError> {
        let applied = self.applied_migrations().await?;
        Ok(TIMELINE
            .iter()
            .map(|migration| migration.version)
            .filter(|version| !applied.contains(version))
            .collect())
    }

    async fn applied_migrations(&self) -> Result<Vec<i64>, StoreError> {
        let applied = self
            .read((), |tx, ()| {
                Box::pin(async move {
                    sql!(
                        tx,
                        all(i64,),
                        "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version"
                    )
                })
            })
            .await;
        match applied {
            Ok(rows) => Ok(rows.into_iter().map(|(version,)| version).collect()),
            // A new database has no such table.
            Err(StoreError::Other(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

fn refused(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::Other(format!(
            "the database has migration {version}, which this Passgate does not know: it was migrated by a newer one"
        )),
        MigrateError::Execute(error) => error.into(),
        other => StoreError::Other(other.to_string()),
    }
}
