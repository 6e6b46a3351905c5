//! `passgate user sessions` and `end-sessions`: where a person is signed in.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use uuid::Uuid;

use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::{Output, table};
use crate::flow::admin::users::{self, Which, WhichSession};

/// Which ones end.
#[derive(Args)]
pub struct EndSessions {
    /// Address or sub.
    user: String,
    /// This one only, as the list names it.
    #[arg(long, value_name = "ID")]
    session: Option<Uuid>,
}

/// Lists them.
pub async fn list(server: &Server, which: Which, output: Output) -> Result<ExitCode, CommandError> {
    let live = server.run::<users::ListSessions>(which).await?.items;
    output.answer(&live, || {
        let rows: Vec<_> = live
            .iter()
            .map(|session| {
                vec![
                    session.id.to_string(),
                    session.created_at.format("%Y-%m-%d %H:%M").to_string(),
                    session.last_seen_at.format("%Y-%m-%d %H:%M").to_string(),
                    session.address.clone(),
                    session.user_agent.clone(),
                ]
            })
            .collect();
        table(&["ID", "SINCE", "LAST SEEN", "ADDRESS", "BROWSER"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}

/// Ends all of them, or one.
pub async fn end(server: &Server, end: EndSessions, output: Output) -> Result<ExitCode, CommandError> {
    let user = end.user.clone();
    match end.session {
        None => {
            server.run::<users::EndSessions>(Which::named(end.user)).await?;
        }
        Some(session_id) => {
            let user_id = end.user;
            server
                .run::<users::EndSession>(WhichSession { user_id, session_id })
                .await?;
        }
    }
    output.answer(&json!({ "signed_out": user, "session": end.session }), || {
        match end.session {
            None => format!("{user} is signed out everywhere"),
            Some(session) => format!("{user} is signed out of {session}"),
        }
    });
    Ok(ExitCode::SUCCESS)
}
