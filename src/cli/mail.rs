//! `passgate mail`.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::Nothing;
use crate::flow::admin::outbox::{self, Listing, Tested, Which};

/// What can be done with mail.
#[derive(Subcommand)]
pub enum Command {
    /// List mail that has not left, oldest first.
    List {
        /// Only what will not leave: refused by the other side, or tried too often.
        #[arg(long)]
        failed: bool,
    },
    /// Try mail anew.
    Retry {
        /// The mail, as the list names it.
        #[arg(required_unless_present = "failed")]
        id: Option<Uuid>,
        /// Every mail that failed.
        #[arg(long, conflicts_with = "id")]
        failed: bool,
    },
    /// Send a mail right now and say what the mail server said.
    Test {
        /// Where to.
        address: String,
        /// In which language.
        #[arg(long, default_value = "en", value_name = "TAG")]
        language: String,
    },
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List { failed } => list(server, failed, output).await?,
        Command::Retry { id: Some(id), .. } => {
            let tried = server.run::<outbox::Retry>(Which { mail_id: id }).await;
            tried.map_err(|error| match error.is("not_found") {
                true => CommandError::Refused(format!("there is no mail {id} in the outbox")),
                false => error,
            })?;
            output.answer(&json!({ "retried": 1 }), || "a running server tries it now".into());
        }
        Command::Retry { id: None, .. } => {
            let count = server.run::<outbox::RetryFailed>(Nothing {}).await?.retried;
            output.answer(&json!({ "retried": count }), || {
                format!("a running server tries {count} now")
            });
        }
        Command::Test { address, language } => {
            let test = outbox::Test {
                address,
                language: Some(language),
            };
            let Tested { sent, said } = server.run::<outbox::SendTest>(test).await?;
            if !sent {
                return Err(CommandError::Refused(said));
            }
            output.answer(&json!({ "said": said }), || said.clone());
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(server: &Server, failed: bool, output: Output) -> Result<(), CommandError> {
    let found = server.run::<outbox::List>(Listing { failed }).await?.items;
    let shown: Vec<_> = found
        .iter()
        .map(|mail| {
            json!({
                "id": mail.id, "to": mail.recipient, "subject": mail.subject, "tries": mail.tries,
                "created_at": mail.created_at, "next_try_at": mail.next_try_at,
                "failed_at": mail.failed_at, "error": mail.error,
            })
        })
        .collect();
    output.answer(&shown, || {
        let rows: Vec<_> = found
            .iter()
            .map(|mail| {
                let (status, at) = match (mail.failed_at, mail.next_try_at) {
                    (Some(at), _) => ("failed", at),
                    (None, Some(at)) => ("waits", at),
                    (None, None) => ("waits", mail.created_at),
                };
                vec![
                    mail.id.to_string(),
                    mail.recipient.clone(),
                    mail.subject.clone(),
                    mail.tries.to_string(),
                    format!("{status} {}", at.format("%Y-%m-%d %H:%M")),
                    mail.error.clone(),
                ]
            })
            .collect();
        table(&["ID", "TO", "SUBJECT", "TRIES", "STATUS", "ERROR"], &rows)
    });
    Ok(())
}
