//! [`Db`]: the handle everybody holds. It owns the store's runtime, the connections and, on SQLite, the writer.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use tracing::Instrument as _;

use super::engine::error::StoreError;
use super::engine::lock::{self, FileLock};
use super::engine::migrate::{self, MigrationReport};
use super::engine::pool::{Limits, Pool, Target};
use super::engine::runtime::StoreRuntime;
use super::engine::tx::{Mode, Tx};
use super::engine::unit::Unit;
use super::engine::watch::Watch;
use super::engine::writer::Writer;
use super::engine::{postgres, sqlite};
use crate::metrics::{DatabaseMeter, Outcome, UnitKind};

statements! {
    PING = "SELECT CAST(1 AS BIGINT)";
}

/// Readers of a SQLite file at most.
const SQLITE_READERS: usize = 4;

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// One file, one node.
    Sqlite,
    /// A server that several nodes share.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// How much the store may use, and how long it waits.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Connections to PostgreSQL; or readers of the SQLite file, of which there are four at most.
    pub max_connections: u32,
    /// Threads that drive the units of work.
    pub threads: usize,
    /// How long a unit waits for a free connection before it is refused.
    pub acquire_timeout: Duration,
    /// How long opening a connection may take.
    pub connect_timeout: Duration,
    /// PostgreSQL: how long an unused connection counts as alive. Past it, [`Db::write_one`], which could not be run again on
    /// another, asks it first.
    pub trust_idle: Duration,
    /// PostgreSQL: how long one statement may run.
    pub statement_timeout: Duration,
    /// PostgreSQL: how long the server keeps the transaction of a node that fell silent.
    pub idle_in_transaction_timeout: Duration,
    /// How long a whole unit may take, its commit apart.
    pub unit_timeout: Duration,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            max_connections: 16,
            threads: 2,
            acquire_timeout: Duration::from_secs(3),
            connect_timeout: Duration::from_secs(3),
            trust_idle: Duration::from_secs(1),
            statement_timeout: Duration::from_secs(10),
            idle_in_transaction_timeout: Duration::from_secs(10),
            unit_timeout: Duration::from_secs(15),
        }
    }
}

/// Why a database could not be opened. Messages do not repeat the URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite://PATH` nor `postgres://…`.
    #[error("the database URL must start with sqlite:// and a path, or with postgres://")]
    Scheme,
    /// A PostgreSQL URL that cannot be understood.
    #[error("the PostgreSQL URL cannot be understood: {0}")]
    Url(String),
    /// The SQLite file cannot be created or written.
    #[error("the database file {path} cannot be opened for writing: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: std::io::Error,
    },
    /// Somebody is replacing the SQLite file, or moving what is in it.
    #[error("the database {path} is being restored or moved: try again when that is done", path = path.display())]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused threads.
    #[error("the database threads cannot be started: {0}")]
    Threads(std::io::Error),
}

/// A database. Cloning is cheap; all clones share connections.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    runtime: StoreRuntime,
    pool: Arc<Pool>,
    writer: Option<Writer>,
    options: DbOptions,
    place: migrate::Place,
    watch: Watch,
    meter: DatabaseMeter,
    /// SQLite: says to others that the file is in use.
    lock: Mutex<Option<FileLock>>,
}

