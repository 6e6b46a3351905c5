//! The engines: PostgreSQL through a pool, SQLite through a pool of readers and one writer that commits in groups.
//!
//! All database work runs on a runtime of its own, never on the runtime of whoever asks: a caller that is dropped in the
//! middle (a browser that closes the connection) cannot cancel a unit of work, and a worker that is busy signing stalls no
//! connection. See docs/decisions/0003-units-of-work.md.

mod error;
mod migrate;
mod postgres;
mod sqlite;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::{PgConnection, SqliteConnection};
use tokio::sync::oneshot;

pub use error::{OpenError, StoreError};
pub use migrate::MigrationReport;

/// Which engine holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A PostgreSQL server, shared by any number of nodes.
    Postgres,
    /// An embedded file.
    Sqlite,
}

/// How the database is opened.
#[derive(Clone, Copy, Debug)]
pub struct DbOptions {
    /// Connections to PostgreSQL, or readers of the SQLite file.
    pub max_connections: u32,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self { max_connections: 16 }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    runtime: Option<tokio::runtime::Runtime>,
    backend: Backend,
}

enum Backend {
    Postgres(sqlx::PgPool),
    Sqlite(sqlite::Sqlite),
}

/// What a unit of work holds: a connection, inside a transaction unless the unit only reads.
pub struct Tx(Held);

enum Held {
    /// A transaction; rolled back by its drop where it was not committed.
    PostgresTransaction(sqlx::Transaction<'static, sqlx::Postgres>),
    /// A connection on which every statement stands alone.
    PostgresConnection(sqlx::pool::PoolConnection<sqlx::Postgres>),
    /// A reader, or the writer within its group.
    Sqlite(sqlx::pool::PoolConnection<sqlx::Sqlite>),
}

/// What `sql!` runs on.
pub(super) enum Connection<'a> {
    Postgres(&'a mut PgConnection),
    Sqlite(&'a mut SqliteConnection),
}

impl Tx {
    pub(super) fn connection(&mut self) -> Connection<'_> {
        match &mut self.0 {
            Held::PostgresTransaction(tx) => Connection::Postgres(tx),
            Held::PostgresConnection(connection) => Connection::Postgres(connection),
            Held::Sqlite(connection) => Connection::Sqlite(connection),
        }
    }

    /// Which engine it is, for a fork.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Held::PostgresTransaction(_) | Held::PostgresConnection(_) => Engine::Postgres,
            Held::Sqlite(_) => Engine::Sqlite,
        }
    }
}

/// What a unit of work gives. A unit is a function over a [`Tx`] and its input. It may be run again after a deadlock, so it
/// has no effect outside the database; it never hashes, signs, sends or waits for anything else.
pub type UnitFuture<'t, T> = BoxFuture<'t, Result<T, StoreError>>;

impl Db {
    /// Opens `sqlite://PATH` or `postgres://…`. A SQLite file is made where there is none; nothing is migrated.
    pub async fn open(url: &str, options: DbOptions) -> Result<Self, OpenError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("database")
            .enable_all()
            .build()
            .map_err(OpenError::Runtime)?;
        let url = url.to_owned();
        let opened = runtime.spawn(async move {
            if url.starts_with("postgres://") || url.starts_with("postgresql://") {
                postgres::open(&url, options).await.map(Backend::Postgres)
            } else if let Some(path) = url.strip_prefix("sqlite://") {
                sqlite::Sqlite::open(path, options).await.map(Backend::Sqlite)
            } else {
                Err(OpenError::UnknownScheme)
            }
        });
        let backend = opened.await.unwrap_or(Err(OpenError::UnknownScheme));
        match backend {
            Ok(backend) => Ok(Self(Arc::new(Inner {
                runtime: Some(runtime),
                backend,
            }))),
            Err(error) => {
                runtime.shutdown_background();
                Err(error)
            }
        }
    }

    /// Which engine holds the data.
    pub fn engine(&self) -> Engine {
        match self.0.backend {
            Backend::Postgres(_) => Engine::Postgres,
            Backend::Sqlite(_) => Engine::Sqlite,
        }
    }

    /// Runs a unit that only reads. Its statements do not share a snapshot on PostgreSQL: one statement is one truth.
    pub async fn read<I, T, F>(&self, input: I, unit: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> UnitFuture<'t, T> + Send + Sync + 'static,
    {
        match &self.0.backend {
            Backend::Postgres(pool) => {
                let pool = pool.clone();
                self.on_runtime(async move { postgres::read(&pool, &input, &unit).await })
                    .await
            }
            Backend::Sqlite(sqlite) => {
                let readers = sqlite.readers.clone();
                self.on_runtime(async move {
                    let mut tx = Tx(Held::Sqlite(readers.acquire().await?));
                    unit(&mut tx, &input).await
                })
                .await
            }
        }
    }

    /// Runs a unit in a transaction: committed when it gives `Ok`, rolled back when it gives `Err`. An answer that refuses
    /// but must leave a trace is therefore an `Ok`.
    pub async fn write<I, T, F>(&self, input: I, unit: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> UnitFuture<'t, T> + Send + Sync + 'static,
    {
        match &self.0.backend {
            Backend::Postgres(pool) => {
                let pool = pool.clone();
                self.on_runtime(async move { postgres::write(&pool, &input, &unit).await })
                    .await
            }
            Backend::Sqlite(sqlite) => sqlite.write(input, unit).await,
        }
    }

    /// [`Db::write`] for a unit that is a single statement: PostgreSQL commits it without being told to, which saves two of
    /// three round trips. A unit with a second statement would not be atomic here.
    pub async fn write_one<I, T, F>(&self, input: I, unit: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> UnitFuture<'t, T> + Send + Sync + 'static,
    {
        match &self.0.backend {
            Backend::Postgres(_) => self.read(input, unit).await,
            Backend::Sqlite(sqlite) => sqlite.write(input, unit).await,
        }
    }

    /// Starts a task on the database's runtime, such as the cleaner. It ends with the database.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.0.runtime {
            runtime.spawn(task);
        }
    }

    /// Prepares a statement without running it: whether the engine takes it as it stands.
    pub async fn prepare(&self, statement: &'static str) -> Result<(), StoreError> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        self.read((), move |tx, ()| {
            Box::pin(async move {
                match tx.connection() {
                    Connection::Postgres(c) => c.prepare(statement.into_sql_str()).await.map(drop),
                    Connection::Sqlite(c) => c.prepare(statement.into_sql_str()).await.map(drop),
                }
                .map_err(StoreError::from)
            })
        })
        .await
    }

    /// Finishes what runs and closes every connection.
    pub async fn close(&self) {
        match &self.0.backend {
            Backend::Postgres(pool) => {
                let pool = pool.clone();
                drop(self.on_runtime(async move { Ok(pool.close().await) }).await);
            }
            Backend::Sqlite(sqlite) => {
                let closing = sqlite.close();
                drop(self.on_runtime(async move { Ok(closing.await) }).await);
            }
        }
    }

    /// Runs a future to its end on the database's runtime, whether or not the caller stays.
    async fn on_runtime<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(runtime) = &self.0.runtime else {
            return Err(StoreError::Unavailable("closed".into()));
        };
        let (answer, result) = oneshot::channel();
        runtime.spawn(async move { drop(answer.send(work.await)) });
        result
            .await
            .unwrap_or_else(|_| Err(StoreError::Other("a unit of work panicked".into())))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Dropping a runtime waits for it, which is not allowed inside another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
