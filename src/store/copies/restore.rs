//! A copy that takes the database's place. It is prepared beside it, under another name; the change itself is one rename, so
//! that whenever the machine stops there is either the old database or the new one.

use std::path::{Path, PathBuf};

use sqlx::{ConnectOptions as _, Connection as _};

use super::super::Db;
use super::super::engine::lock::{self, FileLock, beside};
use super::super::engine::sqlite;
use super::{CopyError, create_private, flush};

/// What SQLite keeps beside a database.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A restore that is under way: nobody else opens the database until this is dropped.
pub struct Restoration {
    _lock: FileLock,
    target: PathBuf,
    copy: PathBuf,
    kept: PathBuf,
}

impl Restoration {
    /// Takes the database at `target` for itself and copies `file` beside it. The database need not exist, its folder must.
    ///
    /// # Errors
    /// [`CopyError::InUse`] while anybody has the database open; [`CopyError::Exists`] when an earlier restore left its old
    /// database, which only its owner may remove.
    pub fn begin(target: &Path, file: &Path) -> Result<Self, CopyError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |error| CopyError::Io(path, error)
        };
        let target = lock::true_path(target);
        let taken = lock::alone(&target).map_err(io(&target))?;
        let taken = taken.ok_or_else(|| CopyError::InUse(target.clone()))?;
        let kept = beside(&target, ".before-restore");
        if kept.symlink_metadata().is_ok() {
            return Err(CopyError::Exists(kept));
        }
        let mut source = std::fs::File::open(file).map_err(io(file))?;
        // Whoever copies the files of a running server gets a database without what its log still holds.
        let log = beside(file, "-wal");
        if log.metadata().is_ok_and(|log| log.len() > 0) {
            return Err(CopyError::Unsound(format!(
                "there is a {} beside it: this is a running or interrupted database and no backup; make one with passgate backup",
                log.display()
            )));
        }
        let copy = beside(&target, ".restoring");
        // Of a restore that was interrupted: the lock says that it is nobody's any more.
        remove(&copy)?;
        let mut written = create_private(&copy)?;
        let copied = std::io::copy(&mut source, &mut written).and_then(|_| written.sync_all());
        let restoration = Self {
            _lock: taken,
            target,
            copy,
            kept,
        };
        copied.map_err(io(&restoration.copy))?;
        Ok(restoration)
    }

    /// The copy, which nobody else knows of yet.
    pub fn copy(&self) -> &Path {
        &self.copy
    }

    /// Opens the copy for what must be done to it before it counts. It must be closed before [`Restoration::finish`].
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub fn open(&self) -> Result<Db, CopyError> {
        Ok(Db::open_copy(&self.copy)?)
    }

    /// Puts the copy in the database's place. Gives where the old one is now; `None` when there was none.
    ///
    /// # Errors
    /// A file system that refuses; until the last step the old database stays in its place.
    pub async fn finish(self) -> Result<Option<PathBuf>, CopyError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |error| CopyError::Io(path, error)
        };
        fold_log(&self.copy).await?;
        flush(&self.copy)?;
        let had_one = self.target.exists();
        if had_one {
            // A log that stayed behind would be taken for the new database's.
            let folded = fold_log(&self.target).await;
            std::fs::hard_link(&self.target, &self.kept)
                .or_else(|_| std::fs::copy(&self.target, &self.kept).map(drop))
                .map_err(io(&self.kept))?;
            if folded.is_err() {
                // The old one may be what is broken: its log goes with it.
                for companion in COMPANIONS {
                    let (from, to) = (beside(&self.target, companion), beside(&self.kept, companion));
                    if from.exists() {
                        std::fs::rename(&from, &to).map_err(io(&from))?;
                    }
                }
            }
            flush(&self.kept)?;
        } else {
            for companion in COMPANIONS {
                remove_one(&beside(&self.target, companion))?;
            }
        }
        std::fs::rename(&self.copy, &self.target).map_err(io(&self.target))?;
        flush(&self.target)?;
        Ok(had_one.then(|| self.kept.clone()))
    }
}

impl Drop for Restoration {
    fn drop(&mut self) {
        // After a success there is nothing; after a failure the copy is of no use.
        drop(remove(&self.copy));
    }
}

/// Writes what the log of a database holds into the database, and does away with the log.
async fn fold_log(path: &Path) -> Result<(), CopyError> {
    let mut connection = sqlite::writer(path).connect().await?;
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    let left = beside(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
    if busy != 0 || left {
        return Err(CopyError::Database(
            "the log of the database could not be folded in".to_owned(),
        ));
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), CopyError> {
    remove_one(path)?;
    COMPANIONS
        .iter()
        .try_for_each(|companion| remove_one(&beside(path, companion)))
}

fn remove_one(path: &Path) -> Result<(), CopyError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(CopyError::Io(path.to_owned(), error)),
        _ => Ok(()),
    }
}
