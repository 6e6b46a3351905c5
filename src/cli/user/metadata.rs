//! `passgate user show-metadata` and `set-metadata`: what applications and administrators keep about a person.

use std::process::ExitCode;

use clap::{ArgGroup, Args};

use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::cli::{CommandError, json_argument};
use crate::flow::admin::users::{self, MetadataChanges, Which};

/// What is written. Each is a JSON object, `@FILE` to read it from there, or `-` for standard input.
#[derive(Args)]
#[command(group(ArgGroup::new("sections").required(true).multiple(true)))]
pub struct SetMetadata {
    /// Address or sub.
    user: String,
    /// Read by the person, and by applications where a mapping says so.
    #[arg(long, value_name = "JSON", group = "sections")]
    public: Option<String>,
    /// Read by administrators alone.
    #[arg(long, value_name = "JSON", group = "sections")]
    private: Option<String>,
    /// Read and written by the person too.
    #[arg(long = "unsafe", value_name = "JSON", group = "sections")]
    own: Option<String>,
    /// Change the members that are given and keep the others (RFC 7396); null removes one.
    #[arg(long)]
    merge: bool,
}

/// Writes it.
pub async fn set(server: &Server, set: SetMetadata, output: Output) -> Result<ExitCode, CommandError> {
    let object = |text: Option<String>| text.as_deref().map(json_argument).transpose();
    let changes = MetadataChanges {
        user_id: set.user,
        public: object(set.public)?,
        private: object(set.private)?,
        r#unsafe: object(set.own)?,
        replace: !set.merge,
    };
    let written = server.run::<users::UpdateMetadata>(changes).await?;
    output.answer(&written, || serde_json::to_string_pretty(&written).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// Shows it.
pub async fn show(server: &Server, which: Which, output: Output) -> Result<ExitCode, CommandError> {
    let shown = server.run::<users::ShowMetadata>(which).await?;
    output.answer(&shown, || serde_json::to_string_pretty(&shown).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}
