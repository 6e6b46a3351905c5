//! A copy of a SQLite database while it is in use. `VACUUM INTO` reads one snapshot on a connection of its own: whatever is
//! committed before it begins is in the copy, nothing that comes later is, and nobody waits for it.

use std::path::Path;

use sqlx::{ConnectOptions as _, Connection as _};

use super::super::Db;
use super::super::engine::lock::beside;
use super::super::engine::sqlite;
use super::{CopyError, Inspection, create_private, flush, inspect};

/// Writes a checked copy of the database to `to`, which must not exist. Under its own name the copy appears whole or not at
/// all, readable by its owner alone.
///
/// # Errors
/// See [`CopyError`]; a database on PostgreSQL is [`CopyError::Unsound`].
pub async fn back_up(db: &Db, to: &Path) -> Result<Inspection, CopyError> {
    let Some(from) = db.file() else {
        return Err(CopyError::Unsound(
            "only a SQLite database is copied in this way".to_owned(),
        ));
    };
    if to.symlink_metadata().is_ok() {
        return Err(CopyError::Exists(to.to_owned()));
    }
    let part = beside(to, ".part");
    drop(create_private(&part)?);
    let made = write(from, &part, to).await;
    if made.is_err() {
        // What is half done must not be taken for a backup; that it could not be removed says the error before.
        drop(std::fs::remove_file(&part));
    }
    made
}

async fn write(from: &Path, part: &Path, to: &Path) -> Result<Inspection, CopyError> {
    let name = part
        .to_str()
        .ok_or_else(|| CopyError::Unsound("the name of the file is not UTF-8".to_owned()))?;
    let mut connection = sqlite::reader(from).connect().await?;
    sqlx::query("VACUUM INTO $1")
        .bind(name)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    // SQLite leaves the flushing of such a copy to whoever asked for it.
    flush(part)?;
    let inspection = inspect(part).await?;
    put(part, to)?;
    flush(to)?;
    Ok(inspection)
}

/// Gives the copy its name. Unlike a rename, a link does not replace what has come there in the meantime; where a file system
/// knows no links, a look must do.
fn put(part: &Path, to: &Path) -> Result<(), CopyError> {
    let io = |error| CopyError::Io(to.to_owned(), error);
    match std::fs::hard_link(part, to) {
        Ok(()) => std::fs::remove_file(part).map_err(io),
        Err(_) if to.symlink_metadata().is_ok() => Err(CopyError::Exists(to.to_owned())),
        Err(_) => std::fs::rename(part, to).map_err(io),
    }
}
