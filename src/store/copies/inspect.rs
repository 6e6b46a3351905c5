//! Whether a SQLite file is a sound database of ours.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};

use super::super::engine::{migrate, sqlite};
use super::super::{Db, verify};
use super::{BOOKKEEPING, CopyError, quoted};

/// What is in a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The newest migration that was applied to it.
    pub version: i64,
    /// Migrations that this program would apply.
    pub pending: Vec<i64>,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
    /// Its size.
    pub bytes: u64,
}

/// Looks at a file that nobody writes to, and leaves it as it is: whether SQLite finds it whole, whether it is ours and not
/// newer than this program, whether every reference leads somewhere, and, where its schema is ours, whether all that must hold does.
///
/// # Errors
/// [`CopyError::Unsound`] with what is wrong.
pub async fn inspect(path: &Path) -> Result<Inspection, CopyError> {
    let metadata = std::fs::metadata(path).map_err(|error| CopyError::Io(path.to_owned(), error))?;
    let mut connection = sqlite::reader(path).connect().await.map_err(unreadable)?;
    let looked = look(&mut connection).await;
    connection.close().await?;
    let (pending, version, rows) = looked?;
    if pending.is_empty() {
        let db = Db::open_copy(path)?;
        let broken = verify::verify(&db).await;
        db.close().await;
        let broken = broken?;
        if !broken.is_empty() {
            return Err(CopyError::Unsound(format!(
                "what must hold does not: {}",
                broken.join("; ")
            )));
        }
    }
    Ok(Inspection {
        version,
        pending,
        rows,
        bytes: metadata.len(),
    })
}

async fn look(connection: &mut SqliteConnection) -> Result<(Vec<i64>, i64, BTreeMap<String, i64>), CopyError> {
    let whole: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(&mut *connection)
        .await
        .map_err(unreadable)?;
    if whole != ["ok"] {
        let found = whole.into_iter().take(5).collect::<Vec<_>>().join("; ");
        return Err(CopyError::Unsound(format!("SQLite finds the file damaged: {found}")));
    }
    // Our schema has neither; in somebody else's they would run with ours.
    let foreign: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')")
        .fetch_one(&mut *connection)
        .await?;
    let (pending, version) = migrate::state_of_file(connection).await?;
    if version == 0 || foreign > 0 {
        return Err(CopyError::Unsound("this is no database of Passgate".to_owned()));
    }
    let dangling = sqlx::query("PRAGMA foreign_key_check")
        .fetch_all(&mut *connection)
        .await?;
    if !dangling.is_empty() {
        let text = format!("{} rows refer to rows that are not there", dangling.len());
        return Err(CopyError::Unsound(text));
    }
    let mut rows = BTreeMap::new();
    for table in tables(connection).await? {
        let count = format!("SELECT COUNT(*) FROM {}", quoted(&table));
        let count = sqlx::query_scalar(AssertSqlSafe(count))
            .fetch_one(&mut *connection)
            .await?;
        rows.insert(table, count);
    }
    Ok((pending, version, rows))
}

/// The tables of a SQLite file, as its catalogue has them.
pub(super) async fn tables(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> $1 ORDER BY name",
    )
    .bind(BOOKKEEPING)
    .fetch_all(connection)
    .await
}

fn unreadable(error: sqlx::Error) -> CopyError {
    CopyError::Unsound(format!("this is no SQLite database that can be read: {error}"))
}
