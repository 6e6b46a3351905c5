//! `passgate move`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::CommandError;
use super::output::{Output, table};
use crate::app;
use crate::flow::copies;
use crate::settings::Settings;

/// Where to.
#[derive(Args)]
pub struct Arguments {
    /// An empty PostgreSQL database: postgres://user@host/name. A password is better given as PGPASSWORD or in ~/.pgpass,
    /// where other users of the machine do not see it.
    #[arg(long, value_name = "URL")]
    pub to: String,
}

/// Moves, and says what arrived.
pub async fn run(settings: &Settings, arguments: &Arguments, output: Output) -> Result<ExitCode, CommandError> {
    let Some(database) = app::embedded_database(settings) else {
        return Err(CommandError::Refused(
            "the database of the settings is not SQLite: PostgreSQL is copied with pg_dump and pg_restore".into(),
        ));
    };
    let moved = copies::relocate(&database, &arguments.to)
        .await
        .map_err(CommandError::from_display)?;
    let to = super::without_password(&arguments.to);
    output.answer(&json!({ "from": database, "to": to, "tables": moved }), || {
        let rows: Vec<_> = moved
            .iter()
            .map(|table| vec![table.table.clone(), table.rows.to_string(), table.checksum.clone()])
            .collect();
        format!(
            "{}\n\nEverything is in {to}, compared row by row; all that must hold does.\n\
             Start the server with PASSGATE_DATABASE_URL set to it, and the same keys. {} is as it was: put it away.",
            table(&["TABLE", "ROWS", "CHECKSUM"], &rows),
            database.display(),
        )
    });
    Ok(ExitCode::SUCCESS)
}
