//! SQLite's one writer. It takes every unit that waits, runs them one after the other in one transaction, each behind a
//! savepoint, commits once and only then answers all of them: the disk is flushed once per group, not once per unit. A unit
//! that comes alone is not kept waiting for company.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::error::StoreError;
use super::runtime::{closed, panicked};
use super::tx::{Connection, Mode, Tx, hidden_failure};
use super::unit::Unit;
use super::watch::Watch;
use crate::metrics::DatabaseMeter;

/// Units that may wait; beyond it the answer is "unavailable" at once.
const QUEUE: usize = 4096;
/// Units in one commit: a bound on how long the first one waits for the last.
const GROUP: usize = 256;

/// The way to the writer.
pub(in crate::store) struct Writer {
    inbox: mpsc::Sender<Message>,
    meter: DatabaseMeter,
}

enum Message {
    Unit(Job),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// The sender's side, and the task that must be spawned.
    pub fn new(
        options: SqliteConnectOptions,
        limit: Duration,
        watch: Watch,
        meter: DatabaseMeter,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (inbox, receiver) = mpsc::channel(QUEUE);
        let worker = Worker {
            options,
            limit,
            connection: None,
            watch,
        };
        (Self { inbox, meter }, worker.run(receiver))
    }

    /// Hands a unit over and waits for its commit. From the first poll on, the unit runs whether or not the caller waits.
    pub async fn write(&self, mode: Mode, unit: Unit) -> Result<(), StoreError> {
        let (answer, result) = oneshot::channel();
        let job = Job {
            mode,
            unit,
            result: None,
            answer,
            handed_over: Some(Instant::now()),
            meter: self.meter.clone(),
        };
        self.inbox.try_send(Message::Unit(job)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Unavailable("too many writes are waiting".to_owned()),
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        result.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Units that wait.
    pub fn waiting(&self) -> usize {
        self.inbox.max_capacity().saturating_sub(self.inbox.capacity())
    }

    /// Finishes what waits and closes the file.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.inbox.send(Message::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

/// A unit that waits, or has run and waits for the commit.
struct Job {
    mode: Mode,
    unit: Unit,
    result: Option<Result<(), StoreError>>,
    answer: oneshot::Sender<Result<(), StoreError>>,
    /// Until it runs for the first time.
    handed_over: Option<Instant>,
    meter: DatabaseMeter,
}

impl Job {
    /// Runs it and keeps its result; says whether the unit itself was content.
    async fn run(&mut self, tx: &mut Tx) -> bool {
        tx.begin_unit(self.mode);
        if let Some(since) = self.handed_over.take() {
            self.meter.waited(since.elapsed());
        }
        // A panic must not take the writer, and with it every later write, down: not even one before the first await.
        let running = async { self.unit.run(tx).await };
        let result = AssertUnwindSafe(running)
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(panicked()));
        let content = result.is_ok();
        self.result = Some(result);
        content
    }

    /// Replaces the result.
    fn refuse(&mut self, error: StoreError) {
        self.result = Some(Err(error));
    }

    /// Sends the result to whoever still waits for it.
    fn answer(self) {
        // Nobody listens when the request is gone; the unit is committed all the same.
        let _ = self.answer.send(self.result.unwrap_or_else(|| Err(closed())));
    }
}

struct Worker {
    options: SqliteConnectOptions,
    limit: Duration,
    connection: Option<Tx>,
    watch: Watch,
}

/// Where the transaction stands between two units.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// No transaction is open: nothing has run that must be kept.
    Outside,
    /// After a unit that is to be kept.
    AfterUnit,
    /// After such a unit and behind its savepoint.
    AfterSavepointUnit,
    /// Directly behind an unused savepoint.
    AtSavepoint,
}

/// What a group left over.
enum Left {
    Nothing,
    /// A unit that was already taken from the queue and has not run.
    Unit(Job),
    Close(oneshot::Sender<()>),
}

impl Worker {
    async fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        while let Some(message) = inbox.recv().await {
            let mut left = match message {
                Message::Unit(job) => Left::Unit(job),
                Message::Close(done) => Left::Close(done),
            };
            loop {
                left = match left {
                    Left::Unit(first) => self.group(first, &mut inbox).await,
                    Left::Nothing => break,
                    Left::Close(done) => {
                        if let Some(tx) = self.connection.take() {
                            tx.close().await;
                        }
                        // Units that slipped in behind are dropped with the inbox, and told so.
                        drop(inbox);
                        let _ = done.send(());
                        return;
                    }
                };
            }
        }
    }

