//! `passgate audit`: the trail of events.
//!
//! The trail is listed, verified and taken along here or elsewhere. Files are read and written where the command runs.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::CommandError;
use super::administration::{PAGE, Server, take_along};
use super::output::{Output, Sink, table};
use crate::app;
use crate::crypto::audit_chain::ChainPublicKey;
use crate::flow::admin::Administrator;
use crate::flow::admin::audit::{self, Asked, Event, Listing, Taking, Verified};
use crate::flow::audit::file;
use crate::flow::audit::verify::{self, Known, Report};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::settings::Settings;

/// What can be done with the trail.
#[derive(Subcommand)]
pub enum Command {
    /// List events, newest first.
    List {
        #[command(flatten)]
        filter: FilterArguments,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u16,
        /// Go on behind a place: what `next` said.
        #[arg(long)]
        after: Option<String>,
    },
    /// The kinds of events and their categories.
    Kinds,
    /// Give events out as newline-delimited JSON, with everything that a verification needs.
    Export {
        #[command(flatten)]
        filter: FilterArguments,
        /// Only events behind this number: what came since an earlier export.
        #[arg(long, value_name = "SEQ")]
        after_seq: Option<i64>,
        /// Where to; standard output unless given. A file that is there is not touched.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Verify the chain in the database, or in a file that was exported; of a server elsewhere what it says of its own. Exit
    /// code 1 when something is wrong.
    Verify {
        /// The file. Nothing else is opened then but the master key, where there is one.
        file: Option<PathBuf>,
        /// The public key of the installation, for a file where its master key is not.
        // One key in 64 begins with a hyphen.
        #[arg(long, requires = "file", value_parser = public_key, allow_hyphen_values = true)]
        key: Option<ChainPublicKey>,
        /// A mark that was kept elsewhere, such as the newest one in a log: it must still be in the chain.
        #[arg(long, value_name = "SEQ:HASH")]
        checkpoint: Vec<Known>,
    },
}

/// Which events.
#[derive(Args)]
pub struct FilterArguments {
    /// Of this kind: passgate audit kinds.
    #[arg(long)]
    kind: Option<String>,
    /// Of this category.
    #[arg(long)]
    category: Option<String>,
    /// Done by: a sub, a client_id, an id, cli.
    #[arg(long)]
    actor: Option<String>,
    /// Done to.
    #[arg(long)]
    target: Option<String>,
    /// At this moment or later: 2027-01-31 or 2027-01-31T12:00:00Z.
    #[arg(long, value_parser = moment)]
    from: Option<Timestamp>,
    /// Before this moment.
    #[arg(long, value_parser = moment)]
    to: Option<Timestamp>,
}

impl From<FilterArguments> for Taking {
    fn from(arguments: FilterArguments) -> Self {
        let FilterArguments {
            kind,
            category,
            actor,
            target,
            from,
            to,
        } = arguments;
        Self {
            after_seq: None,
            kind,
            category,
            actor,
            target,
            from,
            to,
        }
    }
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let full = match text.contains('T') {
        true => text.to_owned(),
        false => format!("{text}T00:00:00Z"),
    };
    full.parse()
        .map_err(|_| "a moment is a date, or a time as 2027-01-31T12:00:00Z".to_owned())
}

fn public_key(text: &str) -> Result<ChainPublicKey, String> {
    ChainPublicKey::parse(text).ok_or_else(|| "a public key is 32 bytes in base64url".to_owned())
}

impl Command {
    /// Whether it needs no installation, and no server.
    pub fn stands_alone(&self) -> bool {
        matches!(self, Self::Kinds | Self::Verify { file: Some(_), .. })
    }
}

/// Does what stands alone, before anything is opened.
pub fn alone(settings: &Settings, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Kinds => Ok(kinds(output)),
        Command::Verify {
            file: Some(path),
            key,
            checkpoint,
        } => verify_file(settings, &path, key, &checkpoint, output),
        Command::Verify { file: None, .. } | Command::List { .. } | Command::Export { .. } => {
            Err(CommandError::beside_the_database())
        }
    }
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Kinds => Ok(kinds(output)),
        Command::List { filter, limit, after } => show(server, filter, limit, after, output).await,
        Command::Export {
            filter,
            after_seq,
            output: file,
        } => {
            let taking = Taking {
                after_seq,
                ..Taking::from(filter)
            };
            give_out(server, taking, file).await
        }
        Command::Verify { file: Some(_), .. } => Err(CommandError::beside_the_database()),
        Command::Verify {
            file: None, checkpoint, ..
        } => {
            // Marks are asked for one by one; what is wrong without any is wrong with each.
            let mut marks = checkpoint.iter().map(Known::to_string).map(Some).collect::<Vec<_>>();
            if marks.is_empty() {
                marks.push(None);
            }
            let mut found = None;
            for mark in marks {
                let verified = server.run::<audit::Verify>(Asked { mark }).await?;
                let whole = verified.verified;
                found = Some(verified);
                if !whole {
                    break;
                }
            }
            Ok(found.map_or(ExitCode::FAILURE, |found| told(&found, output)))
        }
    }
}

