//! `passgate user set-metadata`: what applications and administrators keep about a person.

use std::process::ExitCode;

use clap::{ArgGroup, Args};

use crate::cli::output::Output;
use crate::cli::{CommandError, json_argument};
use crate::flow::users::metadata::{self, Changes, Write};
use crate::model::audit::Origin;
use crate::model::metadata::Section;
use crate::model::permission::Authority;
use crate::state::State;

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

/// Does it.
pub async fn run(state: &State, set: SetMetadata, output: Output) -> Result<ExitCode, CommandError> {
    let given = [
        (Section::Public, &set.public),
        (Section::Private, &set.private),
        (Section::Unsafe, &set.own),
    ];
    let mut changes = Changes::default();
    for (section, text) in given {
        if let Some(text) = text {
            let object = json_argument(text)?;
            let write = if set.merge {
                Write::Merge(object)
            } else {
                Write::Replace(object)
            };
            changes.sections.push((section, write));
        }
    }
    let written = metadata::set(state, &set.user, changes, &Authority::all(), &Origin::command_line())
        .await
        .map_err(CommandError::from_display)?;
    output.answer(&written, || serde_json::to_string_pretty(&written).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}
