//! Everything from a SQLite file into an empty PostgreSQL database, in one transaction: schema, rows and the comparison of
//! what arrived with what was read. Whatever goes wrong leaves both databases as they were.

use std::path::Path;
use std::str::FromStr as _;

use futures_util::TryStreamExt as _;
use serde::Serialize;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};

use super::super::engine::{lock, migrate, sqlite};
use super::catalogue::{self, Table};
use super::values::{Batch, Column, Sum};
use super::{CopyError, quoted};
use crate::store::OpenError;

/// Rows of one statement.
const ROWS: usize = 500;
/// Bytes of one statement, roughly.
const BYTES: usize = 4 * 1024 * 1024;

/// A table that was moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MovedTable {
    /// Its name.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// The sum of the digests of its rows, the same on both sides.
    pub checksum: String,
}

/// Moves. The file is only read; nobody may have it open meanwhile, or the target would lack what they write.
///
/// # Errors
/// [`CopyError::InUse`] while anybody has the file open, [`CopyError::NotEmpty`] for a target that holds anything, and
/// [`CopyError::Unsound`] when something did not arrive as it was.
pub async fn relocate(from: &Path, to: &str) -> Result<Vec<MovedTable>, CopyError> {
    let from = lock::true_path(from);
    if !from.exists() {
        return Err(CopyError::Unsound(format!(
            "there is no database at {}",
            from.display()
        )));
    }
    let taken = lock::alone(&from).map_err(|error| CopyError::Io(from.clone(), error))?;
    let _lock = taken.ok_or_else(|| CopyError::InUse(from.clone()))?;
    if !(to.starts_with("postgres://") || to.starts_with("postgresql://")) {
        return Err(CopyError::Unsound("the target begins with postgres://".to_owned()));
    }
    let options = PgConnectOptions::from_str(to)
        .map_err(|error| OpenError::Url(error.to_string()))?
        .application_name("passgate move")
        .disable_statement_logging();
    let mut source = sqlite::reader(&from).connect().await?;
    let (pending, version) = migrate::state_of_file(&mut source).await?;
    if version == 0 || !pending.is_empty() {
        return Err(CopyError::Unsound(
            "the database is not at the schema of this program: run passgate migrate first".to_owned(),
        ));
    }
    let mut target = options.connect().await?;
    // Servers that start on the target meanwhile wait here, and find a database that is ready or empty.
    migrate::queue_up(&mut target).await?;
    let mut transaction = target.begin().await?;
    let moved = fill(&mut source, &mut transaction).await?;
    transaction.commit().await?;
    // So that the planner knows from the first query on what there is. It costs nobody anything if it fails.
    drop(sqlx::raw_sql("ANALYZE").execute(&mut target).await);
    target.close().await?;
    source.close().await?;
    Ok(moved)
}

async fn fill(source: &mut SqliteConnection, target: &mut PgConnection) -> Result<Vec<MovedTable>, CopyError> {
    let found = catalogue::of_postgres(target).await?;
    if migrate::has_history(target).await? {
        refuse_used(target, &found).await?;
    } else if let Some(table) = found.first() {
        return Err(CopyError::NotEmpty(format!("it has a table {}", table.name)));
    }
    migrate::apply_inside(target).await?;
    let tables = catalogue::in_order(catalogue::of_postgres(target).await?)?;
    catalogue::compare(source, &tables).await?;
    for table in tables.iter().rev() {
        // What migrations themselves wrote is in the source too, as it is now. Nobody else writes here until the commit.
        let name = quoted(&table.name);
        let clear = format!("LOCK TABLE {name} IN EXCLUSIVE MODE; DELETE FROM {name}");
        sqlx::raw_sql(AssertSqlSafe(clear)).execute(&mut *target).await?;
    }
    let mut moved = Vec::new();
    for table in &tables {
        let failed = |error: CopyError| CopyError::Database(format!("table {}: {error}", table.name));
        let read = copy(source, target, table).await.map_err(failed)?;
        let arrived = sum(target, table).await.map_err(failed)?;
        if read != arrived {
            return Err(CopyError::Unsound(format!(
                "table {}: {} rows with checksum {} were read, {} with {} arrived; nothing was moved",
                table.name,
                read.rows,
                read.text(),
                arrived.rows,
                arrived.text()
            )));
        }
        moved.push(MovedTable {
            table: table.name.clone(),
            rows: read.rows,
            checksum: read.text(),
        });
    }
    Ok(moved)
}

/// A database that was migrated and never served is as good as an empty one. Every start leaves rows in `installation` and
/// `signing_keys`; what else there may be counts too, unless migrations wrote it.
async fn refuse_used(target: &mut PgConnection, tables: &[Table]) -> Result<(), CopyError> {
    for name in ["installation", "signing_keys", "users", "clients", "audit_events"] {
        if !tables.iter().any(|table| table.name == name) {
            continue;
        }
        let count = format!("SELECT COUNT(*) FROM {}", quoted(name));
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *target).await?;
        if rows > 0 {
            return Err(CopyError::NotEmpty(format!("table {name} has {rows} rows")));
        }
    }
    Ok(())
}

/// Reads a table from SQLite and writes it to PostgreSQL; gives the sum of what was read.
async fn copy(source: &mut SqliteConnection, target: &mut PgConnection, table: &Table) -> Result<Sum, CopyError> {
    let insert = table.insert();
    let select = table.select_from_sqlite();
    let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut *source);
    let mut sum = Sum::default();
    let mut batch = Batch::new(&table.columns);
    while let Some(row) = rows.try_next().await? {
        batch.take(&row, &mut sum)?;
        if batch.rows >= ROWS || batch.bytes >= BYTES {
            write(target, &insert, &mut batch, table).await?;
        }
    }
    if batch.rows > 0 {
        write(target, &insert, &mut batch, table).await?;
    }
    Ok(sum)
}

async fn write(target: &mut PgConnection, insert: &str, batch: &mut Batch, table: &Table) -> Result<(), CopyError> {
    let full = std::mem::replace(batch, Batch::new(&table.columns));
    let expected = full.rows as u64;
    let mut query = sqlx::query(AssertSqlSafe(insert.to_owned()));
    for column in full.columns {
        query = match column {
            Column::Uuid(values) => query.bind(values),
            Column::Text(values) | Column::Json(values) => query.bind(values),
            Column::Boolean(values) => query.bind(values),
            Column::Number(values) => query.bind(values),
            Column::Moment(values) => query.bind(values),
            Column::Bytes(values) => query.bind(values),
        };
    }
    let written = query.execute(&mut *target).await?.rows_affected();
    if written == expected {
        Ok(())
    } else {
        Err(CopyError::Unsound(format!("{written} of {expected} rows were written")))
    }
}

/// The sum of what is in PostgreSQL now.
async fn sum(target: &mut PgConnection, table: &Table) -> Result<Sum, CopyError> {
    let mut rows = sqlx::query(AssertSqlSafe(table.select_from_postgres())).fetch(&mut *target);
    let mut sum = Sum::default();
    while let Some(row) = rows.try_next().await? {
        let mut batch = Batch::new(&table.columns);
        batch.take(&row, &mut sum)?;
    }
    Ok(sum)
}
