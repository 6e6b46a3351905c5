//! `passgate client rotate-secret` and `end-previous-secret`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::named;
use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::flow::admin::clients::{self, RotateSecretInput, Which};

/// Another secret.
#[derive(Args)]
pub struct RotateSecret {
    /// Its client_id.
    id: String,
    /// Seconds for which the present secret counts beside the new one; a day unless given, 0 ends it at once.
    #[arg(long, value_name = "SECONDS")]
    overlap_seconds: Option<u32>,
    /// Only where it is still at this revision.
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
}

/// Makes another secret, which is shown once.
pub async fn rotate(server: &Server, rotate: RotateSecret, output: Output) -> Result<ExitCode, CommandError> {
    let input = RotateSecretInput {
        client_id: rotate.id.clone(),
        overlap_seconds: rotate.overlap_seconds,
    };
    let revision = rotate.revision.map(|revision| revision.to_string());
    let rotated = server.change::<clients::RotateSecret>(revision, input).await;
    let rotated = rotated.map_err(named(&rotate.id))?;
    let until = rotated.client.previous_secret_expires_at;
    let shown = json!({
        "client_id": rotated.client.client_id, "client_secret": rotated.client_secret,
        "previous_secret_expires_at": until,
    });
    output.answer(&shown, || {
        let before = match until {
            Some(until) => format!("The one before it counts until {}.", until.format("%Y-%m-%d %H:%M UTC")),
            None => "The one before it counts no more.".to_owned(),
        };
        format!(
            "client_secret  {}\nThe secret is not shown again. {before}",
            rotated.client_secret
        )
    });
    Ok(ExitCode::SUCCESS)
}

/// Ends the secret before the present one.
pub async fn end_previous(server: &Server, id: String, output: Output) -> Result<ExitCode, CommandError> {
    let which = Which { client_id: id.clone() };
    let ended = server.run::<clients::EndPreviousSecret>(which).await;
    ended.map_err(named(&id))?;
    output.answer(&json!({ "ended": id }), || {
        format!("{id}: only the present secret counts")
    });
    Ok(ExitCode::SUCCESS)
}
