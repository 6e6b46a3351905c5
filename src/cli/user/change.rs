//! `passgate user set-role`, `set-plan`, `disable`, `enable` and `require-password-change`: one change of one account.

use std::process::ExitCode;

use super::document;
use crate::cli::CommandError;
use crate::cli::output::Output;
use crate::flow::users::{self, Change};
use crate::model::audit::Origin;
use crate::model::permission::Authority;
use crate::state::State;

/// Does it.
pub async fn run(state: &State, name: &str, change: Change, output: Output) -> Result<ExitCode, CommandError> {
    let asks_for_password = matches!(change, Change::RequirePasswordChange);
    let user = users::change(state, name, change, &Authority::all(), &Origin::command_line())
        .await
        .map_err(CommandError::from_display)?;
    output.answer(&document(&user), || {
        if asks_for_password {
            return format!(
                "{}: the next sign-in with the password asks for another one",
                user.email
            );
        }
        let status = if user.disabled_at.is_some() {
            "disabled"
        } else {
            "enabled"
        };
        format!("{}: role {}, plan {}, {status}", user.email, user.role, user.plan)
    });
    Ok(ExitCode::SUCCESS)
}
