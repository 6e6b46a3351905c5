//! `passgate text`: text messages that have not left.

use std::process::ExitCode;

use clap::Subcommand;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::outbox::{self, Listing};

/// What can be done with text messages.
#[derive(Subcommand)]
pub enum Command {
    /// List text messages that have not left, oldest first. Nobody tries one again whose code is over.
    List {
        /// Only what will not leave: refused by the provider, or too late.
        #[arg(long)]
        failed: bool,
    },
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    let Command::List { failed } = command;
    let found = server.run::<outbox::ListTexts>(Listing { failed }).await?.items;
    output.answer(&found, || {
        let rows: Vec<_> = found
            .iter()
            .map(|text| {
                vec![
                    text.recipient.clone(),
                    text.tries.to_string(),
                    if text.failed_at.is_some() { "failed" } else { "waits" }.to_owned(),
                    text.created_at.format("%Y-%m-%d %H:%M").to_string(),
                    text.error.clone(),
                ]
            })
            .collect();
        table(&["TO", "TRIES", "STATUS", "SINCE", "ERROR"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}
