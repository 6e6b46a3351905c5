//! `passgate user`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::output::{Output, table};
use super::{CommandError, secret_from_stdin};
use crate::flow::mails;
use crate::flow::users::{self, Change, NewUser, Refused};
use crate::model::audit::Origin;
use crate::model::user::User;
use crate::state::State;

/// What can be done with accounts. An account is named by its address or its `sub`.
#[derive(Subcommand)]
pub enum Command {
    /// Make an account.
    Create(Create),
    /// List accounts, oldest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: u16,
    },
    /// Show an account, and mail to it that was refused.
    Show {
        /// Address or sub.
        user: String,
    },
    /// Give another role.
    SetRole {
        /// Address or sub.
        user: String,
        /// The role.
        role: String,
    },
    /// Give another plan.
    SetPlan {
        /// Address or sub.
        user: String,
        /// The plan.
        plan: String,
    },
    /// Switch an account off: signed out everywhere, every token dead.
    Disable {
        /// Address or sub.
        user: String,
    },
    /// Switch an account on again.
    Enable {
        /// Address or sub.
        user: String,
    },
}

/// A new account.
#[derive(Args)]
pub struct Create {
    /// Address to sign in with.
    #[arg(long)]
    email: String,
    /// Take the password from standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
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
pub async fn run(state: &State, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    let origin = Origin::command_line();
    let (name, change) = match command {
        Command::Create(create) => {
            let user = users::create(state, new_user(create)?, &origin)
                .await
                .map_err(CommandError::from_display)?;
            output.answer(&json!({ "sub": user.subject() }), || {
                format!("made {} ({})", user.email, user.subject())
            });
            return Ok(ExitCode::SUCCESS);
        }
        Command::List { limit } => {
            let found = users::list(state, None, limit)
                .await
                .map_err(CommandError::from_display)?;
            let rows: Vec<_> = found
                .iter()
                .map(|user| vec![user.subject(), user.email.clone(), user.role.clone(), user.plan.clone()])
                .collect();
            output.answer(&found.iter().map(document).collect::<Vec<_>>(), || {
                table(&["SUB", "EMAIL", "ROLE", "PLAN"], &rows)
            });
            return Ok(ExitCode::SUCCESS);
        }
        Command::Show { user } => return show(state, &user, output).await,
        Command::SetRole { user, role } => (user, Change::Role(role)),
        Command::SetPlan { user, plan } => (user, Change::Plan(plan)),
        Command::Disable { user } => (user, Change::Disable),
        Command::Enable { user } => (user, Change::Enable),
    };
    let user = users::change(state, &name, change, &origin)
        .await
        .map_err(CommandError::from_display)?;
    output.answer(&document(&user), || {
        let status = if user.disabled_at.is_some() {
            "disabled"
        } else {
            "enabled"
        };
        format!("{}: role {}, plan {}, {status}", user.email, user.role, user.plan)
    });
    Ok(ExitCode::SUCCESS)
}

async fn show(state: &State, name: &str, output: Output) -> Result<ExitCode, CommandError> {
    let found = users::named(state, name).await.map_err(CommandError::from_display)?;
    let user = found.ok_or_else(|| CommandError::from_display(Refused::Unknown))?;
    let failed = mails::failed_to(state, &user)
        .await
        .map_err(CommandError::from_display)?;
    let mut shown = document(&user);
    if let Some(members) = shown.as_object_mut() {
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
    Ok(NewUser {
        email: create.email,
        email_verified: create.email_verified,
        password: secret_from_stdin()?.into(),
        role: create.role,
        plan: create.plan,
        claims,
    })
}

fn document(user: &User) -> Value {
    json!({
        "sub": user.subject(),
        "email": user.email,
        "email_verified": user.email_verified,
        "role": user.role,
        "plan": user.plan,
        "claims": user.claims,
        "disabled": user.disabled_at.is_some(),
        "created_at": user.created_at.to_rfc3339(),
    })
}
