//! `passgate user import`: accounts from another system, one JSON object a line. `docs/importing-users.md` says how the lines of
//! several systems are made.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::cli::CommandError;
use crate::cli::output::{Output, say};
use crate::flow::import::{self, FirebaseParameters, Imported};
use crate::model::audit::Origin;
use crate::model::permission::Authority;
use crate::state::State;

/// UTF-8's.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What is imported.
#[derive(Args)]
pub struct Import {
    /// A file of lines, each a JSON object; standard input where it is `-` or absent.
    file: Option<PathBuf>,
    /// What Firebase shows under "Password hash parameters", in a file: for lines that have a `password_salt`.
    #[arg(long, value_name = "FILE")]
    firebase_parameters: Option<PathBuf>,
}

/// What became of a line.
struct Line {
    number: usize,
    outcome: Result<Imported, String>,
}

/// Does it. What can be is imported, whatever is wrong with other lines; the exit code tells whether anything was.
pub async fn run(state: &State, import: Import, output: Output) -> Result<ExitCode, CommandError> {
    let firebase = import.firebase_parameters.as_deref().map(parameters).transpose()?;
    let origin = Origin::command_line();
    let giver = Authority::all();
    let (mut made, mut skipped, mut failed) = (0_u64, 0_u64, 0_u64);
    // One after the other: of two lines with one address the first counts.
    for (number, line) in (1..).zip(open(import.file.as_deref())?.split(b'\n')) {
        let line = line.map_err(CommandError::from_display)?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        // The byte order mark of some editors belongs to no line.
        let text = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line);
        let taken = import::take(state, text, firebase.as_ref(), &giver, &origin).await;
        let outcome = taken.map_err(|error| error.to_string());
        let line = Line { number, outcome };
        match &line.outcome {
            Ok(Imported::Made { .. }) => made += 1,
            Ok(Imported::Skipped { .. }) => skipped += 1,
            Err(_) => failed += 1,
        }
        report(&line, output);
    }
    output.answer(&json!({ "made": made, "skipped": skipped, "failed": failed }), || {
        format!("{made} made, {skipped} skipped, {failed} failed")
    });
    Ok(match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn open(file: Option<&Path>) -> Result<Box<dyn BufRead>, CommandError> {
    match file.filter(|file| *file != Path::new("-")) {
        None => Ok(Box::new(BufReader::new(std::io::stdin()))),
        Some(path) => match std::fs::File::open(path) {
            Ok(file) => Ok(Box::new(BufReader::new(file))),
            Err(error) => Err(CommandError::Refused(format!("{}: {error}", path.display()))),
        },
    }
}

fn parameters(path: &Path) -> Result<FirebaseParameters, CommandError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| CommandError::Refused(format!("{}: {error}", path.display())))?;
    import::firebase_parameters(&text)
        .map_err(|missing| CommandError::Refused(format!("{}: {missing}", path.display())))
}

/// One line of report for one line of input, as it goes: an import may take a while.
fn report(Line { number, outcome }: &Line, output: Output) {
    let (value, people): (Value, String) = match outcome {
        Ok(Imported::Made { email, sub }) => (
            json!({ "line": number, "status": "made", "email": email, "sub": sub }),
            format!("line {number}: made {email} ({sub})"),
        ),
        Ok(Imported::Skipped { email, sub }) => (
            json!({ "line": number, "status": "skipped", "email": email, "sub": sub }),
            format!("line {number}: skipped {email}, which has an account ({sub})"),
        ),
        Err(error) => (
            json!({ "line": number, "status": "failed", "error": error }),
            format!("line {number}: failed: {error}"),
        ),
    };
    say(&if output.json { value.to_string() } else { people });
}
