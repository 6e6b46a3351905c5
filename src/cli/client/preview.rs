//! `passgate client preview-claims`: what an application would get of a person, with mappings that are not saved.

use std::process::ExitCode;

use clap::Args;

use crate::cli::output::Output;
use crate::cli::{CommandError, json_argument};
use crate::flow::preview::{self, Input};
use crate::model::scope::Scope;
use crate::state::State;

/// Of whom, to which application.
#[derive(Args)]
pub struct PreviewClaims {
    /// Its client_id.
    id: String,
    /// Address or sub of the person.
    user: String,
    /// Mappings in place of those that it has: a JSON array, `@FILE`, or `-`.
    #[arg(long, value_name = "JSON")]
    claim_mappings: Option<String>,
    /// What would be granted, space-separated; everything that it may ask for unless given.
    #[arg(long)]
    scope: Option<String>,
}

/// Does it.
pub async fn run(state: &State, preview: PreviewClaims, output: Output) -> Result<ExitCode, CommandError> {
    let scope = preview.scope.as_deref().map(Scope::parse).transpose();
    let input = Input {
        client_id: preview.id,
        mappings: preview.claim_mappings.as_deref().map(json_argument).transpose()?,
        user: preview.user,
        scope: scope.map_err(CommandError::from_display)?,
    };
    let shown = preview::run(state, input).await.map_err(CommandError::from_display)?;
    output.answer(&shown, || serde_json::to_string_pretty(&shown).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}
