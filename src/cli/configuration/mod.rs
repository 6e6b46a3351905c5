//! `passgate export`, `passgate plan FILE` and `passgate apply FILE`: services, roles, plans and applications as one file that
//! can lie in git. Everything is read and done by the operations of administrators, so it works on a server elsewhere too.
//!
//! Whatever is not in the file stays, unless `--prune` is said; a section that the file does not have is not looked at.

mod carry_out;
mod drift;
mod file;
mod items;

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::CommandError;
use super::administration::Server;
use super::output::{Output, say};
use drift::Drift;
use items::{Configuration, Kind, Stored};

/// Exit code of a plan that would change something.
const DRIFT: u8 = 2;

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
}

/// Where to.
#[derive(Args)]
pub struct Export {
    /// A file that ends in .toml, .yaml or .yml; standard output unless given.
    file: Option<PathBuf>,
    /// How it is written to standard output.
    #[arg(long, default_value = "toml", conflicts_with = "file")]
    format: Format,
}

/// What is wanted.
#[derive(Args)]
pub struct Source {
    /// The file: .toml, .yaml or .yml.
    file: PathBuf,
    /// Remove what is not in the file, in the sections that it has.
    #[arg(long)]
    prune: bool,
}

/// What is to be done.
#[derive(Args)]
pub struct Apply {
    #[command(flatten)]
    source: Source,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

/// Writes everything.
pub async fn export(server: &Server, export: &Export) -> Result<ExitCode, CommandError> {
    let format = match &export.file {
        Some(file) => file::format(file)?,
        None => export.format,
    };
    let stored = items::stored(server, &Kind::ALL).await?;
    let text = file::write(stored.iter().map(|stored| &stored.item), format)?;
    match &export.file {
        None => say(text.trim_end()),
        Some(file) => {
            std::fs::write(file, text).map_err(|error| CommandError::Refused(format!("{}: {error}", file.display())))?
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what applying a file would change.
pub async fn plan(server: &Server, source: &Source, output: Output) -> Result<ExitCode, CommandError> {
    let (_, _, drift) = compared(server, source).await?;
    output.answer(&drift.document(), || drift.for_people());
    Ok(match drift.steps.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(DRIFT),
    })
}

/// Does what the plan says.
pub async fn apply(server: &Server, apply: &Apply, output: Output) -> Result<ExitCode, CommandError> {
    let (wanted, stored, drift) = compared(server, &apply.source).await?;
    let secrets = carry_out::secrets(&wanted, &drift)?;
    if !output.json {
        say(&drift.for_people());
    }
    if !drift.steps.is_empty() && !apply.yes && !asked(output)? {
        return Err(CommandError::Refused("nothing was done".into()));
    }
    carry_out::run(server, &stored, &drift, &secrets, output).await
}

async fn compared(server: &Server, source: &Source) -> Result<(Configuration, Vec<Stored>, Drift), CommandError> {
    let wanted = file::read(&source.file)?;
    let stored = items::stored(server, &wanted.sections).await?;
    let drift = drift::compare(&stored, &wanted, source.prune);
    Ok((wanted, stored, drift))
}

/// Whether a person says that it is to be done.
fn asked(output: Output) -> Result<bool, CommandError> {
    if output.json || !std::io::stdin().is_terminal() {
        return Err(CommandError::Refused(
            "nothing was done: say --yes where nobody can be asked".into(),
        ));
    }
    print!("Type yes to do this: ");
    std::io::stdout().flush().map_err(CommandError::from_display)?;
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(CommandError::from_display)?;
    Ok(answer.trim() == "yes")
}