impl Db {
    /// Opens `sqlite://PATH` (the file is created when missing, its directory is not) or `postgres://…`. Connections are made
    /// when the first unit needs them, so a server that is down shows in [`Db::ping`] or [`Db::migrate`], not here.
    ///
    /// # Errors
    /// A URL of neither form, a file that cannot be created or written, no threads.
    pub fn open(url: &str, options: DbOptions) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let server = PgConnectOptions::from_str(url)
                .map_err(|error| OpenError::Url(error.to_string()))?
                .application_name("passgate")
                .statement_cache_capacity(sqlite::STATEMENT_CACHE)
                .disable_statement_logging();
            let runtime = StoreRuntime::start(options.threads).map_err(OpenError::Threads)?;
            let watch = Watch::default();
            let limits = limits(&options, usize::MAX);
            let meter = DatabaseMeter::default();
            let pool = Pool::new(
                postgres::target(server.clone(), &options),
                limits,
                watch.clone(),
                meter.clone(),
            );
            let place = migrate::Place::Postgres(Box::new(server), options.connect_timeout);
            return Ok(Self {
                inner: Arc::new(Inner {
                    runtime,
                    pool,
                    writer: None,
                    options,
                    place,
                    watch,
                    meter,
                    lock: Mutex::new(None),
                }),
            });
        }
        let path = sqlite_path(url).ok_or(OpenError::Scheme)?;
        let file = |source| OpenError::File {
            path: path.clone(),
            source,
        };
        let lock = lock::shared(&path).map_err(file)?;
        let lock = lock.ok_or_else(|| OpenError::Taken { path: path.clone() })?;
        sqlite::create_file(&path).map_err(file)?;
        Self::sqlite(&path, options, Some(lock))
    }

    /// Opens a file that nobody else knows of: a copy that is looked at, or prepared to take the database's place.
    pub(in crate::store) fn open_copy(path: &Path) -> Result<Self, OpenError> {
        Self::sqlite(path, DbOptions::default(), None)
    }

    fn sqlite(path: &Path, options: DbOptions, lock: Option<FileLock>) -> Result<Self, OpenError> {
        let runtime = StoreRuntime::start(options.threads).map_err(OpenError::Threads)?;
        let watch = Watch::default();
        let meter = DatabaseMeter::default();
        let (writer, work) = Writer::new(sqlite::writer(path), options.unit_timeout, watch.clone(), meter.clone());
        runtime.spawn(work);
        // Each reader is a thread.
        let limits = limits(&options, SQLITE_READERS);
        let target = Target::Sqlite(Box::new(sqlite::reader(path)));
        let pool = Pool::new(target, limits, watch.clone(), meter.clone());
        let place = migrate::Place::Sqlite(Box::new(sqlite::writer(path)));
        Ok(Self {
            inner: Arc::new(Inner {
                runtime,
                pool,
                writer: Some(writer),
                options,
                place,
                watch,
                meter,
                lock: Mutex::new(lock),
            }),
        })
    }

    /// Runs a unit of `SELECT`s: `db.read(input, |tx, input| Box::pin(async move { … }))`. Every statement sees its own snapshot.
    /// The unit may run again when its connection proves dead. It goes on when the caller stops waiting.
    ///
    /// # Errors
    /// The unit's own, or [`StoreError::Unavailable`].
    pub async fn read<I, T, U>(&self, input: I, unit: U) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        U: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static,
    {
        let (unit, given) = Unit::of(input, unit);
        self.run(UnitKind::Read, unit).await?;
        given.take()
    }

    /// Runs a unit of work: `db.write(input, |tx, input| Box::pin(async move { … }))`. It is committed when this returns `Ok`;
    /// an `Err` from the unit leaves nothing. It may run again after a deadlock, a serialization failure or a connection that
    /// broke before the commit, so it must not act outside the transaction. It goes on when the caller stops waiting.
    ///
    /// # Errors
    /// The unit's own; [`StoreError::Unavailable`], nothing was written; [`StoreError::Ambiguous`], the commit's answer got lost.
    pub async fn write<I, T, U>(&self, input: I, unit: U) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        U: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static,
    {
        let (unit, given) = Unit::of(input, unit);
        self.run(UnitKind::Write, unit).await?;
        given.take()
    }

    /// [`Db::write`] for a unit that is a single statement, which PostgreSQL commits by itself: one round trip instead of
    /// three. A second statement is refused on both engines. Once the statement has succeeded, an `Err` from the unit undoes
    /// it on SQLite only; so a unit ends with its statement.
    ///
    /// # Errors
    /// As [`Db::write`]; on PostgreSQL a connection that breaks is [`StoreError::Ambiguous`] from the statement on.
    pub async fn write_one<I, T, U>(&self, input: I, unit: U) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        U: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static,
    {
        let (unit, given) = Unit::of(input, unit);
        self.run(UnitKind::WriteOne, unit).await?;
        given.take()
    }

    /// Runs a unit, counts it, and shows it in traces.
    async fn run(&self, kind: UnitKind, unit: Unit) -> Result<(), StoreError> {
        let span = match kind {
            UnitKind::Read => tracing::trace_span!(target: "passgate::trace", "database read"),
            UnitKind::Write => tracing::trace_span!(target: "passgate::trace", "database write"),
            UnitKind::WriteOne => tracing::trace_span!(target: "passgate::trace", "database write_one"),
        };
        let began = Instant::now();
        let result = self.carry_out(kind, unit).instrument(span).await;
        let outcome = match &result {
            Ok(()) => Outcome::Ok,
            Err(StoreError::Unavailable(_) | StoreError::Ambiguous(_)) => Outcome::Unavailable,
            Err(_) => Outcome::Failed,
        };
        self.inner.meter.unit(kind, outcome, began.elapsed());
        result
    }

    async fn carry_out(&self, kind: UnitKind, unit: Unit) -> Result<(), StoreError> {
        let inner = &self.inner;
        let (pool, limit) = (Arc::clone(&inner.pool), inner.options.unit_timeout);
        match (kind, &inner.writer) {
            (UnitKind::Read, _) => inner.runtime.run(postgres::read(pool, limit, unit)).await,
            (UnitKind::Write, Some(writer)) => writer.write(Mode::Transaction, unit).await,
            (UnitKind::WriteOne, Some(writer)) => writer.write(Mode::One, unit).await,
            (UnitKind::Write, None) => inner.runtime.run(postgres::write(pool, limit, unit)).await,
            (UnitKind::WriteOne, None) => inner.runtime.run(postgres::write_one(pool, limit, unit)).await,
        }
    }

    /// What is counted of the units of all clones.
    pub fn meter(&self) -> &DatabaseMeter {
        &self.inner.meter
    }

    /// Connections in use, open ones that nobody uses, and writes that wait for SQLite's writer.
    pub fn load(&self) -> [usize; 3] {
        let (used, idle) = self.inner.pool.load();
        [used, idle, self.inner.writer.as_ref().map_or(0, Writer::waiting)]
    }

    /// Brings the schema up to date. Safe when several nodes start together: one applies, the others wait and find it done.
    ///
    /// # Errors
    /// [`StoreError::Migration`] when the database is newer than this binary, an applied migration was changed, or one fails.
    pub async fn migrate(&self) -> Result<MigrationReport, StoreError> {
        self.inner.runtime.run(migrate::run(self.inner.place.clone())).await
    }

    /// The migrations that [`Db::migrate`] would apply; changes nothing.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn pending_migrations(&self) -> Result<Vec<i64>, StoreError> {
        self.inner.runtime.run(migrate::pending(self.inner.place.clone())).await
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        if self.inner.writer.is_some() {
            Engine::Sqlite
        } else {
            Engine::Postgres
        }
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read((), |tx, ()| {
            Box::pin(async move { sql!(tx, scalar i64, PING).map(drop) })
        })
        .await
    }

    /// Asks the engine whether it takes a statement, without running it.
    ///
    /// # Errors
    /// What the engine finds wrong with the text, or [`StoreError::Unavailable`].
    pub async fn prepare(&self, statement: &'static str) -> Result<(), StoreError> {
        self.read(statement, |tx, statement| Box::pin(tx.prepare(statement)))
            .await
    }

    /// Waits for the units that run, then closes every connection. Later units are refused.
    pub async fn close(&self) {
        let inner = Arc::clone(&self.inner);
        let work = async move {
            inner.pool.close().await;
            if let Some(writer) = &inner.writer {
                writer.close().await;
            }
            Ok(())
        };
        // The only error is a runtime that has already ended.
        let _ = self.inner.runtime.run(work).await;
        drop(self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// The SQLite file; `None` on PostgreSQL.
    pub(in crate::store) fn file(&self) -> Option<&Path> {
        match &self.inner.place {
            migrate::Place::Sqlite(options) => Some(options.get_filename()),
            migrate::Place::Postgres(..) => None,
        }
    }

    /// Begins to note which statements the units of all clones run, those of background jobs included; see [`Db::watched`].
    /// For tests that hold the work of two requests against each other.
    pub fn watch(&self) {
        self.inner.watch.begin();
    }

    /// The statements since [`Db::watch`], in their order; ends it.
    pub fn watched(&self) -> Vec<String> {
        self.inner.watch.end()
    }

    /// Starts a background job, such as the cleaner, on the store's runtime. It ends with the last handle on the database.
    pub fn spawn(&self, job: impl Future<Output = ()> + Send + 'static) {
        self.inner.runtime.spawn(job);
    }
}

/// The file of a URL that names one. In memory there would be none that the readers could share with the writer.
pub(in crate::store) fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    (!path.is_empty() && !path.starts_with(":memory:")).then(|| PathBuf::from(path))
}

fn limits(options: &DbOptions, most: usize) -> Limits {
    let connections = usize::try_from(options.max_connections).unwrap_or(usize::MAX);
    Limits {
        connections: connections.min(most),
        acquire: options.acquire_timeout,
        connect: options.connect_timeout,
        trust: options.trust_idle,
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.engine()).finish()
    }
}
