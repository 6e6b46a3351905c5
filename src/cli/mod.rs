//! The command line: one file per command, over the same flows as the server.

mod administration;
mod api_key;
mod audit;
mod client;
mod doctor;
mod invitation;
mod key;
mod mail;
mod migrate;
mod output;
mod requests;
mod serve;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::{self, StartError};
use crate::clock::Clock;
use crate::settings::{Problems, Settings};
use crate::state::State;
use crate::telemetry;

use administration::Server;
use output::Output;

/// A self-hosted identity provider: OAuth 2.1, OpenID Connect and user accounts. Without a command it serves.
#[derive(Parser)]
#[command(name = "passgate", version, about, arg_required_else_help = false)]
struct Arguments {
    /// Settings file; config/passgate.toml where it exists and none is named.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    at: administration::Where,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until stopped. This is what happens without a command.
    Serve,
    /// Applications.
    #[command(subcommand)]
    Client(client::Command),
    /// Accounts.
    #[command(subcommand)]
    User(user::Command),
    /// Invitations to make an account.
    #[command(subcommand)]
    Invitation(invitation::Command),
    /// Signing keys.
    #[command(subcommand)]
    Key(key::Command),
    /// The trail of events.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Keys of programs that administer.
    #[command(subcommand)]
    ApiKey(api_key::Command),
    /// Mail that has not left.
    #[command(subcommand)]
    Mail(mail::Command),
    /// Apply missing migrations and stop.
    Migrate,
    /// Say what is wrong with this installation.
    Doctor,
}

/// Why a command failed, in a sentence for the terminal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// Bad settings.
    #[error(transparent)]
    Settings(#[from] Problems),
    /// Nothing could be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Anything else that has its own sentence.
    #[error("{0}")]
    Refused(String),
}

impl CommandError {
    fn from_display(error: impl std::fmt::Display) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Runs the command of the process's arguments. 0: done; 1: failed, with a sentence on standard error; 2: bad arguments.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output { json: arguments.json };
    match run(arguments, output) {
        Ok(code) => code,
        Err(error) => {
            output.failure(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments, output: Output) -> Result<ExitCode, CommandError> {
    if let Some(server) = arguments.at.remote()? {
        return app::block_on(elsewhere(server, arguments.command, output));
    }
    let environment = std::env::vars_os().map(|(name, value)| {
        (
            name.to_string_lossy().into_owned(),
            value.to_string_lossy().into_owned(),
        )
    });
    let settings = Settings::load(arguments.config.as_deref(), environment)?;
    telemetry::start(&settings.log);
    app::block_on(async move {
        match arguments.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run(settings).await,
            Command::Client(command) => client::run(&open(settings).await?, command, output).await,
            Command::User(command) => user::run(&open(settings).await?, command, output).await,
            Command::Invitation(command) => invitation::run(&open(settings).await?, command, output).await,
            Command::Key(command) => key::run(&open(settings).await?, command, output).await,
            Command::Audit(command) => audit::run(settings, command, output).await,
            Command::ApiKey(command) => api_key::run(&own(settings).await?, command, output).await,
            Command::Mail(command) => mail::run(&open(settings).await?, command, output).await,
            Command::Migrate => migrate::run(&settings, output).await,
            Command::Doctor => doctor::run(&settings, output).await,
        }
    })
}

/// Runs a command on a server elsewhere, for which no settings are read and nothing is opened.
async fn elsewhere(server: Server, command: Option<Command>, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Some(Command::ApiKey(command)) => api_key::run(&server, command, output).await,
        _ => Err(CommandError::Refused(
            "this is done beside the database only, without --server".into(),
        )),
    }
}

async fn own(settings: Settings) -> Result<Server, CommandError> {
    Ok(Server::Own(Box::new(open(settings).await?)))
}

/// Opens the server's own database.
async fn open(settings: Settings) -> Result<State, CommandError> {
    Ok(app::compose(settings, Clock::system()).await?)
}

/// A secret from standard input, without the line's end.
fn secret_from_stdin() -> Result<crate::model::secret::Secret, CommandError> {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut std::io::stdin(), &mut text).map_err(CommandError::from_display)?;
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    match text.is_empty() {
        true => Err(CommandError::Refused("nothing came on standard input".into())),
        false => Ok(crate::model::secret::Secret::new(text)),
    }
}
