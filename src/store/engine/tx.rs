//! The connection a unit of work runs on, with what the engine must remember about it to end the unit rightly.

use sqlx::{Executor, PgConnection, SqliteConnection};

use super::error::{Severity, StoreError, severity};
use super::watch::Watch;
use crate::store::db::Engine;

/// What a unit of work runs its statements on, by way of [`sql!`](crate::sql). It owns its connection, so table functions take
/// a plain `&mut Tx`.
pub struct Tx {
    connection: Connection,
    /// A statement was sent and its end was not yet seen. Stays set when a unit drops a statement half way.
    in_statement: bool,
    in_transaction: bool,
    failure: Option<Failure>,
    mode: Mode,
    /// Statements of this unit so far.
    statements: usize,
    watch: Watch,
}

/// What a unit is allowed, on either engine: the check is ours, so that it costs no round trip and SQLite tells the tests
/// what PostgreSQL would suffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Mode {
    /// `SELECT` only: it runs outside a transaction and may run again.
    Read,
    /// A single statement: PostgreSQL commits it by itself.
    One,
    /// Anything, inside a transaction.
    Transaction,
}

/// The two engines. Only the statement macro looks inside.
#[doc(hidden)]
pub enum Connection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// The first statement that failed in this unit.
pub(in crate::store) struct Failure {
    pub severity: Severity,
    pub text: String,
}

impl Tx {
    pub(in crate::store) fn new(connection: Connection, watch: Watch) -> Self {
        Self {
            connection,
            in_statement: false,
            in_transaction: false,
            failure: None,
            mode: Mode::Read,
            statements: 0,
            watch,
        }
    }

    /// Which engine this unit runs on, for the rare statement that needs a text for each.
    pub fn engine(&self) -> Engine {
        match self.connection {
            Connection::Postgres(_) => Engine::Postgres,
            Connection::Sqlite(_) => Engine::Sqlite,
        }
    }

    /// For the statement macro: the connection, which counts as busy until [`Tx::settle`] is called; an error when the unit
    /// is not allowed this statement.
    #[doc(hidden)]
    pub fn start(&mut self, text: &str) -> Result<&mut Connection, sqlx::Error> {
        self.statements += 1;
        self.watch.note(text);
        let refusal = match self.mode {
            Mode::Read if !is_select(text) => "a unit that only reads may do nothing but SELECT",
            Mode::One if self.statements > 1 => "a unit of write_one is one statement; a second one needs write",
            _ => {
                self.in_statement = true;
                return Ok(&mut self.connection);
            }
        };
        Err(sqlx::Error::InvalidArgument(refusal.to_owned()))
    }

    /// For the statement macro: notes how the statement ended and turns the driver's error into ours.
    #[doc(hidden)]
    pub fn settle<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        self.in_statement = false;
        match result {
            Ok(value) => Ok(value),
            Err(sqlx::Error::RowNotFound) => Err(StoreError::NotFound),
            Err(error) => {
                let severity = severity(&error);
                let error = StoreError::from(error);
                if self.failure.is_none() || severity.ends_connection() {
                    self.failure = Some(Failure {
                        severity,
                        text: error.to_string(),
                    });
                }
                Err(error)
            }
        }
    }

    /// Has the engine compile a statement without running it.
    pub(in crate::store) async fn prepare(&mut self, statement: &'static str) -> Result<(), StoreError> {
        let text = sqlx::SqlStr::from_static(statement);
        self.in_statement = true;
        let result = match &mut self.connection {
            Connection::Postgres(connection) => connection.prepare(text).await.map(drop),
            Connection::Sqlite(connection) => connection.prepare(text).await.map(drop),
        };
        self.settle(result)
    }

    /// Runs `BEGIN`, `COMMIT` and the like. The caller says by `in_transaction` what holds after success; while the outcome is
    /// open, and after an error, the connection counts as inside a transaction and is not used again without a rollback.
    pub(in crate::store) async fn control(
        &mut self,
        statement: &'static str,
        in_transaction: bool,
    ) -> Result<(), sqlx::Error> {
        self.in_statement = true;
        self.in_transaction = true;
        match &mut self.connection {
            Connection::Postgres(connection) => connection.execute(statement).await.map(drop),
            // With a bind list, even an empty one, SQLite's driver keeps the prepared statement.
            Connection::Sqlite(connection) => connection.execute(sqlx::query(statement)).await.map(drop),
        }
        .inspect(|()| self.in_transaction = in_transaction)
        .inspect_err(|error| {
            let severity = severity(error);
            if severity.ends_connection() {
                self.failure = Some(Failure {
                    severity,
                    text: error.to_string(),
                });
            }
        })?;
        self.in_statement = false;
        Ok(())
    }

    /// Asks the server for a sign of life; one round trip, which changes nothing.
    pub(in crate::store) async fn ping(&mut self) -> Result<(), sqlx::Error> {
        self.in_statement = true;
        match &mut self.connection {
            Connection::Postgres(connection) => sqlx::Connection::ping(connection).await?,
            Connection::Sqlite(connection) => sqlx::Connection::ping(connection).await?,
        }
        self.in_statement = false;
        Ok(())
    }

    /// The first failed statement of this unit.
    pub(in crate::store) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What the failure means, or `None` when every statement succeeded.
    pub(in crate::store) fn severity(&self) -> Option<Severity> {
        if self.in_statement {
            return Some(Severity::ConnectionLost);
        }
        self.failure.as_ref().map(|failure| failure.severity)
    }

    /// Starts a new unit on the same connection.
    pub(in crate::store) fn begin_unit(&mut self, mode: Mode) {
        self.failure = None;
        self.mode = mode;
        self.statements = 0;
    }

    /// Whether another unit may use this connection: nothing is under way on it, and it is known to be sound.
    pub(in crate::store) fn is_reusable(&self) -> bool {
        !self.in_statement && !self.in_transaction && !self.severity().is_some_and(Severity::ends_connection)
    }

    pub(in crate::store) async fn close(self) {
        // An error here means that the other side is already gone, which is what was wanted.
        let _ = match self.connection {
            Connection::Postgres(connection) => sqlx::Connection::close(connection).await,
            Connection::Sqlite(connection) => sqlx::Connection::close(connection).await,
        };
    }
}

fn is_select(text: &str) -> bool {
    text.trim_start()
        .get(..6)
        .is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

/// The error of a unit that hid a failed statement behind `Ok`. PostgreSQL has rolled its transaction back by then and would
/// answer `COMMIT` without an error, so the store must refuse by itself; SQLite is held to the same rule.
pub(in crate::store) fn hidden_failure(tx: &Tx) -> StoreError {
    match tx.failure() {
        Some(failure) => StoreError::Other(format!("the unit went on after a failed statement: {}", failure.text)),
        None => StoreError::Other("the unit dropped a statement that was still running".to_owned()),
    }
}
