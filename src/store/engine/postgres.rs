//! Units of work on a pooled connection: reads on both engines, writes on PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use tokio::time::timeout;

use super::error::{Severity, StoreError, severity};
use super::pool::{Lease, Pool, Target};
use super::tx::{Mode, hidden_failure};
use super::unit::Unit;
use crate::store::db::DbOptions;

/// How often a unit is run again after it lost a race or its connection.
const RETRIES: u32 = 3;

/// One try of a unit.
enum Attempt {
    Done(Result<(), StoreError>),
    /// Nothing was written, and another try may succeed.
    Again(StoreError),
}

/// Where pooled connections lead. The timeouts free what a dead node held.
pub(in crate::store) fn target(url: PgConnectOptions, options: &DbOptions) -> Target {
    let session = format!(
        "SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
        options.statement_timeout.as_millis(),
        options.idle_in_transaction_timeout.as_millis(),
    );
    Target::Postgres(Box::new(url), session)
}

/// Runs a read unit without a transaction: every statement has its own snapshot.
pub(in crate::store) async fn read(pool: Arc<Pool>, limit: Duration, unit: Unit) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        let mut lease = pool.acquire().await?;
        lease.tx.begin_unit(Mode::Read);
        let result = match timeout(limit, unit.run(&mut lease.tx)).await {
            Ok(result) => result,
            Err(_) => return Err(too_long()),
        };
        let severity = lease.tx.severity();
        settle(lease, severity);
        match (result, severity) {
            (Err(_), Some(severity)) if severity != Severity::Statement && tries < RETRIES => tries += 1,
            (result, _) => return result,
        }
    }
}

/// Runs a write unit that is one statement, which the server commits by itself: one round trip instead of three. It cannot be
/// run again when its connection breaks, since the statement may have been committed; so it begins on a connection that is
/// known to answer.
pub(in crate::store) async fn write_one(pool: Arc<Pool>, limit: Duration, unit: Unit) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        let mut lease = pool.acquire_alive().await?;
        lease.tx.begin_unit(Mode::One);
        let Ok(result) = timeout(limit, unit.run(&mut lease.tx)).await else {
            return Err(StoreError::Ambiguous("the unit of work took too long".to_owned()));
        };
        let severity = lease.tx.severity();
        let result = match (result, severity) {
            (Ok(_), Some(_)) => Err(hidden_failure(&lease.tx)),
            (result, _) => result,
        };
        settle(lease, severity);
        match (result, severity) {
            // The server said that it did nothing.
            (Err(_), Some(Severity::Contention | Severity::Unusable)) if tries < RETRIES => {
                pause(tries).await;
                tries += 1;
            }
            (Err(error), Some(Severity::ConnectionLost)) => return Err(StoreError::Ambiguous(error.to_string())),
            (result, _) => return result,
        }
    }
}

/// Runs a write unit in a transaction, again if it lost against another one or its connection broke before the commit.
pub(in crate::store) async fn write(pool: Arc<Pool>, limit: Duration, unit: Unit) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        match attempt(&pool, limit, &unit).await {
            Attempt::Again(_) if tries < RETRIES => {
                pause(tries).await;
                tries += 1;
            }
            Attempt::Again(error) => return Err(error),
            Attempt::Done(result) => return result,
        }
    }
}

async fn attempt(pool: &Arc<Pool>, limit: Duration, unit: &Unit) -> Attempt {
    let mut lease = match pool.acquire().await {
        Ok(lease) => lease,
        Err(error) => return Attempt::Done(Err(error)),
    };
    lease.tx.begin_unit(Mode::Transaction);
    let running = async {
        lease.tx.control("BEGIN", true).await?;
        unit.run(&mut lease.tx).await
    };
    let outcome = match timeout(limit, running).await {
        Ok(outcome) => outcome,
        Err(_) => return Attempt::Done(Err(too_long())),
    };
    match (outcome, lease.tx.severity()) {
        (Ok(()), None) => commit(lease, limit).await,
        (outcome, failed) => {
            let error = match outcome {
                Ok(()) => hidden_failure(&lease.tx),
                Err(error) => error,
            };
            if !failed.is_some_and(Severity::ends_connection) {
                // If this fails, the lease is not clean, is dropped, and the server rolls back by itself.
                let _ = timeout(limit, lease.tx.control("ROLLBACK", false)).await;
            }
            settle(lease, failed);
            match failed {
                Some(Severity::ConnectionLost | Severity::Unusable | Severity::Contention) => {
                    Attempt::Again(unavailable(error))
                }
                Some(Severity::Statement) | None => Attempt::Done(Err(error)),
            }
        }
    }
}

async fn commit(mut lease: Lease, limit: Duration) -> Attempt {
    match timeout(limit, lease.tx.control("COMMIT", false)).await {
        Ok(Ok(())) => {
            lease.release();
            Attempt::Done(Ok(()))
        }
        Ok(Err(error)) => match severity(&error) {
            // The server said no: everything is rolled back.
            Severity::Contention => Attempt::Again(error.into()),
            Severity::Statement => Attempt::Done(Err(error.into())),
            Severity::ConnectionLost | Severity::Unusable => {
                lease.pool().discard_idle();
                Attempt::Done(Err(StoreError::Ambiguous(error.to_string())))
            }
        },
        Err(_) => Attempt::Done(Err(StoreError::Ambiguous("the database does not answer".to_owned()))),
    }
}

fn settle(lease: Lease, severity: Option<Severity>) {
    if severity.is_some_and(Severity::ends_connection) {
        lease.pool().discard_idle();
    }
    lease.release();
}

/// The unit that won a deadlock is still on its way to the rows; one that came straight back could overtake it and meet it
/// again.
async fn pause(tries: u32) {
    tokio::time::sleep(Duration::from_millis(u64::from(tries + 1) * 5)).await;
}

/// A unit that dropped the driver's error for its own still failed for the driver's reason.
fn unavailable(error: StoreError) -> StoreError {
    match error {
        StoreError::Unavailable(_) => error,
        other => StoreError::Unavailable(other.to_string()),
    }
}

fn too_long() -> StoreError {
    StoreError::Unavailable("the unit of work took too long".to_owned())
}
