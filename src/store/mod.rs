//! SQL and nothing else: one file per table, one text for both engines.
//!
//! # The portable-SQL contract
//!
//! *Tables.* Types `UUID TEXT BOOLEAN BIGINT TIMESTAMPTZ JSONB BYTEA`; `PRIMARY KEY`, `UNIQUE`, `REFERENCES … ON DELETE …`,
//! `CHECK`, partial indexes. `ALTER TABLE` only adds, drops or renames a column. Nothing is `DEFERRABLE`: on SQLite many units
//! share one commit, so a constraint that only fails there would fail the neighbours too. A `JSONB` column holds objects or
//! arrays, never a bare number (SQLite would store it as a number). SQLite keeps each value's own class under these type
//! names: a UUID is a 16-byte blob, a time is RFC 3339 text in UTC, which sorts as time does.
//!
//! *Statements.* Written once, as constants of `statements!` at the head of their table's file, so that a test can prepare
//! every one of them on both engines, and run with [`sql!`](crate::sql); `$1 … $n`, `ON CONFLICT`, `RETURNING`, `->>`. Never
//! `now()`: time comes in as an argument, in whole microseconds. No `ILIKE` (use a folded key column), no array operators.
//! Columns are named, never `*`: a rolling upgrade may add some. Integers are `i64`. Constraint errors are told apart by
//! kind, never by name. Where the engines really differ, `match tx.engine()` with a comment `fork: reason`.
//!
//! *Units.* Functions take `&mut Tx` and are called inside a unit of work. [`Db::read`] is `SELECT`s, each with a snapshot of
//! its own. [`Db::write`] is one transaction: it commits when the unit returns `Ok` and leaves nothing when it returns `Err`.
//! [`Db::write_one`] is a single statement, for one round trip. A unit may run more than once, so it has no effect outside the
//! database, and it never hashes, signs remotely, sends mail or waits for anything but its statements. A statement that failed
//! has doomed the unit: catching its error and returning `Ok` is refused on both engines (use `ON CONFLICT DO NOTHING`). A
//! refusal that must leave a trace is an `Ok` of another kind.
//!
//! *Single use* goes through [`consume_once!`](crate::consume_once); nothing else writes `consumed_at`. *Bounds* stand in the
//! migration of each table; what the cleaner does for it is in [`cleaner`].

#[macro_use]
mod macros;

pub mod accounts;
pub mod api_keys;
pub mod apis;
pub mod audit;
pub mod audit_chain;
pub mod authorization_codes;
pub mod challenges;
pub mod cleaner;
pub mod clients;
pub mod consents;
pub mod contact_proofs;
pub mod copies;
pub mod db;
pub mod devices;
pub mod email_addresses;
pub mod engine;
pub mod entitlements;
pub mod factor_resets;
pub mod idempotency_keys;
pub mod installation;
pub mod interactions;
pub mod invitations;
pub mod journeys;
pub mod one_time_tokens;
pub mod outbox_mails;
pub mod outbox_texts;
pub mod passkeys;
pub mod passwords;
pub mod personal_data;
pub mod pictures;
pub mod plans;
pub mod rate_limits;
pub mod recovery_codes;
pub mod refresh_families;
pub mod request_traces;
pub mod revocations;
pub mod roles;
pub mod sessions;
pub mod settle;
pub mod sign_in_throttles;
pub mod signing_keys;
pub mod statistics;
pub mod take_back;
pub mod text_factors;
pub mod token_facts;
pub mod totp_credentials;
pub mod user_lists;
pub mod user_metadata;
pub mod user_words;
pub mod users;
pub mod verify;

pub use db::{Db, DbOptions, Engine, OpenError};
pub use engine::error::{MigrationError, StoreError};
pub use engine::migrate::MigrationReport;
pub use engine::tx::Tx;

/// Every statement of the house, for the test and for `passgate doctor`, which prepare them all.
pub fn statements() -> impl Iterator<Item = &'static str> {
    [
        accounts::ALL,
        api_keys::ALL,
        apis::ALL,
        audit::ALL,
        audit_chain::ALL,
        authorization_codes::ALL,
        challenges::ALL,
        cleaner::ALL,
        clients::ALL,
        consents::ALL,
        contact_proofs::ALL,
        db::ALL,
        devices::ALL,
        email_addresses::ALL,
        entitlements::ALL,
        factor_resets::ALL,
        idempotency_keys::ALL,
        installation::ALL,
        interactions::ALL,
        invitations::ALL,
        journeys::ALL,
        one_time_tokens::ALL,
        outbox_mails::ALL,
        outbox_texts::ALL,
        passkeys::ALL,
        passwords::ALL,
        recovery_codes::ALL,
        personal_data::ALL,
        pictures::ALL,
        plans::ALL,
        rate_limits::ALL,
        refresh_families::ALL,
        request_traces::ALL,
        revocations::ALL,
        roles::ALL,
        sessions::ALL,
        settle::ALL,
        sign_in_throttles::ALL,
        signing_keys::ALL,
        statistics::ALL,
        take_back::ALL,
        text_factors::ALL,
        token_facts::ALL,
        totp_credentials::ALL,
        user_lists::ALL,
        user_metadata::ALL,
        user_words::ALL,
        users::ALL,
        verify::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
