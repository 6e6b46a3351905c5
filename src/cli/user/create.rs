//! `passgate user create`: one account. What must not be seen comes on standard input, never in the arguments.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde_json::json;

use super::{json_file, password_or_hash};
use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::flow::admin::users::{self, NewUser};

/// A new account.
#[derive(Args)]
#[command(group(ArgGroup::new("secret").required(true)))]
pub struct Create {
    /// Address to sign in with.
    #[arg(long)]
    email: String,
    /// Take the password from standard input; at a terminal it is asked for.
    #[arg(long, group = "secret")]
    password_stdin: bool,
    /// Take the hash of the password from standard input, as another system made it: the next sign-in hashes it anew. See
    /// docs/importing-users.md for the forms.
    #[arg(long, group = "secret")]
    password_hash_stdin: bool,
    /// Mail is known to reach the address.
    #[arg(long)]
    email_verified: bool,
    /// Name.
    #[arg(long)]
    name: Option<String>,
    /// Another name to sign in with.
    #[arg(long)]
    username: Option<String>,
    /// Role; the default one unless given.
    #[arg(long)]
    role: Option<String>,
    /// Plan; the default one unless given.
    #[arg(long)]
    plan: Option<String>,
    /// A file with OpenID Connect standard claims as one JSON object.
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
}

/// Does it.
pub async fn run(server: &Server, create: Create, output: Output) -> Result<ExitCode, CommandError> {
    let user = server.run::<users::Create>(new_user(create)?).await?;
    output.answer(&json!({ "sub": user.id }), || {
        format!("made {} ({})", user.email, user.id)
    });
    Ok(ExitCode::SUCCESS)
}

fn new_user(create: Create) -> Result<NewUser, CommandError> {
    let claims = create.claims.as_deref().map(json_file).transpose()?;
    let (password, password_hash) = password_or_hash(create.password_hash_stdin)?;
    Ok(NewUser {
        email: create.email,
        email_verified: create.email_verified,
        password,
        password_hash,
        username: create.username,
        name: create.name,
        role: create.role,
        plan: create.plan,
        claims: claims.unwrap_or_default(),
        ..NewUser::default()
    })
}