fn kinds(output: Output) -> ExitCode {
    let rows: Vec<_> = AuditKind::ALL
        .iter()
        .map(|kind| vec![kind.as_str().to_owned(), kind.category().as_str().to_owned()])
        .collect();
    let shown: Vec<_> = AuditKind::ALL
        .iter()
        .map(|kind| json!({ "kind": kind.as_str(), "category": kind.category() }))
        .collect();
    output.answer(&shown, || table(&["KIND", "CATEGORY"], &rows));
    ExitCode::SUCCESS
}

fn verify_file(
    settings: &Settings,
    path: &std::path::Path,
    key: Option<ChainPublicKey>,
    known: &[Known],
    output: Output,
) -> Result<ExitCode, CommandError> {
    let own = app::existing_master_key(&settings.keys_dir)?;
    let own = own
        .map(|key| verify::public_key(&key))
        .transpose()
        .map_err(CommandError::from_display)?;
    let source = File::open(path).map_err(|error| named(path, error))?;
    let found = file::verify(BufReader::new(source), key.or(own), known);
    let found = found.map_err(|error| named(path, error))?;
    output.answer(&found, || of_a_file(&found));
    Ok(exit_code(found.verified))
}

fn named(file: &std::path::Path, error: std::io::Error) -> CommandError {
    CommandError::Refused(format!("{}: {error}", file.display()))
}

async fn show(
    server: &Server,
    filter: FilterArguments,
    limit: u16,
    after: Option<String>,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let filter = Taking::from(filter);
    let (mut events, mut next) = (Vec::new(), after);
    loop {
        let wanted = usize::from(limit).saturating_sub(events.len());
        let page = Listing {
            limit: Some(u16::try_from(wanted).unwrap_or(PAGE).clamp(1, PAGE)),
            after: next,
            kind: filter.kind.clone(),
            category: filter.category.clone(),
            actor: filter.actor.clone(),
            target: filter.target.clone(),
            from: filter.from,
            to: filter.to,
        };
        let found = server.run::<audit::List>(page).await?;
        events.extend(found.items);
        next = found.next;
        if next.is_none() || events.len() >= usize::from(limit) {
            break;
        }
    }
    output.answer(&json!({ "events": events, "next": next }), || {
        let rows: Vec<_> = events.iter().map(row).collect();
        let mut text = table(&["AT", "KIND", "ACTOR", "TARGET", "ADDRESS"], &rows);
        if let Some(next) = &next {
            text.push_str(&format!("\nolder ones: --after {next}"));
        }
        text
    });
    Ok(ExitCode::SUCCESS)
}

fn row(event: &Event) -> Vec<String> {
    let whose = |kind: &str, name: &str| match name {
        "" => kind.to_owned(),
        name => format!("{kind} {name}"),
    };
    vec![
        event.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        event.kind.clone(),
        whose(&event.actor_kind, &event.actor),
        whose(&event.target_kind, &event.target),
        event.address.clone(),
    ]
}

/// Writes as it comes.
async fn give_out(server: &Server, taking: Taking, file: Option<PathBuf>) -> Result<ExitCode, CommandError> {
    let file = file.as_deref();
    match server {
        Server::Own(state) => {
            let (administrator, origin) = (Administrator::command_line(), Origin::command_line());
            let mut export =
                audit::begin_export(state, &administrator, &origin, taking.filter()?, taking.after_seq).await?;
            let mut sink = Sink::open(file)?;
            while let Some(lines) = export.next(state).await.map_err(CommandError::from_display)? {
                if !sink.write(lines.as_bytes())? {
                    break;
                }
            }
        }
        Server::Elsewhere(remote) => take_along(remote, &audit::EXPORT, &taking, file).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn exit_code(verified: bool) -> ExitCode {
    match verified {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// What an installation said of its own trail.
fn told(found: &Verified, output: Output) -> ExitCode {
    output.answer(found, || {
        let broken = found.broken.as_ref().map(|broken| broken.detail.as_str());
        let mut lines = counted(broken, found.first, found.last);
        lines.push(ends(&found.hash, found.checkpoints, found.emptied, found.unsealed));
        lines.push(format!("signed by this installation ({})", found.public_key));
        lines.join("\n")
    });
    exit_code(found.verified)
}

fn of_a_file(found: &Report) -> String {
    let broken = found.broken.as_ref().map(|broken| broken.explanation.as_str());
    let mut lines = counted(broken, found.first, found.last);
    lines.push(ends(&found.hash, found.checkpoints, found.emptied, found.unsealed));
    if !found.complete {
        lines
            .push("this is a selection: each event is what was written, but nobody can say what is missing".to_owned());
    }
    lines.push(match found.signer_known {
        true => format!("signed by this installation ({})", found.public_key),
        false => format!(
            "signed by {}: compare it with what passgate audit verify says on the installation, or give it as --key",
            found.public_key
        ),
    });
    lines.join("\n")
}

fn counted(broken: Option<&str>, first: i64, last: i64) -> Vec<String> {
    vec![match broken {
        Some(why) => format!("BROKEN: {why}"),
        None if last < first => "verified: no events yet".to_owned(),
        None => format!("verified: events {first} to {last}"),
    }]
}

fn ends(hash: &str, marks: u64, emptied: u64, unsealed: i64) -> String {
    format!(
        "last hash {hash}, {marks} marks passed, {emptied} events without what told of somebody who left, {unsealed} not \
         sealed yet"
    )
}
