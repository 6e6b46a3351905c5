//! `passgate user recovery-link`: for somebody who has lost every second factor, once it is known that it is them.

use std::process::ExitCode;

use serde_json::json;

use crate::cli::CommandError;
use crate::cli::output::Output;
use crate::flow::lost_factor;
use crate::flow::users::Refused;
use crate::model::audit::Origin;
use crate::state::State;

/// Does it. The link shows once: it is stored as a digest.
pub async fn run(state: &State, name: &str, output: Output) -> Result<ExitCode, CommandError> {
    let link = lost_factor::administrators_link(state, name, &Origin::command_line())
        .await
        .map_err(CommandError::from_display)?
        .ok_or_else(|| CommandError::from_display(Refused::Unknown))?;
    let hours = lost_factor::LINK_LIFE.num_hours();
    output.answer(
        &json!({ "link": link, "expires_in": lost_factor::LINK_LIFE.num_seconds() }),
        || {
            format!(
                "{link}\nWhoever opens it within {hours} hours removes the second factors of this account; the password or \
                 mail is still asked for."
            )
        },
    );
    Ok(ExitCode::SUCCESS)
}
