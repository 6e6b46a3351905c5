//! `passgate invitation`.

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::CommandError;
use super::output::{Output, table};
use crate::flow::invitations::{self, NewInvitation};
use crate::model::audit::Origin;
use crate::model::invitation::Invitation;
use crate::model::permission::Authority;
use crate::state::State;

/// What can be done with invitations. The link goes by mail, never to the terminal: it shows that mail arrives.
#[derive(Subcommand)]
pub enum Command {
    /// Invite an address; an open invitation to it is replaced.
    Create(Create),
    /// List invitations, newest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u16,
    },
    /// Take an open invitation back.
    Revoke {
        /// Id or address.
        invitation: String,
    },
}

/// A new invitation.
#[derive(Args)]
pub struct Create {
    /// The address to invite.
    #[arg(long)]
    email: String,
    /// Role of the account; the default one unless given.
    #[arg(long)]
    role: Option<String>,
    /// Plan of the account; the default one unless given.
    #[arg(long)]
    plan: Option<String>,
    /// Days that it is open: 1 to 90.
    #[arg(long, default_value_t = 7)]
    expires_days: u16,
    /// Language of the mail, as a BCP 47 tag.
    #[arg(long, default_value = "en")]
    language: String,
}

/// Does it.
pub async fn run(state: &State, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    let origin = Origin::command_line();
    match command {
        Command::Create(create) => {
            let new = NewInvitation {
                email: create.email,
                role: create.role,
                plan: create.plan,
                life: TimeDelta::days(create.expires_days.into()),
                locale: create.language,
            };
            let invitation = invitations::invite(state, new, &Authority::all(), &origin)
                .await
                .map_err(CommandError::from_display)?;
            output.answer(&document(state, &invitation), || {
                format!(
                    "invited {} until {} ({})",
                    invitation.email,
                    invitation.expires_at.to_rfc3339(),
                    invitation.id
                )
            });
        }
        Command::List { limit } => {
            let found = invitations::list(state, limit)
                .await
                .map_err(CommandError::from_display)?;
            let row = |invitation: &Invitation| {
                vec![
                    invitation.id.to_string(),
                    invitation.email.clone(),
                    invitation.role.clone(),
                    invitation.plan.clone(),
                    status(state, invitation).to_owned(),
                ]
            };
            let rows: Vec<_> = found.iter().map(row).collect();
            let documents: Vec<_> = found.iter().map(|invitation| document(state, invitation)).collect();
            output.answer(&documents, || table(&["ID", "EMAIL", "ROLE", "PLAN", "STATUS"], &rows));
        }
        Command::Revoke { invitation } => {
            invitations::revoke(state, &invitation, &origin)
                .await
                .map_err(CommandError::from_display)?;
            output.answer(&json!({ "revoked": invitation }), || format!("took {invitation} back"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn status(state: &State, invitation: &Invitation) -> &'static str {
    match invitation.consumed_at {
        Some(_) => "accepted",
        None if invitation.expires_at <= state.clock.now() => "expired",
        None => "open",
    }
}

fn document(state: &State, invitation: &Invitation) -> Value {
    json!({
        "id": invitation.id,
        "email": invitation.email,
        "role": invitation.role,
        "plan": invitation.plan,
        "status": status(state, invitation),
        "invited_by": invitation.invited_by,
        "created_at": invitation.created_at.to_rfc3339(),
        "expires_at": invitation.expires_at.to_rfc3339(),
    })
}
