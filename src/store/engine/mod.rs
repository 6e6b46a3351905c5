//! What runs units of work: connections, transactions, the SQLite writer, migrations, errors and the statement macro.
//! Tables know only [`tx::Tx`] and the macro; flows know only [`Db`](super::Db).

pub mod error;
pub(super) mod lock;
pub mod migrate;
pub(super) mod pool;
pub(super) mod postgres;
pub(super) mod runtime;
pub(super) mod sqlite;
pub mod tx;
pub(super) mod unit;
pub(super) mod watch;
pub(super) mod writer;
