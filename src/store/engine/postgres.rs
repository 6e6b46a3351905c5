//! PostgreSQL: units of work on pooled connections.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use super::{DbOptions, Held, OpenError, StoreError, Tx, UnitFuture};

/// How often a unit is run at most.
const ATTEMPTS: usize = 4;

pub(super) async fn open(url: &str, options: DbOptions) -> Result<PgPool, OpenError> {
    let connect: PgConnectOptions = url.parse()?;
    let connect = connect.application_name("passgate").options([
        // A transaction that was left open (a killed node, a lost connection) must not hold its locks for ever.
        ("idle_in_transaction_session_timeout", "10s"),
        ("statement_timeout", "10s"),
        ("timezone", "UTC"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(Duration::from_secs(3))
        .idle_timeout(Duration::from_secs(300))
        // A dead connection shows at its first statement; asking before every use would cost a round trip each time.
        .test_before_acquire(false)
        .connect_with(connect)
        .await?;
    Ok(pool)
}

pub(super) async fn read<I, T, F>(pool: &PgPool, input: &I, unit: &F) -> Result<T, StoreError>
where
    F: for<'t> Fn(&'t mut Tx, &'t I) -> UnitFuture<'t, T>,
{
    let mut tx = Tx(Held::PostgresConnection(pool.acquire().await?));
    unit(&mut tx, input).await
}

pub(super) async fn write<I, T, F>(pool: &PgPool, input: &I, unit: &F) -> Result<T, StoreError>
where
    F: for<'t> Fn(&'t mut Tx, &'t I) -> UnitFuture<'t, T>,
{
    for _ in 1..ATTEMPTS {
        match attempt(pool, input, unit).await {
            Err(StoreError::Retry) => {}
            decided => return decided,
        }
    }
    match attempt(pool, input, unit).await {
        Err(StoreError::Retry) => Err(StoreError::Unavailable("too many transactions at once".into())),
        decided => decided,
    }
}

async fn attempt<I, T, F>(pool: &PgPool, input: &I, unit: &F) -> Result<T, StoreError>
where
    F: for<'t> Fn(&'t mut Tx, &'t I) -> UnitFuture<'t, T>,
{
    let mut tx = Tx(Held::PostgresTransaction(pool.begin().await?));
    let outcome = unit(&mut tx, input).await;
    let Held::PostgresTransaction(transaction) = tx.0 else {
        return outcome;
    };
    match outcome {
        // An error at COMMIT is never "done": the connection may have been lost before or after it took hold.
        Ok(value) => transaction.commit().await.map(|()| value).map_err(StoreError::from),
        Err(error) => {
            // Where even this fails the connection is broken and the engine rolls back by itself.
            drop(transaction.rollback().await);
            Err(error)
        }
    }
}
