//! SQL and nothing else: one file per table, one text for both engines.
//!
//! The portable-SQL contract:
//! - Types in DDL are PostgreSQL's: `UUID TEXT BOOLEAN BIGINT TIMESTAMPTZ JSONB BYTEA`. JSONB holds objects or arrays,
//!   never a bare number (SQLite would make a number of it).
//! - Statements are constants at the head of their table's file (`statements!`), so that a test can prepare every one of
//!   them on both engines. `$1 … $n`, `ON CONFLICT`, `RETURNING`. No `now()`: time comes in as an argument.
//! - A real fork is a `match` on [`Db::engine`] with a comment `fork: reason`.
//! - Whatever is used up is used up by `consume_once!`; nothing else writes `consumed_at`.
//! - Functions take `&mut Tx` and are called inside a unit of work: [`Db::read`], [`Db::write`], [`Db::write_one`].
//! - Every table's bound is in its migration; what the cleaner does for it is in [`cleaner`].

#[macro_use]
mod macros;

pub mod audit;
pub mod authorization_codes;
pub mod cleaner;
pub mod clients;
pub mod consents;
mod engine;
pub mod installation;
pub mod interactions;
pub mod one_time_tokens;
pub mod outbox_mails;
pub mod passwords;
pub mod refresh_families;
pub mod revocations;
pub mod sessions;
pub mod sign_in_throttles;
pub mod signing_keys;
pub mod token_facts;
pub mod users;
pub mod verify;

pub use engine::{Db, DbOptions, Engine, MigrationReport, OpenError, StoreError, Tx};

/// Every statement of the house, for the test and for `passgate doctor`, which prepare them all.
pub fn statements() -> impl Iterator<Item = &'static str> {
    [
        audit::ALL,
        authorization_codes::ALL,
        cleaner::ALL,
        clients::ALL,
        consents::ALL,
        installation::ALL,
        interactions::ALL,
        one_time_tokens::ALL,
        outbox_mails::ALL,
        passwords::ALL,
        refresh_families::ALL,
        revocations::ALL,
        sessions::ALL,
        sign_in_throttles::ALL,
        signing_keys::ALL,
        token_facts::ALL,
        users::ALL,
        verify::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
