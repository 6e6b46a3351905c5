//! `passgate migrate`.

use std::process::ExitCode;

use super::CommandError;
use super::output::Output;
use crate::app;
use crate::settings::Settings;

/// Applies what is missing.
pub async fn run(settings: &Settings, output: Output) -> Result<ExitCode, CommandError> {
    let db = app::open_database(settings)?;
    let report = db.migrate().await.map_err(CommandError::from_display)?;
    db.close().await;
    output.answer(&report, || match report.applied.as_slice() {
        [] => format!("nothing to do, the database is at {}", report.version),
        applied => format!("applied {applied:?}, the database is at {}", report.version),
    });
    Ok(ExitCode::SUCCESS)
}