    /// Runs `first` and what waits behind it in one transaction, commits, answers.
    async fn group(&mut self, first: Job, inbox: &mut mpsc::Receiver<Message>) -> Left {
        let mut finished: Vec<Job> = Vec::new();
        let mut next = first;
        let mut position = Position::Outside;
        let (outcome, left) = loop {
            let result = self.unit(&mut next, &mut position).await;
            finished.push(next);
            let left = match inbox.try_recv() {
                Ok(Message::Unit(job)) => Left::Unit(job),
                Ok(Message::Close(done)) => Left::Close(done),
                Err(_) => Left::Nothing,
            };
            match (result, left) {
                (Ok(()), Left::Unit(job)) if finished.len() < GROUP => next = job,
                // The file is locked or gone: those behind would only wait as long, one after the other.
                (Err(Broken::NotBegun(text)), Left::Unit(job)) => {
                    finished.push(job);
                    break (Err(Broken::NotBegun(text)), refuse_waiting(inbox, &mut finished));
                }
                // Those that have not run are not hurt: they get a transaction of their own.
                (result, left) => break (result, left),
            }
        };
        let outcome = match outcome {
            Ok(()) if position == Position::Outside => Ok(()),
            Ok(()) => self.commit().await,
            Err(broken) => {
                // Closing the connection rolls back.
                self.connection = None;
                Err(broken)
            }
        };
        for mut job in finished {
            if let Err(broken) = &outcome {
                job.refuse(broken.error());
            }
            job.answer();
        }
        left
    }

    /// Runs one unit. An error means that the whole transaction is lost.
    async fn unit(&mut self, job: &mut Job, position: &mut Position) -> Result<(), Broken> {
        let limit = self.limit;
        let tx = match (&mut self.connection, *position) {
            (Some(tx), Position::AfterUnit) => {
                tx.control("SAVEPOINT unit", true).await.map_err(Broken::undone)?;
                tx
            }
            (Some(tx), Position::AfterSavepointUnit) => {
                tx.control("RELEASE unit; SAVEPOINT unit", true)
                    .await
                    .map_err(Broken::undone)?;
                tx
            }
            (Some(tx), Position::AtSavepoint) => tx,
            // The first unit needs no savepoint: to undo it is to undo the transaction.
            (connection, _) => {
                let tx = match connection {
                    Some(tx) => tx,
                    None => {
                        let opened = self.options.connect().await.map_err(Broken::not_begun)?;
                        connection.insert(Tx::new(Connection::Sqlite(opened), self.watch.clone()))
                    }
                };
                tx.control("BEGIN IMMEDIATE", true).await.map_err(Broken::not_begun)?;
                tx
            }
        };
        let Ok(mut content) = timeout(limit, job.run(tx)).await else {
            return Err(Broken::Undone("a unit of work took too long".to_owned()));
        };
        if content && tx.severity().is_some() {
            job.refuse(hidden_failure(tx));
            content = false;
        }
        *position = match (content, *position) {
            (true, Position::Outside) => Position::AfterUnit,
            (true, _) => Position::AfterSavepointUnit,
            (false, Position::Outside) => {
                tx.control("ROLLBACK", false).await.map_err(Broken::undone)?;
                Position::Outside
            }
            // The savepoint stays, ready for the next unit. When SQLite has given up the transaction by itself (disk full),
            // there is no savepoint any more, this fails, and so does the group.
            (false, _) => {
                tx.control("ROLLBACK TO unit", true).await.map_err(Broken::undone)?;
                Position::AtSavepoint
            }
        };
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Broken> {
        let Some(tx) = &mut self.connection else {
            return Err(Broken::Undone("no connection".to_owned()));
        };
        let Err(error) = tx.control("COMMIT", false).await else {
            return Ok(());
        };
        // The next group starts on a new connection; closing this one rolls back.
        self.connection = None;
        match StoreError::from(error) {
            StoreError::Unavailable(text) => Err(Broken::Unknown(text)),
            other => Err(Broken::Undone(other.to_string())),
        }
    }
}

/// Adds every unit that waits to those that failed.
fn refuse_waiting(inbox: &mut mpsc::Receiver<Message>, failed: &mut Vec<Job>) -> Left {
    loop {
        match inbox.try_recv() {
            Ok(Message::Unit(job)) => failed.push(job),
            Ok(Message::Close(done)) => return Left::Close(done),
            Err(_) => return Left::Nothing,
        }
    }
}

/// Why a whole group failed.
enum Broken {
    /// The transaction could not even begin.
    NotBegun(String),
    /// Nothing of it is on the disk.
    Undone(String),
    /// The commit failed on its way to the disk; a crash now might still find it there.
    Unknown(String),
}

impl Broken {
    fn not_begun(error: sqlx::Error) -> Self {
        Self::NotBegun(error.to_string())
    }

    fn undone(error: sqlx::Error) -> Self {
        Self::Undone(error.to_string())
    }

    fn error(&self) -> StoreError {
        match self {
            Self::NotBegun(text) | Self::Undone(text) => StoreError::Unavailable(text.clone()),
            Self::Unknown(text) => StoreError::Ambiguous(text.clone()),
        }
    }
}
