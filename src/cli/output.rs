//! How commands answer: a line for people, or one JSON value for programs.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use super::CommandError;

/// The way of answering.
#[derive(Clone, Copy)]
pub struct Output {
    /// One JSON value.
    pub json: bool,
}

impl Output {
    /// Prints an answer.
    pub fn answer(self, value: &impl Serialize, people: impl FnOnce() -> String) {
        if self.json {
            say(&serde_json::to_string(value).unwrap_or_default());
        } else {
            say(&people());
        }
    }

    /// Prints why nothing was done.
    pub fn failure(self, error: &CommandError) {
        if self.json {
            eprintln!("{}", json!({ "error": error.to_string() }));
        } else {
            eprintln!("passgate: {error}");
        }
    }
}

/// Prints a text. Whoever stops reading (`passgate user list | head`) is no failure.
pub fn say(text: &str) {
    let _gone = writeln!(std::io::stdout(), "{text}");
}

/// Where lines are given out.
pub struct Sink(Box<dyn Write>);

impl Sink {
    /// A new file, or standard output. A file that is there is not touched.
    pub fn open(file: Option<&Path>) -> Result<Self, CommandError> {
        let Some(path) = file else {
            return Ok(Self(Box::new(std::io::stdout().lock())));
        };
        match File::create_new(path) {
            Ok(file) => Ok(Self(Box::new(file))),
            Err(error) => Err(CommandError::Refused(format!("{}: {error}", path.display()))),
        }
    }

    /// Writes lines; false when nobody reads on, which is no failure, as a disk that is full is.
    pub fn write(&mut self, bytes: &[u8]) -> Result<bool, CommandError> {
        match self.0.write_all(bytes).and_then(|()| self.0.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            written => written.map(|()| true).map_err(CommandError::from_display),
        }
    }
}

/// Lines of columns, each as wide as its widest cell.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells
            .chain(head.get(column).map(|cell| cell.len()))
            .max()
            .unwrap_or_default()
    };
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .enumerate()
            .map(|(column, cell)| format!("{cell:<width$}", width = width(column)));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(&mut head.iter().copied())];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines.join("\n")
}
