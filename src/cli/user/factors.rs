//! `passgate user factors` and `remove-factor`: the second factors and passkeys of a person.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::{Output, table};
use crate::flow::admin::users::{self, Which, WhichFactor};

/// Which one goes.
#[derive(Args)]
pub struct RemoveFactor {
    /// Address or sub.
    user: String,
    /// Its kind, as the list names it.
    factor: String,
    /// Its id, as the list names it.
    id: String,
}

/// Lists them.
pub async fn list(server: &Server, which: Which, output: Output) -> Result<ExitCode, CommandError> {
    let own = server.run::<users::ListFactors>(which).await?;
    output.answer(&own, || {
        let rows: Vec<_> = own
            .items
            .iter()
            .map(|factor| {
                let used = factor.last_used_at.map(|at| at.format("%Y-%m-%d %H:%M").to_string());
                vec![
                    factor.factor.clone(),
                    factor.id.clone(),
                    factor.name.clone(),
                    used.unwrap_or_else(|| "never".to_owned()),
                ]
            })
            .collect();
        format!(
            "{}\nrecovery codes left: {}",
            table(&["KIND", "ID", "NAME", "LAST USED"], &rows),
            own.recovery_codes_left
        )
    });
    Ok(ExitCode::SUCCESS)
}

/// Takes one away. They are told by mail.
pub async fn remove(server: &Server, remove: RemoveFactor, output: Output) -> Result<ExitCode, CommandError> {
    let id = remove.id.clone();
    let which = WhichFactor {
        user_id: remove.user,
        factor: remove.factor,
        factor_id: remove.id,
    };
    server.run::<users::RemoveFactor>(which).await?;
    output.answer(&json!({ "removed": id }), || {
        format!("removed {id}, and they are told by mail")
    });
    Ok(ExitCode::SUCCESS)
}
