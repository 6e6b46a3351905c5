//! The database as a whole: a copy of it while it is in use, its return from a copy, and its way from SQLite to PostgreSQL.
//!
//! What these do concerns files, catalogues and both engines at once, so it is not made of units of work: each holds a
//! connection of its own. None of them names a table: they ask the catalogue, so that no table can be forgotten.

mod backup;
mod catalogue;
mod inspect;
mod relocate;
mod restore;
mod values;

pub use backup::back_up;
pub use inspect::{Inspection, inspect};
pub use relocate::{MovedTable, relocate};
pub use restore::Restoration;

use std::path::PathBuf;

use super::{OpenError, StoreError};

/// Why a copy could not be made, or was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is something already; nothing is ever overwritten.
    #[error("{path} is there already, and nothing is overwritten", path = .0.display())]
    Exists(PathBuf),
    /// A server or a command has the database open.
    #[error("the database is in use: stop the server, and every command that runs on {path}", path = .0.display())]
    InUse(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {source}", path = .0.display(), source = .1)]
    Io(PathBuf, std::io::Error),
    /// It is not what it should be.
    #[error("{0}")]
    Unsound(String),
    /// The place that should be empty is not.
    #[error("the database is not empty: {0}")]
    NotEmpty(String),
    /// One of the engines says no.
    #[error("{0}")]
    Database(String),
    /// The copy cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store says no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.to_string())
    }
}

/// The driver's own table, which is not ours to count or copy.
const BOOKKEEPING: &str = "_sqlx_migrations";

/// A name from a catalogue, for a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Makes sure that what was written to a file, and the file's name, are on the disk.
fn flush(path: &std::path::Path) -> Result<(), CopyError> {
    let failed = |error| CopyError::Io(path.to_owned(), error);
    std::fs::File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(failed)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => std::path::Path::new("."),
    };
    // Folders cannot be opened everywhere; where they can, their entries are made to last.
    if let Ok(folder) = std::fs::File::open(folder) {
        folder.sync_all().map_err(failed)?;
    }
    Ok(())
}

/// Makes a file that only its owner reads, and that was not there before.
fn create_private(path: &std::path::Path) -> Result<std::fs::File, CopyError> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => CopyError::Exists(path.to_owned()),
        _ => CopyError::Io(path.to_owned(), error),
    })
}
