//! `passgate plan`: the catalogue of plans.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::CommandError;
use super::output::{Output, table};
use crate::flow::plans::{self, Changes, NewPlan};
use crate::model::audit::Origin;
use crate::model::catalogue::Plan;
use crate::state::State;

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
pub async fn run(state: &State, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    let origin = Origin::command_line();
    match command {
        Command::List => {
            let all = plans::list(state).await.map_err(CommandError::from_display)?;
            let rows: Vec<_> = all
                .iter()
                .map(|plan| vec![plan.name.clone(), plan.features.join(" "), plan.description.clone()])
                .collect();
            output.answer(&all, || table(&["NAME", "FEATURES", "DESCRIPTION"], &rows));
        }
        Command::Show { name } => {
            let plan = plans::show(state, &name).await.map_err(CommandError::from_display)?;
            output.answer(&plan, || for_people(&plan));
        }
        Command::Create(create) => {
            let new = NewPlan {
                name: create.name,
                description: create.description,
                features: create.features,
            };
            let plan = plans::create(state, new, &origin)
                .await
                .map_err(CommandError::from_display)?;
            output.answer(&plan, || for_people(&plan));
        }
        Command::Update(update) => {
            let all_new = !update.features.is_empty() || update.no_features;
            let changes = Changes {
                description: update.description,
                features: all_new.then_some(update.features),
            };
            let plan = plans::update(state, &update.name, changes, update.revision, &origin)
                .await
                .map_err(CommandError::from_display)?;
            output.answer(&plan, || for_people(&plan));
        }
        Command::Delete { name, revision } => {
            plans::delete(state, &name, revision, &origin)
                .await
                .map_err(CommandError::from_display)?;
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
