//! `passgate plan`: the catalogue of plans, and, with a file, what `passgate apply` would change.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::CommandError;
use super::administration::Server;
use super::configuration::{self, Source};
use super::output::{Output, table};
use crate::flow::admin::Nothing;
use crate::flow::admin::catalogue::Which;
use crate::flow::admin::plans::{self, Changes, NewPlan, Plan};

/// One of its commands, or a file.
#[derive(Args)]
#[command(subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// A file of `passgate export`: shows what `passgate apply` would change. Exit code 2 where that is anything.
    #[command(flatten)]
    source: Option<Source>,
}

/// What can be done with plans.
#[derive(Subcommand)]
pub enum Command {
    /// List plans.
    List,
    /// Show a plan.
    Show {
        /// Its name.
        name: String,
    },
    /// Make a plan.
    Create(Create),
    /// Change a plan. It shows in the next token of whoever has it.
    Update(Update),
    /// Remove a plan that nobody has.
    Delete {
        /// Its name.
        name: String,
        /// Only where it is still at this revision.
        #[arg(long, value_name = "N")]
        revision: Option<i64>,
    },
}

/// A new plan.
#[derive(Args)]
pub struct Create {
    /// What the claim says: 1 to 64 letters, digits, _ - . :
    name: String,
    /// For whoever gives it.
    #[arg(long, default_value = "")]
    description: String,
    /// A feature: one of your own, as export or seats:10.
    #[arg(long = "feature", value_name = "FEATURE", num_args = 1..)]
    features: Vec<String>,
}

/// A change.
#[derive(Args)]
pub struct Update {
    /// Its name.
    name: String,
    /// For whoever gives it.
    #[arg(long)]
    description: Option<String>,
    /// All features that it has from then on.
    #[arg(long = "feature", value_name = "FEATURE", num_args = 1.., conflicts_with = "no_features")]
    features: Vec<String>,
    /// It has no features from then on.
    #[arg(long)]
    no_features: bool,
    /// Only where it is still at this revision.
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
}

/// Does it.
pub async fn run(server: &Server, arguments: Arguments, output: Output) -> Result<ExitCode, CommandError> {
    match (arguments.command, arguments.source) {
        (Some(command), _) => catalogue(server, command, output).await,
        (None, Some(source)) => configuration::plan(server, &source, output).await,
        (None, None) => Err(CommandError::Refused(
            "a command or a file is needed: passgate plan --help".into(),
        )),
    }
}

async fn catalogue(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List => {
            let all = server.run::<plans::List>(Nothing {}).await?.items;
            let rows: Vec<_> = all
                .iter()
                .map(|plan| vec![plan.name.clone(), plan.features.join(" "), plan.description.clone()])
                .collect();
            output.answer(&all, || table(&["NAME", "FEATURES", "DESCRIPTION"], &rows));
        }
        Command::Show { name } => {
            let plan = server.run::<plans::Show>(Which { name }).await?;
            output.answer(&plan, || for_people(&plan));
        }
        Command::Create(create) => {
            let new = NewPlan {
                name: create.name,
                description: create.description,
                features: create.features,
            };
            let plan = server.run::<plans::Create>(new).await?;
            output.answer(&plan, || for_people(&plan));
        }
        Command::Update(update) => {
            let all_new = !update.features.is_empty() || update.no_features;
            let changes = Changes {
                name: update.name,
                description: update.description,
                features: all_new.then_some(update.features),
            };
            let revision = update.revision.map(|revision| revision.to_string());
            let plan = server.change::<plans::Update>(revision, changes).await?;
            output.answer(&plan, || for_people(&plan));
        }
        Command::Delete { name, revision } => {
            let which = Which { name: name.clone() };
            let revision = revision.map(|revision| revision.to_string());
            server.change::<plans::Delete>(revision, which).await?;
            output.answer(&json!({ "deleted": name }), || format!("removed {name}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn for_people(plan: &Plan) -> String {
    let listed = match plan.features.is_empty() {
        true => "none".to_owned(),
        false => plan.features.join("\n             "),
    };
    [
        format!("name         {}", plan.name),
        format!("description  {}", plan.description),
        format!("features     {listed}"),
        format!("revision     {}", plan.revision),
    ]
    .join("\n")
}
