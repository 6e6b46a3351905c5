//! `passgate user show`: an account, and mail to it that was refused.

use std::process::ExitCode;

use serde_json::json;

use super::document;
use crate::cli::CommandError;
use crate::cli::output::Output;
use crate::flow::mails;
use crate::flow::users::{self, Refused, metadata};
use crate::state::State;

/// Does it.
pub async fn run(state: &State, name: &str, output: Output) -> Result<ExitCode, CommandError> {
    let found = users::named(state, name).await.map_err(CommandError::from_display)?;
    let user = found.ok_or_else(|| CommandError::from_display(Refused::Unknown))?;
    let failed = mails::failed_to(state, &user)
        .await
        .map_err(CommandError::from_display)?;
    let metadata = metadata::show(state, &user.subject())
        .await
        .map_err(CommandError::from_display)?;
    let mut shown = document(&user);
    if let Some(members) = shown.as_object_mut() {
        members.insert("metadata".into(), json!(metadata));
        let mails = failed.iter().map(|mail| {
            json!({ "id": mail.id, "subject": mail.subject, "failed_at": mail.failed_at, "error": mail.last_error })
        });
        members.insert("failed_mails".into(), mails.collect());
    }
    output.answer(&shown, || {
        let verified = if user.email_verified {
            "verified"
        } else {
            "not verified"
        };
        let status = if user.disabled_at.is_some() {
            "disabled"
        } else {
            "enabled"
        };
        let mut lines = vec![
            format!("sub      {}", user.subject()),
            format!("email    {} ({verified})", user.email),
            format!("role     {}", user.role),
            format!("plan     {}", user.plan),
            format!("status   {status}"),
            format!("created  {}", user.created_at.format("%Y-%m-%d %H:%M")),
        ];
        lines.extend(failed.iter().map(|mail| {
            let at = mail.failed_at.unwrap_or(mail.due_at).format("%Y-%m-%d %H:%M");
            format!("bounced  {at} \"{}\": {}", mail.subject, mail.last_error)
        }));
        lines.join("\n")
    });
    Ok(ExitCode::SUCCESS)
}
