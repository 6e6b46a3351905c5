//! What can go wrong with the database, as far as callers tell it apart.

/// A failed unit of work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is busy, or did not say whether it committed: 503, try again.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Something that must be unique exists already.
    #[error("exists already")]
    Conflict,
    /// The engine gave up a unit so that another could go on; running it again is right.
    #[error("gave way to another transaction")]
    Retry,
    /// A row that our own code did not write.
    #[error("a stored {0} cannot be read")]
    Corrupt(&'static str),
    /// Anything else: a fault of ours.
    #[error("database error: {0}")]
    Other(String),
}

/// The database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite://` nor `postgres://`.
    #[error("database.url must begin with sqlite:// or postgres://")]
    UnknownScheme,
    /// No threads for database work.
    #[error("cannot start the database runtime: {0}")]
    Runtime(std::io::Error),
    /// The engine refused.
    #[error("cannot open the database: {0}")]
    Refused(#[from] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        match &error {
            sqlx::Error::Database(refusal) => match (refusal.kind(), refusal.code().as_deref()) {
                (ErrorKind::UniqueViolation, _) => Self::Conflict,
                // PostgreSQL: serialization failure, deadlock.
                (_, Some("40001" | "40P01")) => Self::Retry,
                // PostgreSQL: shutting down, too many connections, statement timeout, read-only, disk full. SQLite: busy,
                // locked, read-only, input/output error, full.
                (
                    _,
                    Some(
                        "57P01" | "57P02" | "57P03" | "53300" | "57014" | "25006" | "53100" | "5" | "6" | "8" | "10"
                        | "13" | "261" | "517" | "266" | "778" | "1034",
                    ),
                ) => Self::Unavailable(refusal.to_string()),
                _ => Self::Other(refusal.to_string()),
            },
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(error.to_string())
            }
            _ => Self::Other(error.to_string()),
        }
    }
}
