//! `passgate role`: the catalogue of roles.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::Nothing;
use crate::flow::admin::catalogue::Which;
use crate::flow::admin::roles::{self, Changes, NewRole, Role};

/// What can be done with roles.
#[derive(Subcommand)]
pub enum Command {
    /// List roles.
    List,
    /// Show a role.
    Show {
        /// Its name.
        name: String,
    },
    /// Make a role.
    Create(Create),
    /// Change a role. It shows in the next token of whoever has it.
    Update(Update),
    /// Remove a role that nobody has.
    Delete {
        /// Its name.
        name: String,
        /// Only where it is still at this revision.
        #[arg(long, value_name = "N")]
        revision: Option<i64>,
    },
}

/// A new role.
#[derive(Args)]
pub struct Create {
    /// What the claim says: 1 to 64 letters, digits, _ - . :
    name: String,
    /// For whoever gives it.
    #[arg(long, default_value = "")]
    description: String,
    /// A permission: one of your own, as posts:write, or one about Passgate, as passgate:users:read.
    #[arg(long = "permission", value_name = "PERMISSION", num_args = 1..)]
    permissions: Vec<String>,
}

/// A change.
#[derive(Args)]
pub struct Update {
    /// Its name.
    name: String,
    /// For whoever gives it.
    #[arg(long)]
    description: Option<String>,
    /// All permissions that it has from then on.
    #[arg(long = "permission", value_name = "PERMISSION", num_args = 1.., conflicts_with = "no_permissions")]
    permissions: Vec<String>,
    /// It has no permissions from then on.
    #[arg(long)]
    no_permissions: bool,
    /// Only where it is still at this revision.
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List => {
            let all = server.run::<roles::List>(Nothing {}).await?.items;
            let rows: Vec<_> = all
                .iter()
                .map(|role| vec![role.name.clone(), role.permissions.join(" "), role.description.clone()])
                .collect();
            output.answer(&all, || table(&["NAME", "PERMISSIONS", "DESCRIPTION"], &rows));
        }
        Command::Show { name } => {
            let role = server.run::<roles::Show>(Which { name }).await?;
            output.answer(&role, || for_people(&role));
        }
        Command::Create(create) => {
            let new = NewRole {
                name: create.name,
                description: create.description,
                permissions: create.permissions,
            };
            let role = server.run::<roles::Create>(new).await?;
            output.answer(&role, || for_people(&role));
        }
        Command::Update(update) => {
            let all_new = !update.permissions.is_empty() || update.no_permissions;
            let changes = Changes {
                name: update.name,
                description: update.description,
                permissions: all_new.then_some(update.permissions),
            };
            let revision = update.revision.map(|revision| revision.to_string());
            let role = server.change::<roles::Update>(revision, changes).await?;
            output.answer(&role, || for_people(&role));
        }
        Command::Delete { name, revision } => {
            let which = Which { name: name.clone() };
            let revision = revision.map(|revision| revision.to_string());
            server.change::<roles::Delete>(revision, which).await?;
            output.answer(&json!({ "deleted": name }), || format!("removed {name}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn for_people(role: &Role) -> String {
    let listed = match role.permissions.is_empty() {
        true => "none".to_owned(),
        false => role.permissions.join("\n             "),
    };
    [
        format!("name         {}", role.name),
        format!("description  {}", role.description),
        format!("permissions  {listed}"),
        format!("revision     {}", role.revision),
    ]
    .join("\n")
}
