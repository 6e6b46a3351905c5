//! `passgate user update`, and the short ways of changing one thing: `set-role`, `set-plan`, `disable`, `enable` and
//! `require-password-change`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};

use super::{document, json_file};
use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::flow::admin::users::{self, Changes, Status, User, Which};

/// What is to be different. What is not named stays as it is.
#[derive(Args)]
#[command(group(ArgGroup::new("changes").required(true).multiple(true)))]
pub struct Update {
    /// Address or sub.
    user: String,
    /// Another role.
    #[arg(long, group = "changes")]
    role: Option<String>,
    /// Another plan.
    #[arg(long, group = "changes")]
    plan: Option<String>,
    /// Whether mail is known to reach the primary address: true or false.
    #[arg(long, value_name = "BOOL", group = "changes")]
    email_verified: Option<bool>,
    /// Name.
    #[arg(long, group = "changes")]
    name: Option<String>,
    /// Another name to sign in with.
    #[arg(long, group = "changes")]
    username: Option<String>,
    /// No other name to sign in with.
    #[arg(long, group = "changes", conflicts_with = "username")]
    no_username: bool,
    /// A file with OpenID Connect standard claims as one JSON object; null takes one away.
    #[arg(long, value_name = "FILE", group = "changes")]
    claims: Option<PathBuf>,
}

/// Changes it.
pub async fn update(server: &Server, update: Update, output: Output) -> Result<ExitCode, CommandError> {
    let mut claims = update.claims.as_deref().map(json_file).transpose()?.unwrap_or_default();
    if let Some(name) = update.name {
        claims.insert("name".into(), name.into());
    }
    let username = match update.no_username {
        true => Some(None),
        false => update.username.map(Some),
    };
    let changes = Changes {
        user_id: update.user,
        email_verified: update.email_verified,
        username,
        role: update.role,
        plan: update.plan,
        claims,
    };
    apply(server, changes, output).await
}

/// Gives another role or plan.
pub async fn apply(server: &Server, changes: Changes, output: Output) -> Result<ExitCode, CommandError> {
    Ok(report(&server.run::<users::Update>(changes).await?, output))
}

/// Switches an account off or on.
pub async fn switch(server: &Server, which: Which, disabled: bool, output: Output) -> Result<ExitCode, CommandError> {
    let user = match disabled {
        true => server.run::<users::Disable>(which).await?,
        false => server.run::<users::Enable>(which).await?,
    };
    Ok(report(&user, output))
}

/// Asks for another password.
pub async fn require_password_change(server: &Server, which: Which, output: Output) -> Result<ExitCode, CommandError> {
    let user = server.run::<users::RequireChange>(which).await?;
    output.answer(&document(&user), || {
        format!(
            "{}: the next sign-in with the password asks for another one",
            user.email
        )
    });
    Ok(ExitCode::SUCCESS)
}

fn report(user: &User, output: Output) -> ExitCode {
    output.answer(&document(user), || {
        let status = status(user.status);
        format!("{}: role {}, plan {}, {status}", user.email, user.role, user.plan)
    });
    ExitCode::SUCCESS
}

/// For people.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "enabled",
        Status::Disabled => "disabled",
        Status::Leaving => "leaving",
    }
}
