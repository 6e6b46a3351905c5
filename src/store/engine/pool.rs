//! A small pool of connections that are closed unless they are proven clean.
//!
//! The driver's own pool works the other way round: it takes back whatever is dropped and asks the server, one more round trip
//! per use, whether the connection still answers. A future dropped at the wrong instant can so hand an open transaction to the
//! next user. Here a [`Lease`] that is dropped in any way but [`Lease::release`] takes its connection with it, the server rolls
//! back, and a clean release costs nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::StoreError;
use super::runtime::closed;
use super::tx::{Connection, Tx};
use super::watch::Watch;
use crate::metrics::DatabaseMeter;

/// A connection that nobody has used for this long is closed, so that a peak does not hold server memory for ever.
const IDLE_LIMIT: Duration = Duration::from_secs(10 * 60);
/// No connection is used for longer, so that a changed address or certificate is noticed.
const LIFE_LIMIT: Duration = Duration::from_secs(30 * 60);

pub(in crate::store) struct Pool {
    target: Target,
    limits: Limits,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Idle>>,
    watch: Watch,
    meter: DatabaseMeter,
}

/// Where connections lead.
pub(in crate::store) enum Target {
    /// PostgreSQL, with the session settings every new connection starts with.
    Postgres(Box<PgConnectOptions>, String),
    /// A SQLite file.
    Sqlite(Box<SqliteConnectOptions>),
}

#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Limits {
    pub connections: usize,
    pub acquire: Duration,
    pub connect: Duration,
    /// How long an idle connection counts as alive without being asked; see [`Pool::acquire_alive`].
    pub trust: Duration,
}

struct Idle {
    tx: Tx,
    opened: Instant,
    since: Instant,
}

/// The right to use one connection.
pub(in crate::store) struct Lease {
    pub tx: Tx,
    opened: Instant,
    /// How long it had not been used; `None` for a new one.
    idle: Option<Duration>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    pub fn new(target: Target, limits: Limits, watch: Watch, meter: DatabaseMeter) -> Arc<Self> {
        Arc::new(Self {
            target,
            limits,
            permits: Arc::new(Semaphore::new(limits.connections.max(1))),
            idle: Mutex::new(Vec::new()),
            watch,
            meter,
        })
    }

    /// A connection, used before or new.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when all are taken for too long or the server cannot be reached.
    pub async fn acquire(self: &Arc<Self>) -> Result<Lease, StoreError> {
        let began = Instant::now();
        let permit = timeout(self.limits.acquire, Arc::clone(&self.permits).acquire_owned()).await;
        self.meter.waited(began.elapsed());
        let permit = permit
            .map_err(|_| StoreError::Unavailable("all connections are in use".to_owned()))?
            .map_err(|_| closed())?;
        let idle = self.idle().pop();
        let (tx, opened, idle) = match idle {
            Some(idle) => (idle.tx, idle.opened, Some(idle.since.elapsed())),
            None => (self.connect().await?, Instant::now(), None),
        };
        Ok(Lease {
            tx,
            opened,
            idle,
            pool: Arc::clone(self),
            _permit: permit,
        })
    }

    /// A connection that answers, for a unit that could not be run again: one that was used a moment ago is believed, one
    /// that nobody needed for longer is asked, when a round trip more hurts nobody.
    ///
    /// # Errors
    /// As [`Pool::acquire`].
    pub async fn acquire_alive(self: &Arc<Self>) -> Result<Lease, StoreError> {
        loop {
            let mut lease = self.acquire().await?;
            if lease.idle.is_none_or(|idle| idle < self.limits.trust) {
                return Ok(lease);
            }
            if let Ok(Ok(())) = timeout(self.limits.connect, lease.tx.ping()).await {
                return Ok(lease);
            }
            self.discard_idle();
        }
    }

    /// Connections in use, and open ones that nobody uses.
    pub fn load(&self) -> (usize, usize) {
        let most = self.limits.connections.max(1);
        (most.saturating_sub(self.permits.available_permits()), self.idle().len())
    }

    /// Closes every unused connection: one of them was found dead, so the others are suspect.
    pub fn discard_idle(&self) {
        self.idle().clear();
    }

    /// Waits for the units that are running and closes everything; later calls of [`Pool::acquire`] fail.
    pub async fn close(&self) {
        let all = u32::try_from(self.limits.connections.max(1)).unwrap_or(u32::MAX);
        let running = Arc::clone(&self.permits).acquire_many_owned(all).await;
        self.permits.close();
        drop(running);
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            connection.tx.close().await;
        }
    }

    async fn connect(&self) -> Result<Tx, StoreError> {
        let connecting = async {
            match &self.target {
                Target::Postgres(options, session) => {
                    let mut connection = options.connect().await?;
                    connection.execute(sqlx::AssertSqlSafe(session.as_str())).await?;
                    Ok(Connection::Postgres(connection))
                }
                Target::Sqlite(options) => options.connect().await.map(Connection::Sqlite),
            }
        };
        match timeout(self.limits.connect, connecting).await {
            Err(_) => Err(StoreError::Unavailable("the database does not answer".to_owned())),
            // Whatever it is (refused, unknown database, wrong password), the request cannot be served now.
            Ok(Err(error)) => Err(StoreError::Unavailable(sqlx::Error::to_string(&error))),
            Ok(Ok(connection)) => Ok(Tx::new(connection, self.watch.clone())),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// Gives the connection back if it is clean, and closes it otherwise.
    pub fn release(self) {
        let now = Instant::now();
        let Self {
            tx,
            opened,
            pool,
            _permit,
            ..
        } = self;
        if !tx.is_reusable() || now.duration_since(opened) > LIFE_LIMIT {
            return;
        }
        let mut idle = pool.idle();
        // The last one in is the first one out, so the one that has waited longest stands first.
        if idle
            .first()
            .is_some_and(|oldest| now.duration_since(oldest.since) > IDLE_LIMIT)
        {
            idle.remove(0);
        }
        idle.push(Idle { tx, opened, since: now });
    }

    /// The pool this came from.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }
}
