//! The store's errors, and the one place where a driver's error gets its meaning.

use sqlx::error::{DatabaseError, ErrorKind};

/// Why a unit of work did not succeed. Messages name neither values nor connection strings, so they may be logged.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is too busy or is shutting down; nothing was written. Worth trying again later.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The connection broke while the commit was on its way: the unit may or may not have been written. Never a success.
    #[error("it is unknown whether the database committed: {0}")]
    Ambiguous(String),
    /// A unique key or primary key already holds this value.
    #[error("a row with this key already exists")]
    Conflict,
    /// A referenced row does not exist, or a referencing one still does.
    #[error("a referenced row is missing or still in use")]
    ForeignKey,
    /// `one` or `scalar` found no row.
    #[error("the row does not exist")]
    NotFound,
    /// A row that our own code did not write.
    #[error("a stored {0} cannot be read")]
    Corrupt(&'static str),
    /// A stored value is not of the kind that its column should hold; names the column.
    #[error("the stored value of {0} cannot be read")]
    Unreadable(String),
    /// See [`MigrationError`].
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// A statement the database refuses: a mistake of ours.
    #[error("the database refused: {0}")]
    Other(String),
}

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database was used by a later version; running on would damage what it does not understand.
    #[error(
        "the database is at migration {found}, this version of Passgate knows {known} at most: \
         a newer Passgate has used this database; run that version or a later one"
    )]
    NewerDatabase {
        /// The newest migration the database has seen.
        found: i64,
        /// The newest migration this binary contains.
        known: i64,
    },
    /// An applied migration has another text than the one in this binary.
    #[error("migration {version} was applied with another text than this version of Passgate contains")]
    Changed {
        /// Which migration.
        version: i64,
    },
    /// A migration's statements failed; it has been rolled back.
    #[error("migration {version} failed and was rolled back: {reason}")]
    Failed {
        /// Which migration.
        version: i64,
        /// What the database said.
        reason: String,
    },
}

/// What a failed statement means for the transaction and the connection it ran on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Severity {
    /// The connection is of no more use, and what became of the statement is unknown.
    ConnectionLost,
    /// The connection is of no more use, and the statement did not run on it.
    Unusable,
    /// The transaction lost against another one and may be tried again.
    Contention,
    /// The statement failed, and would fail again.
    Statement,
}

impl Severity {
    /// Whether another unit must not use the connection.
    pub fn ends_connection(self) -> bool {
        matches!(self, Self::ConnectionLost | Self::Unusable)
    }
}

/// What to do with the connection and the transaction after `error`.
pub(in crate::store) fn severity(error: &sqlx::Error) -> Severity {
    match error {
        sqlx::Error::Database(database) => match code(&**database).as_str() {
            "40001" | "40P01" => Severity::Contention,
            // The server became a read-only standby, or had ended the idle session before it saw the statement.
            "25006" | "57P05" => Severity::Unusable,
            "57P01" | "57P02" | "57P03" | "25P03" => Severity::ConnectionLost,
            other if is_postgres(other) && other.starts_with("08") => Severity::ConnectionLost,
            other if sqlite_primary(other).is_some_and(|primary| matches!(primary, 7 | 10 | 11 | 13 | 26)) => {
                Severity::ConnectionLost
            }
            _ => Severity::Statement,
        },
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            Severity::ConnectionLost
        }
        _ => Severity::Statement,
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(database) => from_database(&*database),
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::ColumnDecode { index, .. } => Self::Unreadable(format!("column {index}")),
            // The decoder's own text may quote the value, so it stays out.
            sqlx::Error::Decode(_) => Self::Unreadable("a column".to_owned()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Unavailable(error.to_string()),
            other => Self::Other(other.to_string()),
        }
    }
}

fn from_database(error: &dyn DatabaseError) -> StoreError {
    let code = code(error);
    let unavailable = if is_postgres(&code) {
        // Connection, resources, transaction lost against another, operator intervention, lock timeout, system error.
        ["08", "53", "40", "57", "58"]
            .iter()
            .any(|class| code.starts_with(class))
            || matches!(code.as_str(), "55P03" | "25006" | "25P03" | "28000" | "28P01" | "3D000")
    } else {
        // BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN.
        sqlite_primary(&code).is_some_and(|primary| matches!(primary, 5..=10 | 13 | 14))
    };
    if unavailable {
        return StoreError::Unavailable(error.message().to_owned());
    }
    match error.kind() {
        ErrorKind::UniqueViolation => StoreError::Conflict,
        ErrorKind::ForeignKeyViolation => StoreError::ForeignKey,
        _ if matches!(sqlite_primary(&code), Some(11 | 26)) => StoreError::Corrupt("database file"),
        _ => StoreError::Other(format!("{} (code {code})", error.message())),
    }
}

fn code(error: &dyn DatabaseError) -> String {
    error.code().map(|code| code.into_owned()).unwrap_or_default()
}

/// SQLSTATE codes have five characters, SQLite's extended result codes at most four digits.
fn is_postgres(code: &str) -> bool {
    code.len() == 5
}

/// SQLite's primary result code, from the extended one.
fn sqlite_primary(code: &str) -> Option<i64> {
    if is_postgres(code) {
        None
    } else {
        code.parse::<i64>().ok().map(|extended| extended & 0xff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_errors_name_the_column_and_not_the_value() {
        let error = sqlx::Error::ColumnDecode {
            index: "\"expires_at\"".into(),
            source: "invalid datetime: s3cret".into(),
        };
        let text = StoreError::from(error).to_string();
        assert!(text.contains("expires_at") && !text.contains("s3cret"), "{text}");
    }

    #[test]
    fn a_broken_socket_means_unavailable_and_a_lost_connection() {
        let error = sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        assert_eq!(severity(&error), Severity::ConnectionLost);
        assert!(matches!(StoreError::from(error), StoreError::Unavailable(_)));
    }

    #[test]
    fn extended_sqlite_codes_fold_to_their_primary_code() {
        assert_eq!(sqlite_primary("517"), Some(5));
        assert_eq!(sqlite_primary("2067"), Some(19));
        assert_eq!(sqlite_primary("23505"), None);
    }
}
