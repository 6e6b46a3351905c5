//! `passgate user show`: an account, its metadata, and mail to it that was refused.

use std::process::ExitCode;

use serde_json::json;

use super::{change, document, last_sign_in, two_step};
use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::flow::admin::outbox::{self, Listing, Mail};
use crate::flow::admin::users::{self, Which};
use crate::identity::email;

/// Does it.
pub async fn run(server: &Server, which: Which, output: Output) -> Result<ExitCode, CommandError> {
    let user = server.run::<users::Show>(which).await?;
    // The address may be another's by now; the sub stays.
    let which = || Which::named(user.id.to_string());
    let metadata = server.run::<users::ShowMetadata>(which()).await?;
    let failed = failed_mails(server, which()).await?;
    let mut shown = document(&user);
    if let Some(members) = shown.as_object_mut() {
        members.insert("metadata".into(), json!(metadata));
        if let Some(failed) = &failed {
            let mails = failed.iter().map(|mail| {
                json!({ "id": mail.id, "subject": mail.subject, "failed_at": mail.failed_at, "error": mail.error })
            });
            members.insert("failed_mails".into(), mails.collect());
        }
    }
    output.answer(&shown, || {
        let verified = if user.email_verified {
            "verified"
        } else {
            "not verified"
        };
        let mut lines = vec![
            format!("sub      {}", user.id),
            format!("email    {} ({verified})", user.email),
            format!("role     {}", user.role),
            format!("plan     {}", user.plan),
            format!("status   {}", change::status(user.status)),
            format!("2-step   {}", two_step(&user)),
            format!("seen     {}", last_sign_in(&user)),
            format!("created  {}", user.created_at.format("%Y-%m-%d %H:%M")),
        ];
        lines.extend(failed.iter().flatten().map(|mail| {
            let at = mail.failed_at.unwrap_or(mail.created_at).format("%Y-%m-%d %H:%M");
            format!("bounced  {at} \"{}\": {}", mail.subject, mail.error)
        }));
        lines.join("\n")
    });
    Ok(ExitCode::SUCCESS)
}

/// Mail to any of their addresses that will not leave; `None` for a key that may not look there.
async fn failed_mails(server: &Server, which: Which) -> Result<Option<Vec<Mail>>, CommandError> {
    let failed = match server.run::<outbox::List>(Listing { failed: true }).await {
        Ok(page) => page.items,
        Err(error) if error.is("insufficient_permission") => return Ok(None),
        Err(error) => return Err(error),
    };
    let own = server.run::<users::ListEmails>(which).await?.items;
    let own: Vec<_> = own.iter().map(|own| email::key_of(&own.email)).collect();
    let to_them = |mail: &Mail| own.contains(&email::key_of(&mail.recipient));
    Ok(Some(failed.into_iter().filter(to_them).collect()))
}
