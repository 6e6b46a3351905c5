//! `passgate user history`: what a person did, and what was done to them.

use std::process::ExitCode;

use clap::Args;

use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::{Output, table};
use crate::flow::admin::users::{self, Event, EventListing};

/// Whose, and how much of it.
#[derive(Args)]
pub struct History {
    /// Address or sub.
    user: String,
    /// How many events.
    #[arg(long, default_value_t = 100)]
    limit: u16,
}

/// Lists it, newest first.
pub async fn run(server: &Server, history: History, output: Output) -> Result<ExitCode, CommandError> {
    let page = |limit, after| EventListing {
        user_id: history.user.clone(),
        limit,
        after,
    };
    let found: Vec<Event> = server.all::<users::ListEvents, _>(history.limit.into(), page).await?;
    output.answer(&found, || {
        let rows: Vec<_> = found
            .iter()
            .map(|event| {
                vec![
                    event.at.format("%Y-%m-%d %H:%M").to_string(),
                    event.kind.clone(),
                    event.actor.clone(),
                    event.address.clone(),
                ]
            })
            .collect();
        table(&["WHEN", "WHAT", "BY", "FROM"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}
