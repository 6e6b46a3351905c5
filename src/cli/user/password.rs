//! `passgate user set-password`. The password comes on standard input, never in the arguments.

use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde_json::json;

use super::password_or_hash;
use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::flow::admin::users::{self, NewPassword};

/// Another password.
#[derive(Args)]
#[command(group(ArgGroup::new("secret").required(true)))]
pub struct SetPassword {
    /// Address or sub.
    user: String,
    /// Take the password from standard input; at a terminal it is asked for.
    #[arg(long, group = "secret")]
    password_stdin: bool,
    /// Take the hash of the password from standard input, as another system made it.
    #[arg(long, group = "secret")]
    password_hash_stdin: bool,
    /// The next sign-in with it asks for another one.
    #[arg(long)]
    require_change: bool,
    /// Leave them signed in where they are; otherwise they are signed out everywhere.
    #[arg(long)]
    keep_sessions: bool,
}

/// Does it. They are told by mail.
pub async fn run(server: &Server, set: SetPassword, output: Output) -> Result<ExitCode, CommandError> {
    let (password, password_hash) = password_or_hash(set.password_hash_stdin)?;
    let input = NewPassword {
        user_id: set.user.clone(),
        password,
        password_hash,
        require_change: set.require_change,
        keep_sessions: set.keep_sessions,
    };
    server.run::<users::SetPassword>(input).await?;
    output.answer(&json!({ "changed": set.user }), || {
        format!("{}: the password is changed, and they are told by mail", set.user)
    });
    Ok(ExitCode::SUCCESS)
}
