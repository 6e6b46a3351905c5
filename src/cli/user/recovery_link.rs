//! `passgate user recovery-link`: for somebody who has lost every second factor, once it is known that it is them.

use std::process::ExitCode;

use serde_json::json;

use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::flow::admin::users::{self, Which};
use crate::flow::lost_factor::LINK_LIFE;

/// Does it. The link shows once: it is stored as a digest.
pub async fn run(server: &Server, which: Which, output: Output) -> Result<ExitCode, CommandError> {
    let link = server.run::<users::CreateRecoveryLink>(which).await?.link;
    let hours = LINK_LIFE.num_hours();
    output.answer(&json!({ "link": link, "expires_in": LINK_LIFE.num_seconds() }), || {
        format!(
            "{link}\nWhoever opens it within {hours} hours removes the second factors of this account; the password or mail \
             is still asked for."
        )
    });
    Ok(ExitCode::SUCCESS)
}
