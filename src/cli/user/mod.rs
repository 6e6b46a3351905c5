//! `passgate user`: one file for each group of commands.

mod change;
mod create;
mod emails;
mod export;
mod factors;
mod grants;
mod history;
mod import;
mod list;
mod metadata;
mod password;
mod recovery_link;
mod sessions;
mod show;

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::administration::Server;
use super::output::Output;
use super::{CommandError, secret_from_stdin};
use crate::flow::admin::users::{self, Changes, Status, User, Which};

/// What can be done with accounts. An account is named by its address or its `sub`.
#[derive(Subcommand)]
pub enum Command {
    /// Make an account.
    Create(create::Create),
    /// Make accounts from lines of JSON; those that exist are left alone.
    Import(import::Import),
    /// Give everybody out as lines of JSON, without passwords and factors.
    Export(export::Export),
    /// List accounts, oldest first, or find some.
    List(list::List),
    /// Show an account, its metadata, and mail to it that was refused.
    Show(Who),
    /// Change role, plan, name, user name or claims.
    Update(change::Update),
    /// Remove an account at once, with everything that is stored about the person.
    Delete(Who),
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
    /// Show metadata.
    ShowMetadata(Who),
    /// Write metadata: objects that applications get where a mapping says so.
    SetMetadata(metadata::SetMetadata),
    /// List the addresses of an account.
    Emails(Who),
    /// Give an account another address, or make one of its own the primary one.
    AddEmail(emails::AddEmail),
    /// Take an address from an account; not the primary one.
    RemoveEmail {
        /// Address or sub.
        user: String,
        /// The address that goes.
        email: String,
    },
    /// Give another password: signed out everywhere, and told by mail.
    SetPassword(password::SetPassword),
    /// Ask for another password at the next sign-in with the password.
    RequirePasswordChange(Who),
    /// List where somebody is signed in.
    Sessions(Who),
    /// Sign somebody out everywhere, or in one browser.
    EndSessions(sessions::EndSessions),
    /// List what somebody has let applications have.
    Grants(Who),
    /// Take back what somebody has let an application have: its tokens for them die.
    RevokeGrant {
        /// Address or sub.
        user: String,
        /// The application's client_id.
        client: String,
    },
    /// List what somebody did, and what was done to them.
    History(history::History),
    /// List second factors and passkeys.
    Factors(Who),
    /// Take a second factor or passkey away; they are told by mail.
    RemoveFactor(factors::RemoveFactor),
    /// Make a one-time link that removes the second factors of somebody who has lost them. Give it to them alone, once it is
    /// known that it is them.
    RecoveryLink(Who),
    /// Switch an account off: signed out everywhere, every token dead.
    Disable(Who),
    /// Switch an account on again.
    Enable(Who),
}

/// Whom it is about.
#[derive(Args)]
pub struct Who {
    /// Address or sub.
    user: String,
}

impl From<Who> for Which {
    fn from(who: Who) -> Self {
        Self::named(who.user)
    }
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    let done = dispatch(server, command, output).await;
    done.map_err(|error| match &error {
        CommandError::Operation { code, sentence } if code == "not_found" && sentence.contains("no such user") => {
            CommandError::Refused("there is no such account".into())
        }
        _ => error,
    })
}

async fn dispatch(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Create(create) => create::run(server, create, output).await,
        Command::Import(import) => import::run(server, import, output).await,
        Command::Export(export) => export::run(server, export).await,
        Command::List(list) => list::run(server, list, output).await,
        Command::Show(who) => show::run(server, who.into(), output).await,
        Command::Update(update) => change::update(server, update, output).await,
        Command::Delete(who) => delete(server, who.user, output).await,
        Command::SetRole { user, role } => {
            let changes = Changes {
                user_id: user,
                role: Some(role),
                ..Changes::default()
            };
            change::apply(server, changes, output).await
        }
        Command::SetPlan { user, plan } => {
            let changes = Changes {
                user_id: user,
                plan: Some(plan),
                ..Changes::default()
            };
            change::apply(server, changes, output).await
        }
        Command::ShowMetadata(who) => metadata::show(server, who.into(), output).await,
        Command::SetMetadata(set) => metadata::set(server, set, output).await,
        Command::Emails(who) => emails::list(server, who.into(), output).await,
        Command::AddEmail(add) => emails::add(server, add, output).await,
        Command::RemoveEmail { user, email } => emails::remove(server, user, email, output).await,
        Command::SetPassword(set) => password::run(server, set, output).await,
        Command::RequirePasswordChange(who) => change::require_password_change(server, who.into(), output).await,
        Command::Sessions(who) => sessions::list(server, who.into(), output).await,
        Command::EndSessions(end) => sessions::end(server, end, output).await,
        Command::Grants(who) => grants::list(server, who.into(), output).await,
        Command::RevokeGrant { user, client } => grants::revoke(server, user, client, output).await,
        Command::History(history) => history::run(server, history, output).await,
        Command::Factors(who) => factors::list(server, who.into(), output).await,
        Command::RemoveFactor(remove) => factors::remove(server, remove, output).await,
        Command::RecoveryLink(who) => recovery_link::run(server, who.into(), output).await,
        Command::Disable(who) => change::switch(server, who.into(), true, output).await,
        Command::Enable(who) => change::switch(server, who.into(), false, output).await,
    }
}

async fn delete(server: &Server, user: String, output: Output) -> Result<ExitCode, CommandError> {
    server.run::<users::Delete>(Which::named(user.clone())).await?;
    output.answer(&json!({ "deleted": user }), || format!("removed {user}"));
    Ok(ExitCode::SUCCESS)
}

fn document(user: &User) -> Value {
    json!({
        "sub": user.id,
        "email": user.email,
        "email_verified": user.email_verified,
        "username": user.username,
        "role": user.role,
        "plan": user.plan,
        "claims": user.claims,
        "disabled": user.status == Status::Disabled,
        "status": user.status,
        "second_factor": user.second_factor,
        "last_sign_in_at": user.last_sign_in_at,
        "created_at": user.created_at,
    })
}

/// Whether somebody has a second factor, for people.
fn two_step(user: &User) -> &'static str {
    if user.second_factor { "on" } else { "off" }
}

/// When somebody was last seen, for people.
fn last_sign_in(user: &User) -> String {
    let at = user.last_sign_in_at;
    at.map_or_else(|| "never".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}

/// A file that holds one JSON object.
fn json_file(path: &Path) -> Result<Map<String, Value>, CommandError> {
    let named = |error: &dyn std::fmt::Display| CommandError::Refused(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| named(&error))?;
    serde_json::from_str(&text).map_err(|error| named(&error))
}

/// A password or the hash of one from standard input, in this order.
fn password_or_hash(is_hash: bool) -> Result<(Option<String>, Option<String>), CommandError> {
    let given = |name| secret_from_stdin(name).map(|secret| Some(secret.expose().to_owned()));
    Ok(match is_hash {
        true => (None, given("Hash")?),
        false => (given("Password")?, None),
    })
}
