//! `passgate setting`: what is in force. Settings are changed in their file or environment, beside the server.

use std::process::ExitCode;

use clap::Subcommand;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::Nothing;
use crate::flow::admin::settings::{self, Setting};

/// What can be done with settings.
#[derive(Subcommand)]
pub enum Command {
    /// List the settings in force and where they come from; never a secret.
    List,
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List => {
            let all = server.run::<settings::List>(Nothing {}).await?.items;
            let rows: Vec<_> = all.iter().map(row).collect();
            output.answer(&all, || table(&["KEY", "VALUE", "FROM"], &rows));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn row(setting: &Setting) -> Vec<String> {
    let value = setting.value.as_ref();
    vec![
        setting.key.clone(),
        value.map_or_else(|| "(secret)".to_owned(), ToString::to_string),
        setting.place.clone().unwrap_or_else(|| "default".to_owned()),
    ]
}
