//! `passgate backup`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::CommandError;
use super::output::{Output, table};
use crate::app;
use crate::clock::Clock;
use crate::flow::copies;
use crate::settings::Settings;

/// Where to.
#[derive(Args)]
pub struct Arguments {
    /// The file, which must not exist yet.
    pub file: PathBuf,
}

/// Writes the copy, and says what is in it.
pub async fn run(settings: &Settings, arguments: &Arguments, output: Output) -> Result<ExitCode, CommandError> {
    let file = &arguments.file;
    if app::embedded_database(settings).is_none() {
        return Err(CommandError::Refused(on_postgres(
            settings,
            &file.display().to_string(),
        )));
    }
    if let Some(missing) = app::missing_database(settings) {
        return Err(CommandError::Refused(format!(
            "there is no database at {}",
            missing.display()
        )));
    }
    let db = app::open_database(settings)?;
    let made = copies::back_up(&db, file, Clock::system().now()).await;
    db.close().await;
    let inspection = made.map_err(CommandError::from_display)?;
    let shown = json!({
        "file": file, "bytes": inspection.bytes, "version": inspection.version,
        "pending": inspection.pending, "rows": inspection.rows,
    });
    output.answer(&shown, || {
        let rows: Vec<_> = inspection
            .rows
            .iter()
            .map(|(name, number)| vec![name.clone(), number.to_string()])
            .collect();
        let checks = match inspection.pending.is_empty() {
            true => "whole, and all that must hold does",
            false => "whole; its schema is older than this program, so what must hold was not asked",
        };
        format!(
            "{}\n\n{} holds {} bytes at migration {}: {checks}.\nThe master key is not in it: keep {} elsewhere.",
            table(&["TABLE", "ROWS"], &rows),
            file.display(),
            inspection.bytes,
            inspection.version,
            settings.keys_dir.display(),
        )
    });
    Ok(ExitCode::SUCCESS)
}

/// PostgreSQL has tools of its own, which know its server better.
fn on_postgres(settings: &Settings, file: &str) -> String {
    format!(
        "the database is on PostgreSQL, which is backed up with its own tool:\n  pg_dump --format=custom --no-owner --file={file} '{}'",
        super::without_password(&settings.database_url()),
    )
}
