//! `passgate user grants` and `revoke-grant`: what a person has let applications have.

use std::process::ExitCode;

use serde_json::json;

use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::{Output, table};
use crate::flow::admin::users::{self, Which, WhichGrant};

/// Lists it.
pub async fn list(server: &Server, which: Which, output: Output) -> Result<ExitCode, CommandError> {
    let grants = server.run::<users::ListGrants>(which).await?.items;
    output.answer(&grants, || {
        let rows: Vec<_> = grants
            .iter()
            .map(|grant| {
                vec![
                    grant.client_id.clone(),
                    grant.client_name.clone(),
                    grant.scope.clone(),
                    grant.granted_at.format("%Y-%m-%d %H:%M").to_string(),
                ]
            })
            .collect();
        table(&["CLIENT ID", "NAME", "SCOPE", "SINCE"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}

/// Takes it back from an application.
pub async fn revoke(server: &Server, user: String, client: String, output: Output) -> Result<ExitCode, CommandError> {
    let which = WhichGrant {
        user_id: user.clone(),
        client_id: client.clone(),
    };
    server.run::<users::RevokeGrant>(which).await?;
    output.answer(&json!({ "revoked": client }), || {
        format!("{client} has nothing of {user} any more")
    });
    Ok(ExitCode::SUCCESS)
}
