//! `passgate user create`: one account. What must not be seen comes on standard input, never in the arguments.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde_json::{Map, Value, json};

use crate::cli::output::Output;
use crate::cli::{CommandError, secret_from_stdin};
use crate::flow::users::{self, NewPassword, NewUser};
use crate::model::audit::Origin;
use crate::model::permission::Authority;
use crate::state::State;

/// A new account.
#[derive(Args)]
#[command(group(ArgGroup::new("secret").required(true)))]
pub struct Create {
    /// Address to sign in with.
    #[arg(long)]
    email: String,
    /// Take the password from standard input.
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
pub async fn run(state: &State, create: Create, output: Output) -> Result<ExitCode, CommandError> {
    let user = users::create(state, new_user(create)?, &Authority::all(), &Origin::command_line())
        .await
        .map_err(CommandError::from_display)?;
    output.answer(&json!({ "sub": user.subject() }), || {
        format!("made {} ({})", user.email, user.subject())
    });
    Ok(ExitCode::SUCCESS)
}

fn new_user(create: Create) -> Result<NewUser, CommandError> {
    let mut claims: Map<String, Value> = match &create.claims {
        None => Map::new(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(CommandError::from_display)?;
            serde_json::from_str(&text)
                .map_err(|error| CommandError::Refused(format!("{}: {error}", path.display())))?
        }
    };
    if let Some(name) = create.name {
        claims.insert("name".into(), name.into());
    }
    let secret = secret_from_stdin()?;
    let password = match create.password_hash_stdin {
        true => NewPassword::Hashed(secret.expose().to_owned()),
        false => secret.into(),
    };
    Ok(NewUser {
        email: create.email,
        email_verified: create.email_verified,
        password,
        role: create.role,
        plan: create.plan,
        claims,
    })
}
