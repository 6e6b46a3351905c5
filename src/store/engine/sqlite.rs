//! SQLite: a pool of readers, and one writer that commits in groups.
//!
//! A commit waits for the disk; the disk does not care how much it carries. So the writer takes every unit that waits, runs
//! each in a savepoint of one transaction, commits once, and only then answers all of them. A unit that fails is rolled
//! back to its savepoint and does not touch its neighbours; when the commit fails, all of them failed.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Executor as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{Connection, DbOptions, Held, OpenError, StoreError, Tx, UnitFuture};

/// The most units in one commit.
const LARGEST_GROUP: usize = 256;

pub(super) struct Sqlite {
    pub(super) readers: SqlitePool,
    writers: SqlitePool,
    queue: mpsc::Sender<Box<dyn Job>>,
}

/// A unit with its input and its answer, its types forgotten.
trait Job: Send {
    /// Runs the unit and keeps what it gave. Gives whether its changes are to stay.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool>;
    /// Tells the caller. `commit` is what became of the group.
    fn answer(self: Box<Self>, commit: Result<(), &str>);
}

struct Waiting<I, T, F> {
    input: I,
    unit: F,
    outcome: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<I, T, F> Job for Waiting<I, T, F>
where
    I: Send + Sync,
    T: Send,
    F: for<'t> Fn(&'t mut Tx, &'t I) -> UnitFuture<'t, T> + Send + Sync,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let unit = std::panic::AssertUnwindSafe((self.unit)(tx, &self.input)).catch_unwind();
            let outcome = unit
                .await
                .unwrap_or_else(|_| Err(StoreError::Other("a unit of work panicked".into())));
            let stays = outcome.is_ok();
            self.outcome = Some(outcome);
            stays
        })
    }

    fn answer(self: Box<Self>, commit: Result<(), &str>) {
        let outcome = match (self.outcome, commit) {
            (Some(Err(error)), _) => Err(error),
            (Some(outcome), Ok(())) => outcome,
            (_, Err(why)) => Err(StoreError::Unavailable(why.to_owned())),
            (None, Ok(())) => Err(StoreError::Other("a unit of work did not run".into())),
        };
        // A caller who has gone away is no failure.
        drop(self.answer.send(outcome));
    }
}

impl Sqlite {
    pub(super) async fn open(path: &str, options: DbOptions) -> Result<Self, OpenError> {
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an acknowledged commit survives a power cut, not only the end of the process.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // The command line may be writing to the same file.
            .busy_timeout(Duration::from_secs(5));
        let writers = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(connect.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.max_connections.min(4))
            .acquire_timeout(Duration::from_secs(3))
            .test_before_acquire(false)
            .idle_timeout(Duration::from_secs(300))
            .connect_with(connect.read_only(true))
            .await?;
        let (queue, waiting) = mpsc::channel(1024);
        tokio::spawn(write_in_groups(writers.clone(), waiting));
        Ok(Self {
            readers,
            writers,
            queue,
        })
    }

    pub(super) async fn write<I, T, F>(&self, input: I, unit: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> UnitFuture<'t, T> + Send + Sync + 'static,
    {
        let gone = || StoreError::Unavailable("the writer has stopped".into());
        let (answer, outcome) = oneshot::channel();
        self.queue
            .send(Box::new(Waiting {
                input,
                unit,
                outcome: None,
                answer,
            }))
            .await
            .map_err(|_| gone())?;
        outcome.await.unwrap_or_else(|_| Err(gone()))
    }

    /// The pool of the one writer, for migrations before anything else writes.
    pub(super) fn writers(&self) -> &SqlitePool {
        &self.writers
    }

    pub(super) fn close(&self) -> impl Future<Output = ()> + Send + 'static {
        let (readers, writers) = (self.readers.clone(), self.writers.clone());
        async move {
            readers.close().await;
            // The writer gives its connection back between groups, so this waits for the group that is running.
            writers.close().await;
        }
    }
}

async fn write_in_groups(pool: SqlitePool, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
    while let Some(first) = waiting.recv().await {
        let mut group = vec![first];
        while group.len() < LARGEST_GROUP {
            match waiting.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        let committed = match pool.acquire().await {
            Ok(connection) => run_group(&mut Tx(Held::Sqlite(connection)), &mut group).await,
            Err(error) => Err(error),
        };
        let committed = committed.map_err(|error| {
            tracing::error!(%error, "a group of writes was not committed");
            error.to_string()
        });
        for job in group {
            job.answer(committed.as_ref().map(|()| ()).map_err(String::as_str));
        }
    }
}

async fn run_group(tx: &mut Tx, group: &mut [Box<dyn Job>]) -> Result<(), sqlx::Error> {
    writer(tx)?.execute("BEGIN IMMEDIATE").await?;
    match run_jobs(tx, group).await {
        Ok(()) => match writer(tx)?.execute("COMMIT").await {
            Ok(_) => Ok(()),
            Err(error) => roll_back(tx, error).await,
        },
        Err(error) => roll_back(tx, error).await,
    }
}

async fn roll_back(tx: &mut Tx, error: sqlx::Error) -> Result<(), sqlx::Error> {
    // SQLite may have rolled back by itself; then there is nothing to do and it says so.
    drop(writer(tx)?.execute("ROLLBACK").await);
    Err(error)
}

async fn run_jobs(tx: &mut Tx, group: &mut [Box<dyn Job>]) -> Result<(), sqlx::Error> {
    if let [only] = group {
        // Alone in its transaction it needs no savepoint: a failed unit has the whole transaction undone.
        if !only.run(tx).await {
            writer(tx)?.execute("ROLLBACK; BEGIN IMMEDIATE").await?;
        }
        return Ok(());
    }
    for job in group {
        writer(tx)?.execute("SAVEPOINT unit").await?;
        if job.run(tx).await {
            writer(tx)?.execute("RELEASE unit").await?;
        } else {
            writer(tx)?.execute("ROLLBACK TO unit; RELEASE unit").await?;
        }
    }
    Ok(())
}

fn writer(tx: &mut Tx) -> Result<&mut SqliteConnection, sqlx::Error> {
    match tx.connection() {
        Connection::Sqlite(connection) => Ok(connection),
        Connection::Postgres(_) => Err(sqlx::Error::PoolClosed),
    }
}
