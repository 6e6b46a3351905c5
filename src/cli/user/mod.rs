//! `passgate user`: one file for each command.

mod change;
mod create;
mod import;
mod list;
mod metadata;
mod recovery_link;
mod show;

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::{Value, json};

use super::CommandError;
use super::output::Output;
use crate::flow::users::Change;
use crate::model::user::User;
use crate::state::State;

/// What can be done with accounts. An account is named by its address or its `sub`.
#[derive(Subcommand)]
pub enum Command {
    /// Make an account.
    Create(create::Create),
    /// Make accounts from lines of JSON; those that exist are left alone.
    Import(import::Import),
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
    /// Write metadata: objects that applications get where a mapping says so.
    SetMetadata(metadata::SetMetadata),
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
    /// Ask for another password at the next sign-in with the password.
    RequirePasswordChange {
        /// Address or sub.
        user: String,
    },
    /// Make a one-time link that removes the second factors of somebody who has lost them. Give it to them alone, once it is
    /// known that it is them.
    RecoveryLink {
        /// Address or sub.
        user: String,
    },
}

/// Does it.
pub async fn run(state: &State, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    let (user, change) = match command {
        Command::Create(create) => return create::run(state, create, output).await,
        Command::Import(import) => return import::run(state, import, output).await,
        Command::List { limit } => return list::run(state, limit, output).await,
        Command::SetMetadata(set) => return metadata::run(state, set, output).await,
        Command::Show { user } => return show::run(state, &user, output).await,
        Command::RecoveryLink { user } => return recovery_link::run(state, &user, output).await,
        Command::SetRole { user, role } => (user, Change::Role(role)),
        Command::SetPlan { user, plan } => (user, Change::Plan(plan)),
        Command::Disable { user } => (user, Change::Disable),
        Command::Enable { user } => (user, Change::Enable),
        Command::RequirePasswordChange { user } => (user, Change::RequirePasswordChange),
    };
    change::run(state, &user, change, output).await
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
