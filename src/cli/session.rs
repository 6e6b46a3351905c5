//! `passgate session`: browsers in which anybody is signed in. Those of one person: `passgate user sessions`.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::sessions::{self, Listing, Which};
use crate::flow::admin::users::Session;

/// What can be done with sessions.
#[derive(Subcommand)]
pub enum Command {
    /// List sessions, newest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u16,
        /// Only those of this person: their address or sub.
        #[arg(long)]
        user: Option<String>,
    },
    /// Sign somebody out in one browser.
    End {
        /// Its id, the `sid` of its tokens.
        id: Uuid,
    },
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List { limit, user } => {
            let page = |limit, after| Listing {
                limit,
                after,
                user_id: user.clone(),
            };
            let found: Vec<Session> = server.all::<sessions::List, _>(limit.into(), page).await?;
            let rows: Vec<_> = found
                .iter()
                .map(|session| {
                    vec![
                        session.id.to_string(),
                        session.user_id.to_string(),
                        session.last_seen_at.format("%Y-%m-%d %H:%M").to_string(),
                        session.address.clone(),
                    ]
                })
                .collect();
            output.answer(&found, || table(&["ID", "SUB", "LAST SEEN", "ADDRESS"], &rows));
        }
        Command::End { id } => {
            server.run::<sessions::End>(Which { session_id: id }).await?;
            output.answer(&json!({ "ended": id }), || format!("{id} is signed out"));
        }
    }
    Ok(ExitCode::SUCCESS)
}
