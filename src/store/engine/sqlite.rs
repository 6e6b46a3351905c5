//! How SQLite files are opened.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

/// How long a statement waits for another process (the command line, a backup) that holds the file. SQLite's lock is not fair
/// and a slow disk holds it for as long as it flushes, so this is long: whoever waits is served, not refused.
const BUSY: Duration = Duration::from_secs(10);
/// More than the statements of the whole store, so that none is prepared twice.
pub(in crate::store) const STATEMENT_CACHE: usize = 512;

/// Creates the file if it is missing, readable by its owner alone: it holds everybody's accounts.
///
/// # Errors
/// What the file system says when it cannot be created or written.
pub(in crate::store) fn create_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// For the one connection that writes. A commit is on the disk before it is answered.
pub(in crate::store) fn writer(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .statement_cache_capacity(STATEMENT_CACHE)
        .disable_statement_logging()
}

/// For the connections that only read.
pub(in crate::store) fn reader(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY)
        .statement_cache_capacity(STATEMENT_CACHE)
        .disable_statement_logging()
}
