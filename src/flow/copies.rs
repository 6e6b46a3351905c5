//! Backup, restore and move: the database as a whole.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use super::{Fault, keys};
use crate::crypto::sealing::MasterKey;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::store::copies::{self, CopyError, Inspection, MovedTable, Restoration};
use crate::store::settle::{self, Ended};
use crate::store::{self, Db, DbOptions, StoreError, audit};

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum CopyFault {
    /// The copy, or the place for it.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The database.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The master key does not open what is in the copy.
    #[error("{0}")]
    Key(String),
}

impl From<StoreError> for CopyFault {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Writes a checked copy of a SQLite database, while it is in use or not, and notes that in its trail. A copy that cannot be
/// noted is a copy all the same: a full disk may be why it is made.
///
/// # Errors
/// See [`CopyFault`].
pub async fn back_up(db: &Db, to: &Path, now: Timestamp) -> Result<Inspection, CopyFault> {
    let inspection = copies::back_up(db, to).await?;
    // A database that waits for its migrations has no trail that this program knows.
    if inspection.pending.is_empty() {
        let details = json!({ "file": to, "bytes": inspection.bytes });
        let noted = db.write_one(details, move |tx, details| {
            let details = details.clone();
            Box::pin(async move {
                let origin = Origin::command_line();
                audit::record(tx, AuditKind::BackupMade, &origin, "database", details, now).await
            })
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the trail does not tell of this copy");
        }
    }
    Ok(inspection)
}

/// What a restore did.
#[derive(Clone, Debug, Serialize)]
pub struct Restored {
    /// The database that is in its place now.
    pub database: PathBuf,
    /// Where the one before is.
    pub kept: Option<PathBuf>,
    /// The newest migration.
    pub version: i64,
    /// Migrations that the copy lacked.
    pub applied: Vec<i64>,
    /// What was ended, with its number.
    pub ended: Vec<EndedThing>,
    /// Access tokens that were issued until then are dead.
    pub tokens_not_before: Timestamp,
}

/// One line of what was ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndedThing {
    /// What.
    pub what: &'static str,
    /// How many.
    pub number: u64,
}

/// The moments that a restore needs.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    /// Now.
    pub now: Timestamp,
    /// Until when accounts stay that were to be deleted.
    pub deletions: Timestamp,
}

/// Puts a checked copy in the place of a SQLite database that nobody has open. Everything is done to the copy first; until it
/// is ready the old database is what counts.
///
/// # Errors
/// See [`CopyFault`]; nothing has changed then.
pub async fn restore(
    database: &Path,
    file: &Path,
    master_key: &MasterKey,
    moments: Moments,
) -> Result<Restored, CopyFault> {
    let restoration = Restoration::begin(database, file)?;
    copies::inspect(restoration.copy()).await?;
    let db = restoration.open()?;
    let prepared = prepare(&db, master_key, moments).await;
    db.close().await;
    drop(db);
    let (applied, ended) = prepared?;
    // Once more, now that it is as it will be.
    let inspection = copies::inspect(restoration.copy()).await?;
    let kept = restoration.finish().await?;
    Ok(Restored {
        database: database.to_owned(),
        kept,
        version: inspection.version,
        applied,
        ended,
        tokens_not_before: moments.now,
    })
}

async fn prepare(db: &Db, master_key: &MasterKey, moments: Moments) -> Result<(Vec<i64>, Vec<EndedThing>), CopyFault> {
    let report = db.migrate().await?;
    for statement in store::statements() {
        if let Err(error) = db.prepare(statement).await {
            return Err(CopyError::Unsound(format!("the schema is not ours: {error}")).into());
        }
    }
    fits(db, master_key).await?;
    Ok((report.applied, settle(db, moments).await?))
}

/// Ends, in a database that came back by other means (`pg_restore`), what may have been ended since the copy was made.
///
/// # Errors
/// See [`Fault`].
pub async fn settle(db: &Db, moments: Moments) -> Result<Vec<EndedThing>, Fault> {
    let ended: Ended = db
        .write((), move |tx, ()| {
            Box::pin(async move {
                let ended = settle::settle(tx, moments.now, moments.deletions).await?;
                let details: serde_json::Map<_, _> = ended
                    .iter()
                    .map(|(what, number)| (what.replace(' ', "_"), json!(number)))
                    .collect();
                let origin = Origin::command_line();
                audit::record(
                    tx,
                    AuditKind::Restored,
                    &origin,
                    "database",
                    details.into(),
                    moments.now,
                )
                .await?;
                Ok(ended)
            })
        })
        .await?;
    let line = |(what, number)| EndedThing { what, number };
    Ok(ended.into_iter().map(line).collect())
}

/// Whether the master key opens this database and the private keys in it.
///
/// # Errors
/// [`CopyFault::Key`] with what to do.
pub async fn fits(db: &Db, master_key: &MasterKey) -> Result<(), CopyFault> {
    let wrong = || {
        CopyFault::Key(
            "the master key does not open this database: put the keys folder of the installation in place \
             (keys_dir, or PASSGATE_MASTER_KEY), then try again; nothing was changed"
                .to_owned(),
        )
    };
    if keys::master_key_fits(db, master_key).await? == Some(false) {
        return Err(wrong());
    }
    keys::open_all(db, master_key).await.map_err(|_| wrong())
}

/// Moves everything from the SQLite file of `from` to an empty PostgreSQL database, then asks there what must hold.
///
/// # Errors
/// See [`CopyFault`]; the source is untouched in any case.
pub async fn relocate(from: &Path, to: &str) -> Result<Vec<MovedTable>, CopyFault> {
    let moved = copies::relocate(from, to).await?;
    let db = Db::open(to, DbOptions::default()).map_err(CopyError::from)?;
    let broken = store::verify::verify(&db).await;
    db.close().await;
    let broken = broken?;
    match broken.is_empty() {
        true => Ok(moved),
        false => Err(CopyError::Unsound(format!(
            "everything was moved, and what must hold does not, there as here: {}",
            broken.join("; ")
        ))
        .into()),
    }
}
