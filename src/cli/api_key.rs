//! `passgate api-key`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use uuid::Uuid;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::api_keys::{self, ApiKey, Listing, NewApiKey, Which};
use crate::model::Timestamp;

/// What can be done with keys of programs.
#[derive(Subcommand)]
pub enum Command {
    /// Make a key. Its secret is shown once.
    Create(Create),
    /// List keys.
    List,
    /// Show a key.
    Show {
        /// Its id.
        id: Uuid,
    },
    /// Remove a key.
    Delete {
        /// Its id.
        id: Uuid,
    },
}

/// A new key.
#[derive(Args)]
pub struct Create {
    /// What people call it.
    #[arg(long)]
    name: String,
    /// What it may do, as users:read, users:*, *:read or *; more than one may be given.
    #[arg(long, num_args = 1.., required = true)]
    permission: Vec<String>,
    /// Address or network from which it may be used, as 192.0.2.0/24; more than one may be given.
    #[arg(long, num_args = 1..)]
    address: Vec<String>,
    /// When it ends (RFC 3339); never by itself unless given.
    #[arg(long)]
    expires_at: Option<Timestamp>,
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Create(create) => {
            let input = NewApiKey {
                name: create.name,
                permissions: create.permission,
                addresses: create.address,
                expires_at: create.expires_at,
            };
            let created = server.run::<api_keys::Create>(input).await?;
            let shown = json!({ "key": created.key, "api_key": created.api_key });
            output.answer(&shown, || {
                format!(
                    "{}\nThe key is not shown again. Its id is {}.",
                    created.key, created.api_key.id
                )
            });
        }
        Command::List => {
            let page = |limit, after| Listing { limit, after };
            let all: Vec<ApiKey> = server.all::<api_keys::List, _>(usize::MAX, page).await?;
            let rows: Vec<_> = all.iter().map(row).collect();
            output.answer(&all, || {
                table(&["ID", "NAME", "PERMISSIONS", "LAST USED", "EXPIRES"], &rows)
            });
        }
        Command::Show { id } => {
            let key = server.run::<api_keys::Show>(Which { key_id: id }).await?;
            output.answer(&key, || serde_json::to_string_pretty(&key).unwrap_or_default());
        }
        Command::Delete { id } => {
            server.run::<api_keys::Delete>(Which { key_id: id }).await?;
            output.answer(&json!({ "deleted": id }), || format!("removed {id}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn row(key: &ApiKey) -> Vec<String> {
    let time = |at: Option<Timestamp>, none: &str| at.map_or_else(|| none.to_owned(), |at| at.to_rfc3339());
    vec![
        key.id.to_string(),
        key.name.clone(),
        key.permissions.join(" "),
        time(key.last_used_at, "never"),
        time(key.expires_at, "never"),
    ]
}
