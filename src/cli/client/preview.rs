//! `passgate client preview-claims`: what an application would get of a person, with mappings that are not saved.

use std::process::ExitCode;

use clap::Args;

use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::cli::{CommandError, json_argument};
use crate::flow::admin::clients::{self, Preview};

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
pub async fn run(server: &Server, preview: PreviewClaims, output: Output) -> Result<ExitCode, CommandError> {
    let input = Preview {
        client_id: preview.id,
        user_id: preview.user,
        claim_mappings: preview.claim_mappings.as_deref().map(json_argument).transpose()?,
        scope: preview.scope,
    };
    let shown = server.run::<clients::PreviewClaims>(input).await?;
    output.answer(&shown, || serde_json::to_string_pretty(&shown).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}
