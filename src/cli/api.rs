//! `passgate api`: services that verify tokens, and the scopes that they know.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::Nothing;
use crate::flow::admin::apis::{self, Api, Changes, NewApi, Scope, Which};

/// What can be done with services.
#[derive(Subcommand)]
pub enum Command {
    /// List services.
    List,
    /// Show a service.
    Show {
        /// Its identifier.
        identifier: String,
    },
    /// Make a service known.
    Create(Create),
    /// Change a service.
    Update(Update),
    /// Forget a service; tokens that are for it live on until they end.
    Delete {
        /// Its identifier.
        identifier: String,
        /// Only where it is still at this revision.
        #[arg(long, value_name = "N")]
        revision: Option<i64>,
    },
}

/// A new service.
#[derive(Args)]
pub struct Create {
    /// The `aud` of tokens that are for it, as https://api.example.com.
    identifier: String,
    /// What people see.
    #[arg(long)]
    name: String,
    /// For administrators.
    #[arg(long, default_value = "")]
    description: String,
    /// A scope, and what it lets an application do: posts:write="Write posts".
    #[arg(long = "scope", value_name = "NAME[=TEXT]", num_args = 1.., value_parser = scope)]
    scopes: Vec<Scope>,
}

/// A change.
#[derive(Args)]
pub struct Update {
    /// Its identifier.
    identifier: String,
    /// What people see.
    #[arg(long)]
    name: Option<String>,
    /// For administrators.
    #[arg(long)]
    description: Option<String>,
    /// All scopes that it has from then on.
    #[arg(long = "scope", value_name = "NAME[=TEXT]", num_args = 1.., value_parser = scope, conflicts_with = "no_scopes")]
    scopes: Vec<Scope>,
    /// It has no scopes from then on.
    #[arg(long)]
    no_scopes: bool,
    /// Only where it is still at this revision.
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
}

#[expect(clippy::unnecessary_wraps, reason = "what clap asks for")]
fn scope(text: &str) -> Result<Scope, String> {
    let (name, description) = text.split_once('=').unwrap_or((text, ""));
    Ok(Scope {
        name: name.to_owned(),
        description: description.to_owned(),
    })
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List => {
            let all = server.run::<apis::List>(Nothing {}).await?.items;
            let rows: Vec<_> = all
                .iter()
                .map(|api| vec![api.identifier.clone(), api.name.clone(), names(api).join(" ")])
                .collect();
            output.answer(&all, || table(&["IDENTIFIER", "NAME", "SCOPES"], &rows));
        }
        Command::Show { identifier } => {
            let api = server.run::<apis::Show>(Which { identifier }).await?;
            output.answer(&api, || for_people(&api));
        }
        Command::Create(create) => {
            let new = NewApi {
                identifier: create.identifier,
                name: create.name,
                description: create.description,
                scopes: create.scopes,
            };
            let api = server.run::<apis::Create>(new).await?;
            output.answer(&api, || for_people(&api));
        }
        Command::Update(update) => {
            let all_new = !update.scopes.is_empty() || update.no_scopes;
            let changes = Changes {
                identifier: update.identifier,
                name: update.name,
                description: update.description,
                scopes: all_new.then_some(update.scopes),
            };
            let revision = update.revision.map(|revision| revision.to_string());
            let api = server.change::<apis::Update>(revision, changes).await?;
            output.answer(&api, || for_people(&api));
        }
        Command::Delete { identifier, revision } => {
            let which = Which {
                identifier: identifier.clone(),
            };
            let revision = revision.map(|revision| revision.to_string());
            server.change::<apis::Delete>(revision, which).await?;
            output.answer(&json!({ "deleted": identifier }), || format!("removed {identifier}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn names(api: &Api) -> Vec<&str> {
    api.scopes.iter().map(|scope| scope.name.as_str()).collect()
}

fn for_people(api: &Api) -> String {
    let mut lines = vec![
        format!("identifier   {}", api.identifier),
        format!("name         {}", api.name),
        format!("description  {}", api.description),
        format!("revision     {}", api.revision),
    ];
    lines.extend(
        api.scopes
            .iter()
            .map(|scope| format!("scope        {}  {}", scope.name, scope.description)),
    );
    lines.join("\n")
}
