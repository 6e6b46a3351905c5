//! `passgate user export`: everybody, one JSON object a line, without passwords and factors.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::cli::CommandError;
use crate::cli::administration::{Server, take_along};
use crate::cli::output::Sink;
use crate::flow::admin::{Administrator, Refused, bulk};
use crate::model::audit::Origin;

/// Where it goes.
#[derive(Args)]
pub struct Export {
    /// Where to; standard output unless given. A file that is there is not touched.
    #[arg(long, short)]
    output: Option<PathBuf>,
}

/// Does it, as people come, oldest accounts first.
pub async fn run(server: &Server, export: Export) -> Result<ExitCode, CommandError> {
    let file = export.output.as_deref();
    let state = match server {
        Server::Own(state) => state,
        Server::Elsewhere(remote) => {
            take_along(remote, &bulk::EXPORT, &json!({}), file).await?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let (administrator, origin) = (Administrator::command_line(), Origin::command_line());
    let mut position = bulk::begin_export(state, &administrator, &origin).await?;
    let mut sink = Sink::open(file)?;
    while let Some((people, next)) = bulk::export(state, position).await.map_err(Refused::Fault)? {
        let mut lines = String::new();
        for person in people {
            lines.push_str(&serde_json::to_string(&person).map_err(CommandError::from_display)?);
            lines.push('\n');
        }
        if !sink.write(lines.as_bytes())? {
            break;
        }
        position = next;
    }
    Ok(ExitCode::SUCCESS)
}
