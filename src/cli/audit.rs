//! `passgate audit`: the trail of events.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use uuid::Uuid;

use super::output::{Output, table};
use super::{CommandError, open};
use crate::app;
use crate::crypto::audit_chain::ChainPublicKey;
use crate::flow::audit::verify::{self, Known, Report};
use crate::flow::audit::{Filter, export, file, list};
use crate::model::Timestamp;
use crate::model::audit::{AuditEvent, AuditKind, Origin};
use crate::settings::Settings;
use crate::state::State;

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
        #[arg(long, value_parser = place)]
        after: Option<(Timestamp, Uuid)>,
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
    /// Verify the chain in the database, or in a file that was exported. Exit code 1 when something is wrong.
    Verify {
        /// The file. Nothing else is opened then but the master key, where there is one.
        file: Option<PathBuf>,
        /// The public key of the installation, for a file where its master key is not.
        #[arg(long, requires = "file", value_parser = public_key)]
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

impl From<FilterArguments> for Filter {
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

fn place(text: &str) -> Result<(Timestamp, Uuid), String> {
    let read = || {
        let (at, id) = text.split_once('_')?;
        Some((at.parse().ok()?, Uuid::parse_str(id).ok()?))
    };
    read().ok_or_else(|| "a place is what next said".to_owned())
}

fn public_key(text: &str) -> Result<ChainPublicKey, String> {
    ChainPublicKey::parse(text).ok_or_else(|| "a public key is 32 bytes in base64url".to_owned())
}

/// Does it.
pub async fn run(settings: Settings, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Kinds => {
            let rows: Vec<_> = AuditKind::ALL
                .iter()
                .map(|kind| vec![kind.as_str().to_owned(), kind.category().as_str().to_owned()])
                .collect();
            let shown: Vec<_> = AuditKind::ALL
                .iter()
                .map(|kind| json!({ "kind": kind.as_str(), "category": kind.category() }))
                .collect();
            output.answer(&shown, || table(&["KIND", "CATEGORY"], &rows));
            Ok(ExitCode::SUCCESS)
        }
        Command::List { filter, limit, after } => {
            show(&open(settings).await?, filter.into(), limit, after, output).await
        }
        Command::Export {
            filter,
            after_seq,
            output: file,
        } => give_out(&open(settings).await?, filter.into(), after_seq, file).await,
        Command::Verify {
            file: Some(path),
            key,
            checkpoint,
        } => {
            let own = app::existing_master_key(&settings.keys_dir)?;
            let own = own
                .map(|key| verify::public_key(&key))
                .transpose()
                .map_err(CommandError::from_display)?;
            let source = File::open(&path).map_err(|error| named(&path, error))?;
            let found = file::verify(BufReader::new(source), key.or(own), &checkpoint);
            Ok(told(&found.map_err(|error| named(&path, error))?, output))
        }
        Command::Verify {
            file: None, checkpoint, ..
        } => {
            let state = open(settings).await?;
            let found = verify::database(&state, &checkpoint)
                .await
                .map_err(CommandError::from_display)?;
            Ok(told(&found, output))
        }
    }
}

fn named(file: &std::path::Path, error: std::io::Error) -> CommandError {
    CommandError::Refused(format!("{}: {error}", file.display()))
}

async fn show(
    state: &State,
    filter: Filter,
    limit: u16,
    after: Option<(Timestamp, Uuid)>,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let page = list::run(state, &filter, after, limit)
        .await
        .map_err(CommandError::from_display)?;
    let next = page
        .next
        .map(|(at, id)| format!("{}_{id}", at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)));
    output.answer(&json!({ "events": page.events, "next": next }), || {
        let rows: Vec<_> = page.events.iter().map(row).collect();
        let mut text = table(&["AT", "KIND", "ACTOR", "TARGET", "ADDRESS"], &rows);
        if let Some(next) = &next {
            text.push_str(&format!("\nolder ones: --after {next}"));
        }
        text
    });
    Ok(ExitCode::SUCCESS)
}

fn row(event: &AuditEvent) -> Vec<String> {
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

/// Writes page by page. Whoever stops reading is no failure, but a disk that is full is.
async fn give_out(
    state: &State,
    filter: Filter,
    after: Option<i64>,
    file: Option<PathBuf>,
) -> Result<ExitCode, CommandError> {
    let mut sink: Box<dyn Write> = match &file {
        Some(path) => Box::new(BufWriter::new(
            File::create_new(path).map_err(|error| named(path, error))?,
        )),
        None => Box::new(std::io::stdout().lock()),
    };
    let mut export = export::begin(state, filter, after, &Origin::command_line())
        .await
        .map_err(CommandError::from_display)?;
    while let Some(lines) = export.next(state).await.map_err(CommandError::from_display)? {
        match sink.write_all(lines.as_bytes()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
            written => written.map_err(CommandError::from_display)?,
        }
    }
    sink.flush().map_err(CommandError::from_display)?;
    Ok(ExitCode::SUCCESS)
}

fn told(found: &Report, output: Output) -> ExitCode {
    output.answer(found, || for_people(found));
    match found.verified {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn for_people(found: &Report) -> String {
    let mut lines = Vec::new();
    match &found.broken {
        Some(broken) => lines.push(format!("BROKEN: {broken}")),
        None if found.last < found.first => lines.push("verified: no events yet".to_owned()),
        None => lines.push(format!("verified: events {} to {}", found.first, found.last)),
    }
    lines.push(format!(
        "last hash {}, {} marks passed, {} events without what told of somebody who left, {} not sealed yet",
        found.hash, found.checkpoints, found.emptied, found.unsealed
    ));
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
