//! `passgate invitation`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::invitations::{self, Invitation, Listing, NewInvitation, Status, Which};

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
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Create(create) => {
            let new = NewInvitation {
                email: create.email,
                role: create.role,
                plan: create.plan,
                expires_in_days: Some(create.expires_days),
                locale: Some(create.language),
            };
            let invitation = server.run::<invitations::Create>(new).await?;
            output.answer(&invitation, || {
                format!(
                    "invited {} until {} ({})",
                    invitation.email,
                    invitation.expires_at.to_rfc3339(),
                    invitation.id
                )
            });
        }
        Command::List { limit } => {
            let page = |limit, after| Listing { limit, after };
            let found = server.all::<invitations::List, _>(limit.into(), page).await?;
            let rows: Vec<_> = found.iter().map(row).collect();
            output.answer(&found, || table(&["ID", "EMAIL", "ROLE", "PLAN", "STATUS"], &rows));
        }
        Command::Revoke { invitation } => {
            let invitation_id = invitation.clone();
            server.run::<invitations::Revoke>(Which { invitation_id }).await?;
            output.answer(&json!({ "revoked": invitation }), || format!("took {invitation} back"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn row(invitation: &Invitation) -> Vec<String> {
    let status = match invitation.status {
        Status::Open => "open",
        Status::Accepted => "accepted",
        Status::Expired => "expired",
    };
    vec![
        invitation.id.to_string(),
        invitation.email.clone(),
        invitation.role.clone(),
        invitation.plan.clone(),
        status.to_owned(),
    ]
}
