//! The command line: one file per command, over the same flows as the server.

mod administration;
mod api;
mod api_key;
mod audit;
mod backup;
mod client;
mod completion;
mod configuration;
mod doctor;
mod invitation;
mod key;
mod mail;
mod migrate;
mod move_to;
mod output;
mod plan;
mod requests;
mod restore;
mod role;
mod serve;
mod session;
mod setting;
mod statistics;
mod text;
mod user;

use std::io::IsTerminal as _;
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
    /// Roles: what their holders may do.
    #[command(subcommand)]
    Role(role::Command),
    /// Plans: what belongs to what people pay for. With a FILE: what `apply` would change.
    Plan(plan::Arguments),
    /// Services that verify tokens, and their scopes.
    #[command(subcommand)]
    Api(api::Command),
    /// Settings that are in force.
    #[command(subcommand)]
    Setting(setting::Command),
    /// Browsers in which somebody is signed in.
    #[command(subcommand)]
    Session(session::Command),
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
    /// Text messages that have not left.
    #[command(subcommand)]
    Text(text::Command),
    /// Sign-ups, sign-ins and failures of each day.
    Statistics(statistics::Arguments),
    /// How the installation is: database, mail, keys, version.
    System,
    /// Write roles, plans and applications to a file, without secrets.
    Export(configuration::Export),
    /// Make roles, plans and applications as a file says, after showing what that changes.
    Apply(configuration::Apply),
    /// Print what a shell needs to complete these commands.
    Completion(completion::Arguments),
    /// Apply missing migrations and stop.
    Migrate,
    /// Say what is wrong with this installation.
    Doctor,
    /// Write a checked copy of the embedded database to a file, while a server runs or not.
    Backup(backup::Arguments),
    /// Put a backup in the place of the embedded database.
    Restore(restore::Arguments),
    /// Move everything from the embedded database to an empty PostgreSQL database.
    Move(move_to::Arguments),
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
    /// An operation of administrators that is refused.
    #[error("{sentence}")]
    Operation {
        /// What to decide by: the codes of the REST interface.
        code: String,
        /// For people.
        sentence: String,
    },
    /// Anything else that has its own sentence.
    #[error("{0}")]
    Refused(String),
}

impl CommandError {
    fn from_display(error: impl std::fmt::Display) -> Self {
        Self::Refused(error.to_string())
    }

    fn beside_the_database() -> Self {
        Self::Refused("this is done beside the database only, without --server".into())
    }

    /// Whether an operation was refused for this reason.
    fn is(&self, reason: &str) -> bool {
        matches!(self, Self::Operation { code, .. } if code == reason)
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
    let command = arguments.command.unwrap_or(Command::Serve);
    if let Command::Completion(wanted) = command {
        return completion::run(&wanted);
    }
    // For a server elsewhere no settings are read and nothing is opened.
    if let Some(server) = arguments.at.remote()? {
        return app::block_on(administer(&server, command, output));
    }
    let environment = std::env::vars_os().map(|(name, value)| {
        (
            name.to_string_lossy().into_owned(),
            value.to_string_lossy().into_owned(),
        )
    });
    let settings = Settings::load(arguments.config.as_deref(), environment)?;
    let serves = matches!(command, Command::Serve);
    let traces =
        telemetry::start(&settings.log, serves.then_some(&settings.telemetry)).map_err(CommandError::Refused)?;
    let done = app::block_on(async move {
        match command {
            Command::Serve => serve::run(settings).await,
            Command::Audit(command) if command.stands_alone() => audit::alone(&settings, command, output),
            Command::Migrate => migrate::run(&settings, output).await,
            Command::Doctor => doctor::run(&settings, output).await,
            Command::Backup(arguments) => backup::run(&settings, &arguments, output).await,
            Command::Restore(arguments) => restore::run(&settings, &arguments, output).await,
            Command::Move(arguments) => move_to::run(&settings, &arguments, output).await,
            command => administer(&own(settings).await?, command, output).await,
        }
    });
    traces.finish();
    done
}

/// What administrators do: with the same words on the server's own database and on a server elsewhere.
async fn administer(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Client(command) => client::run(server, command, output).await,
        Command::User(command) => user::run(server, command, output).await,
        Command::Role(command) => role::run(server, command, output).await,
        Command::Plan(arguments) => plan::run(server, arguments, output).await,
        Command::Api(command) => api::run(server, command, output).await,
        Command::Setting(command) => setting::run(server, command, output).await,
        Command::Session(command) => session::run(server, command, output).await,
        Command::Invitation(command) => invitation::run(server, command, output).await,
        Command::Key(command) => key::run(server, command, output).await,
        Command::Audit(command) => audit::run(server, command, output).await,
        Command::ApiKey(command) => api_key::run(server, command, output).await,
        Command::Mail(command) => mail::run(server, command, output).await,
        Command::Text(command) => text::run(server, command, output).await,
        Command::Statistics(arguments) => statistics::run(server, arguments, output).await,
        Command::System => statistics::system(server, output).await,
        Command::Export(export) => configuration::export(server, &export).await,
        Command::Apply(apply) => configuration::apply(server, &apply, output).await,
        Command::Completion(wanted) => completion::run(&wanted),
        Command::Serve
        | Command::Migrate
        | Command::Doctor
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Move(_) => Err(CommandError::beside_the_database()),
    }
}

