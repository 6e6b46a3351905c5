//! What lies in a database: rows by table, and bytes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};

use crate::Failure;

/// Where to look.
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A URL.
    Postgres(String),
}

/// What was found.
#[derive(Default)]
pub struct Content {
    /// Rows by table.
    pub rows: BTreeMap<String, i64>,
    /// Bytes: pages in use of the file, or `pg_database_size`.
    pub bytes: i64,
}

impl Database {
    /// Counts everything.
    pub async fn content(&self) -> Result<Content, Failure> {
        let mut content = Content::default();
        let count = |table: &str| AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        match self {
            Self::Sqlite(file) => {
                let mut c = SqliteConnectOptions::new()
                    .filename(file)
                    .read_only(true)
                    .connect()
                    .await?;
                let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
                for table in sqlx::query_scalar::<_, String>(tables).fetch_all(&mut c).await? {
                    let rows = sqlx::query_scalar(count(&table)).fetch_one(&mut c).await?;
                    content.rows.insert(table, rows);
                }
                let size = "SELECT (page_count - freelist_count) * page_size \
                            FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
                content.bytes = sqlx::query_scalar(size).fetch_one(&mut c).await?;
                c.close().await?;
            }
            Self::Postgres(url) => {
                let mut c = PgConnection::connect(url).await?;
                let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
                for table in sqlx::query_scalar::<_, String>(tables).fetch_all(&mut c).await? {
                    let rows = sqlx::query_scalar(count(&table)).fetch_one(&mut c).await?;
                    content.rows.insert(table, rows);
                }
                content.bytes = sqlx::query_scalar("SELECT pg_database_size(current_database())")
                    .fetch_one(&mut c)
                    .await?;
                c.close().await?;
            }
        }
        Ok(content)
    }
}

impl Content {
    /// Tables whose rows became more or fewer, with by how many.
    pub fn growth_since(&self, before: &Self) -> BTreeMap<String, i64> {
        let difference = self.rows.iter().map(|(table, rows)| {
            (
                table.clone(),
                rows - before.rows.get(table).copied().unwrap_or_default(),
            )
        });
        difference.filter(|(_, rows)| *rows != 0).collect()
    }
}
