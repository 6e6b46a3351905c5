//! Who may have a SQLite database open. Every process that opens it holds a shared lock on a file beside it for as long as it
//! does; whoever replaces the database, or carries it elsewhere, takes the lock for itself alone. The operating system gives a
//! lock back when its process ends, however it ends, so a lock never outlives its holder.
//!
//! The lock has a file of its own: SQLite locks ranges of the database itself, and closing that file a second time within a
//! process would give up those locks.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Held until it is dropped.
#[derive(Debug)]
pub(in crate::store) struct FileLock(#[expect(dead_code, reason = "the open file is the lock")] File);

/// The database under the one name that all processes find, whatever links they came by.
pub(in crate::store) fn true_path(database: &Path) -> PathBuf {
    if let Ok(found) = database.canonicalize() {
        return found;
    }
    let folder = match database.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), database.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => database.to_owned(),
    }
}

/// A file beside the database: its name and an ending.
pub(in crate::store) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The lock of those who use the database; `None` while somebody has it alone.
///
/// # Errors
/// What the file system says.
pub(in crate::store) fn shared(database: &Path) -> io::Result<Option<FileLock>> {
    let file = open(database)?;
    taken(file.try_lock_shared(), file)
}

/// The lock of whoever wants nobody else there; `None` while somebody is.
///
/// # Errors
/// What the file system says.
pub(in crate::store) fn alone(database: &Path) -> io::Result<Option<FileLock>> {
    let file = open(database)?;
    taken(file.try_lock(), file)
}

fn open(database: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(beside(&true_path(database), ".lock"))
}

fn taken(tried: Result<(), TryLockError>, file: File) -> io::Result<Option<FileLock>> {
    match tried {
        Ok(()) => Ok(Some(FileLock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_share_it_and_one_has_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let (first, second) = (shared(&path).unwrap(), shared(&path).unwrap());
        assert!(first.is_some() && second.is_some());
        assert!(alone(&path).unwrap().is_none());
        drop((first, second));
        let whole = alone(&path).unwrap();
        assert!(whole.is_some());
        assert!(shared(&path).unwrap().is_none() && alone(&path).unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_same_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.db"), folder.path().join("b.db"));
        std::fs::write(&path, "").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let held = shared(&path).unwrap();
        assert!(held.is_some() && alone(&link).unwrap().is_none());
    }
}