async fn own(settings: Settings) -> Result<Server, CommandError> {
    Ok(Server::Own(Box::new(open(settings).await?)))
}

/// Opens the server's own database.
async fn open(settings: Settings) -> Result<State, CommandError> {
    Ok(app::compose(settings, Clock::system()).await?)
}

/// A secret from standard input, without the line's end. At a terminal it is asked for by its name, and not shown.
fn secret_from_stdin(name: &str) -> Result<crate::model::secret::Secret, CommandError> {
    let mut text = String::new();
    match std::io::stdin().is_terminal() {
        true => {
            let ask = format!("{name} (not shown): ");
            text = rpassword::prompt_password(ask).map_err(CommandError::from_display)?;
        }
        false => {
            std::io::Read::read_to_string(&mut std::io::stdin(), &mut text).map_err(CommandError::from_display)?;
        }
    }
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    match text.is_empty() {
        true => Err(CommandError::Refused("nothing came on standard input".into())),
        false => Ok(crate::model::secret::Secret::new(text)),
    }
}

/// JSON from an argument: `@FILE` is read from there, `-` from standard input, anything else is it.
fn json_argument<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, CommandError> {
    let (source, text) = match (text, text.strip_prefix('@')) {
        ("-", _) => {
            let mut read = String::new();
            std::io::Read::read_to_string(&mut std::io::stdin(), &mut read).map_err(CommandError::from_display)?;
            ("standard input", read)
        }
        (_, Some(file)) => {
            let read = std::fs::read_to_string(file);
            (
                file,
                read.map_err(|error| CommandError::Refused(format!("{file}: {error}")))?,
            )
        }
        (text, None) => ("the argument", text.to_owned()),
    };
    serde_json::from_str(&text).map_err(|error| CommandError::Refused(format!("{source}: {error}")))
}

/// A database's URL as it may be shown.
fn without_password(url: &str) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else {
        return "postgres://…".to_owned();
    };
    // A URL that cannot have one has none.
    let _cannot = parsed.set_password(None);
    let shown: Vec<_> = parsed
        .query_pairs()
        .filter(|(name, _)| name != "password")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if parsed.query().is_some() {
        parsed.query_pairs_mut().clear().extend_pairs(shown);
    }
    parsed.to_string()
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_url_is_shown_without_its_password() {
        assert_eq!(without_password("postgres://a:s3cret@db/x"), "postgres://a@db/x");
        assert!(!without_password("postgres://db/x?user=a&password=s3cret").contains("s3cret"));
        assert!(without_password("postgres://db/x?user=a&password=s3cret").contains("user=a"));
    }
}
