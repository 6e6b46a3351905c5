//! `passgate restore`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::CommandError;
use super::output::{Output, table};
use crate::app;
use crate::clock::Clock;
use crate::flow::copies::{self, EndedThing, Moments};
use crate::settings::Settings;

/// From where.
#[derive(Args)]
pub struct Arguments {
    /// A file that `passgate backup` wrote.
    #[arg(required_unless_present = "settle")]
    pub file: Option<PathBuf>,
    /// After pg_restore: end in the database of the settings what may have been ended since the backup was made.
    #[arg(long, conflicts_with = "file")]
    pub settle: bool,
}

/// Restores, or ends what a restore by other means left alive.
pub async fn run(settings: &Settings, arguments: &Arguments, output: Output) -> Result<ExitCode, CommandError> {
    let now = Clock::system().now();
    let moments = Moments {
        now,
        deletions: now + settings.accounts.deletion_grace(),
    };
    let Some(key) = app::existing_master_key(&settings.keys_dir)? else {
        return Err(CommandError::Refused(format!(
            "there is no master key in {}: put the keys folder of the installation there, or set PASSGATE_MASTER_KEY",
            settings.keys_dir.display()
        )));
    };
    match (&arguments.file, app::embedded_database(settings)) {
        (None, _) => {
            let db = app::open_database(settings)?;
            db.migrate().await.map_err(CommandError::from_display)?;
            copies::fits(&db, &key).await.map_err(CommandError::from_display)?;
            let ended = copies::settle(&db, moments).await.map_err(CommandError::from_display)?;
            db.close().await;
            output.answer(&json!({ "ended": ended, "tokens_not_before": now }), || {
                format!("{}\n\n{AFTER}", list(&ended))
            });
        }
        (Some(file), None) => {
            return Err(CommandError::Refused(format!(
                "the database is on PostgreSQL: stop every server, then\n  pg_restore --clean --if-exists --no-owner --single-transaction --dbname='{}' {}\n  passgate restore --settle",
                super::without_password(&settings.database_url()),
                file.display(),
            )));
        }
        (Some(file), Some(database)) => {
            app::prepare_folder(settings)?;
            let restored = copies::restore(&database, file, &key, moments)
                .await
                .map_err(CommandError::from_display)?;
            output.answer(&restored, || {
                let kept = match &restored.kept {
                    Some(kept) => format!("The database before is {}: remove it when all is well.", kept.display()),
                    None => "There was no database before.".to_owned(),
                };
                format!(
                    "{}\n\n{} is restored at migration {}. {kept}\n{AFTER}",
                    list(&restored.ended),
                    restored.database.display(),
                    restored.version,
                )
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

const AFTER: &str = "Everybody signs in again. Access tokens from before are dead wherever Passgate is asked; a service that only \
    checks signatures takes them until they expire. Passwords, factors and roles are those of the backup.";

fn list(ended: &[EndedThing]) -> String {
    let rows: Vec<_> = ended
        .iter()
        .map(|thing| vec![thing.what.to_owned(), thing.number.to_string()])
        .collect();
    table(&["ENDED", "NUMBER"], &rows)
}
