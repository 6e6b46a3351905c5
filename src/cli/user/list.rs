//! `passgate user list`: accounts, oldest first.

use std::process::ExitCode;

use super::document;
use crate::cli::CommandError;
use crate::cli::output::{Output, table};
use crate::flow::users;
use crate::state::State;

/// Does it.
pub async fn run(state: &State, limit: u16, output: Output) -> Result<ExitCode, CommandError> {
    let found = users::list(state, None, limit)
        .await
        .map_err(CommandError::from_display)?;
    let rows: Vec<_> = found
        .iter()
        .map(|user| vec![user.subject(), user.email.clone(), user.role.clone(), user.plan.clone()])
        .collect();
    output.answer(&found.iter().map(document).collect::<Vec<_>>(), || {
        table(&["SUB", "EMAIL", "ROLE", "PLAN"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}
