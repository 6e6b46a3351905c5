//! How commands answer: a line for people, or one JSON value for programs.

use std::io::Write as _;

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
