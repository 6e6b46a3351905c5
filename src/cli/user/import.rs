//! `passgate user import`: accounts from another system, one JSON object a line. `docs/importing-users.md` says how the lines of
//! several systems are made.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::{Output, say};
use crate::flow::admin::bulk::{self, Fate, Line, Summary};
use crate::flow::admin::{Administrator, Refused, Remote};
use crate::flow::import::{self, FirebaseParameters};
use crate::model::audit::Origin;
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

/// Lines and bytes that are sent to a server elsewhere at once.
const MOST_LINES: usize = 200;
const MOST_BYTES: usize = 512 * 1024;

/// Does it. What can be is imported, whatever is wrong with other lines; the exit code tells whether anything was.
pub async fn run(server: &Server, import: Import, output: Output) -> Result<ExitCode, CommandError> {
    let mut tally = Tally {
        output,
        summary: Summary::default(),
    };
    let firebase = import.firebase_parameters.as_deref().map(parameters).transpose()?;
    let lines = lines(open(import.file.as_deref())?, firebase.as_ref());
    match server {
        Server::Own(state) => here(state, lines, &mut tally).await?,
        Server::Elsewhere(remote) => elsewhere(remote, lines, &mut tally).await?,
    }
    let Summary {
        created,
        exists,
        refused,
    } = tally.summary;
    output.answer(
        &json!({ "made": created, "skipped": exists, "failed": refused }),
        || format!("{created} made, {exists} skipped, {refused} failed"),
    );
    Ok(match refused {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// A line with its number, or what became of it already.
type Numbered = Result<(u64, Vec<u8>), Line>;

/// The lines that say something, each complete by itself.
fn lines(
    source: Box<dyn BufRead>,
    firebase: Option<&FirebaseParameters>,
) -> impl Iterator<Item = Result<Numbered, CommandError>> {
    (1..).zip(source.split(b'\n')).filter_map(move |(number, line)| {
        let line = match line {
            Ok(line) => line,
            Err(error) => return Some(Err(CommandError::from_display(error))),
        };
        // The byte order mark of some editors belongs to no line.
        let text = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line).trim_ascii();
        let whole = |text: &[u8]| match firebase {
            Some(firebase) => import::with_parameters(text, firebase),
            None => Ok(text.to_vec()),
        };
        (!text.is_empty()).then(|| {
            Ok(whole(text)
                .map(|text| (number, text))
                .map_err(|error| Line::refused(number, &error)))
        })
    })
}

/// One after the other: of two lines with one address the first counts.
async fn here(
    state: &State,
    lines: impl Iterator<Item = Result<Numbered, CommandError>>,
    tally: &mut Tally,
) -> Result<(), CommandError> {
    let (administrator, origin) = (Administrator::command_line(), Origin::command_line());
    for line in lines {
        let done = match line? {
            Ok((number, text)) => bulk::import_line(state, &administrator, &origin, number, &text)
                .await
                .map_err(Refused::Fault)?,
            Err(refused) => refused,
        };
        tally.take(&done);
    }
    Ok(())
}

/// Some at a time, so that it is seen how far it is.
async fn elsewhere(
    remote: &Remote,
    mut lines: impl Iterator<Item = Result<Numbered, CommandError>>,
    tally: &mut Tally,
) -> Result<(), CommandError> {
    let (mut numbers, mut waiting) = (Vec::new(), Vec::new());
    loop {
        let line = lines.next().transpose()?;
        let ended = line.is_none();
        let refused = match line {
            Some(Ok((number, text))) => {
                numbers.push(number);
                waiting.extend(text);
                waiting.push(b'\n');
                None
            }
            Some(Err(refused)) => Some(refused),
            None => None,
        };
        let full = numbers.len() >= MOST_LINES || waiting.len() >= MOST_BYTES;
        if !numbers.is_empty() && (full || ended || refused.is_some()) {
            send(remote, &numbers, &waiting, tally).await?;
            numbers.clear();
            waiting.clear();
        }
        refused.iter().for_each(|line| tally.take(line));
        if ended {
            return Ok(());
        }
    }
}

/// `numbers` are those that the lines have in the file.
async fn send(remote: &Remote, numbers: &[u64], lines: &[u8], tally: &mut Tally) -> Result<(), CommandError> {
    let (done, broken) = remote.import(lines).await?;
    for mut line in done {
        let at = usize::try_from(line.line).ok().and_then(|at| at.checked_sub(1));
        line.line = at.and_then(|at| numbers.get(at)).copied().unwrap_or(line.line);
        tally.take(&line);
    }
    broken.map_or(Ok(()), |why| Err(CommandError::Refused(why)))
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

/// What became of the lines so far.
struct Tally {
    output: Output,
    summary: Summary,
}

impl Tally {
    /// Counts a line, and reports it: an import may take a while.
    fn take(&mut self, done: &Line) {
        self.summary.count(done);
        let number = done.line;
        let [email, sub, detail] =
            [&done.email, &done.id, &done.detail].map(|text| text.as_deref().unwrap_or_default());
        let (value, people): (Value, String) = match done.status {
            Fate::Created => (
                json!({ "line": number, "status": "made", "email": email, "sub": sub }),
                format!("line {number}: made {email} ({sub})"),
            ),
            Fate::Exists => (
                json!({ "line": number, "status": "skipped", "email": email, "sub": sub }),
                format!("line {number}: skipped {email}, which has an account ({sub})"),
            ),
            Fate::Refused => (
                json!({ "line": number, "status": "failed", "error": detail }),
                format!("line {number}: failed: {detail}"),
            ),
        };
        say(&if self.output.json { value.to_string() } else { people });
    }
}
