//! `passgate mail`.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

use super::CommandError;
use super::output::{Output, table};
use crate::flow::mails::{self, Which};
use crate::state::State;

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
pub async fn run(state: &State, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List { failed } => list(state, if failed { Which::Failed } else { Which::All }, output).await?,
        Command::Retry { id: Some(id), .. } => {
            if !mails::retry(state, id).await.map_err(CommandError::from_display)? {
                return Err(CommandError::Refused(format!("there is no mail {id} in the outbox")));
            }
            output.answer(&json!({ "retried": 1 }), || "a running server tries it now".into());
        }
        Command::Retry { id: None, .. } => {
            let count = mails::retry_failed(state).await.map_err(CommandError::from_display)?;
            output.answer(&json!({ "retried": count }), || {
                format!("a running server tries {count} now")
            });
        }
        Command::Test { address, language } => {
            let said = mails::test(state, &address, &language)
                .await
                .map_err(CommandError::from_display)?;
            output.answer(&json!({ "said": said }), || said.clone());
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(state: &State, which: Which, output: Output) -> Result<(), CommandError> {
    let found = mails::list(state, which).await.map_err(CommandError::from_display)?;
    let shown: Vec<_> = found
        .iter()
        .map(|mail| {
            json!({
                "id": mail.id, "to": mail.recipient, "subject": mail.subject, "tries": mail.attempts,
                "created_at": mail.created_at, "next_try_at": mail.failed_at.is_none().then_some(mail.due_at),
                "failed_at": mail.failed_at, "error": mail.last_error,
            })
        })
        .collect();
    output.answer(&shown, || {
        let rows: Vec<_> = found
            .iter()
            .map(|mail| {
                let (status, at) = match mail.failed_at {
                    Some(at) => ("failed", at),
                    None => ("waits", mail.due_at),
                };
                vec![
                    mail.id.to_string(),
                    mail.recipient.clone(),
                    mail.subject.clone(),
                    mail.attempts.to_string(),
                    format!("{status} {}", at.format("%Y-%m-%d %H:%M")),
                    mail.last_error.clone(),
                ]
            })
            .collect();
        table(&["ID", "TO", "SUBJECT", "TRIES", "STATUS", "ERROR"], &rows)
    });
    Ok(())
}
