//! `passgate key`.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::CommandError;
use super::output::{Output, table};
use crate::flow::keys;
use crate::model::audit::Origin;
use crate::state::State;

/// What can be done with signing keys.
#[derive(Subcommand)]
pub enum Command {
    /// List the keys that are published.
    List,
    /// The next keys sign from now on. Running servers notice within a second.
    Rotate,
}

/// Does it.
pub async fn run(state: &State, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List => {
            let stored = keys::list(state).await.map_err(CommandError::from_display)?;
            let rows: Vec<_> = stored
                .iter()
                .map(|key| vec![key.kid.clone(), key.alg.as_str().into(), key.state.as_str().into()])
                .collect();
            let shown: Vec<_> = stored
                .iter()
                .map(|key| {
                    json!({
                        "kid": key.kid, "alg": key.alg, "state": key.state, "created_at": key.created_at,
                        "activated_at": key.activated_at, "retired_at": key.retired_at,
                    })
                })
                .collect();
            output.answer(&shown, || table(&["KID", "ALG", "STATE"], &rows));
        }
        Command::Rotate => {
            let rotated = keys::rotate(state, &Origin::command_line())
                .await
                .map_err(CommandError::from_display)?;
            let rows: Vec<_> = rotated
                .iter()
                .map(|key| vec![key.alg.as_str().to_owned(), key.active.clone(), key.next.clone()])
                .collect();
            output.answer(&rotated, || table(&["ALG", "SIGNS NOW", "SIGNS NEXT"], &rows));
        }
    }
    Ok(ExitCode::SUCCESS)
}
