//! `passgate user emails`, `add-email` and `remove-email`: the addresses of a person.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::{Output, table};
use crate::flow::admin::users::{self, Email, EmailInput, Which, WhichEmail};

/// Another address.
#[derive(Args)]
pub struct AddEmail {
    /// Address or sub.
    user: String,
    /// The address; it counts as verified.
    email: String,
    /// It becomes the one that claims carry and mail goes to.
    #[arg(long)]
    primary: bool,
}

/// Lists them.
pub async fn list(server: &Server, which: Which, output: Output) -> Result<ExitCode, CommandError> {
    Ok(report(&server.run::<users::ListEmails>(which).await?.items, output))
}

/// Adds one, or makes one the primary one.
pub async fn add(server: &Server, add: AddEmail, output: Output) -> Result<ExitCode, CommandError> {
    let input = EmailInput {
        user_id: add.user,
        email: add.email,
        primary: add.primary,
    };
    Ok(report(&server.run::<users::AddEmail>(input).await?.items, output))
}

/// Takes one away.
pub async fn remove(server: &Server, user: String, email: String, output: Output) -> Result<ExitCode, CommandError> {
    let which = WhichEmail {
        user_id: user,
        email: email.clone(),
    };
    server.run::<users::RemoveEmail>(which).await?;
    output.answer(&json!({ "removed": email }), || format!("removed {email}"));
    Ok(ExitCode::SUCCESS)
}

fn report(emails: &[Email], output: Output) -> ExitCode {
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let rows: Vec<_> = emails
        .iter()
        .map(|email| vec![email.email.clone(), yes(email.primary), yes(email.verified)])
        .collect();
    output.answer(&emails, || table(&["EMAIL", "PRIMARY", "VERIFIED"], &rows));
    ExitCode::SUCCESS
}
