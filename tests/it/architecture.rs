//! The walls of the house: which room may see which. Reads every path in `src`, in `use` lines and in code, and fails
//! with file and line where one crosses a wall. Tests inside `src` may look over them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

mod cases;
mod source;
mod the_test_itself;

use source::Source;

/// Each room and the rooms it may see. A room that is not listed does not exist: a new one needs its line here.
const ROOMS: [(&str, &[&str]); 15] = [
    ("model", &[]),
    // Counters, which whoever works counts into.
    ("metrics", &[]),
    ("crypto", &["model", "metrics"]),
    ("protocol", &["model", "crypto"]),
    ("identity", &["model", "crypto"]),
    // Row ids are random, and the state of a signing key is its noun.
    ("store", &["model", "crypto", "metrics"]),
    ("outbound", &["model"]),
    ("clock", &["model"]),
    ("settings", &["model"]),
    ("telemetry", &["settings", "outbound"]),
    (
        "state",
        &["model", "crypto", "store", "outbound", "settings", "clock", "metrics"],
    ),
    (
        "flow",
        &[
            "model", "protocol", "identity", "crypto", "store", "outbound", "settings", "clock", "state", "metrics",
        ],
    ),
    (
        "web",
        &[
            "model",
            "protocol",
            "identity",
            "crypto",
            "flow",
            "settings",
            "clock",
            "state",
            "metrics",
            "telemetry",
        ],
    ),
    (
        "cli",
        &[
            "model",
            "protocol",
            "identity",
            "crypto",
            "flow",
            "settings",
            "clock",
            "state",
            "telemetry",
            "app",
        ],
    ),
    (
        "app",
        &[
            "model",
            "protocol",
            "identity",
            "crypto",
            "store",
            "outbound",
            "flow",
            "web",
            "settings",
            "clock",
            "state",
            "telemetry",
        ],
    ),
];

/// Crates that only some rooms may name. A name also stands for the crates that begin with it and an underscore.
const CRATES: [(&str, &[&str]); 5] = [
    ("actix", &["web", "app"]),
    ("sqlx", &["store", "app"]),
    ("askama", &["web"]),
    ("lettre", &["outbound", "settings"]),
    ("rand", &["crypto"]),
];

/// The rooms of rules: facts in, decision out, so nothing that waits, draws or asks the system.
const PURE: [&str; 3] = ["model", "protocol", "identity"];
const IMPURE_CRATES: [&str; 7] = [
    "tokio",
    "futures_util",
    "reqwest",
    "governor",
    "moka",
    "tracing_subscriber",
    "clap",
];

#[test]
fn no_line_crosses_a_wall() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    let parsed: Vec<_> = files
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a readable source file");
            let relative = path.strip_prefix(&src).expect("below src").to_path_buf();
            let source = Source::parse(&relative, &text);
            (relative, source)
        })
        .collect();
    let only_tests: BTreeSet<&PathBuf> = parsed.iter().flat_map(|(_, source)| &source.test_files).collect();
    let crossings: Vec<String> = parsed
        .iter()
        .filter(|(path, _)| !only_tests.contains(path))
        .flat_map(|(path, source)| source.crossings().into_iter().map(move |crossing| (path, crossing)))
        .map(|(path, (line, why))| format!("src/{}:{line}: {why}", path.display()))
        .collect();
    assert!(parsed.len() > ROOMS.len(), "the source files were found");
    assert!(
        crossings.is_empty(),
        "lines that cross a wall:\n{}",
        crossings.join("\n")
    );
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
}

impl Source {
    /// Every line that crosses a wall, and why.
    fn crossings(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        // Inline modules push `super` one further; each entry is the depth of braces at which one ends.
        let (mut depth, mut inline): (usize, Vec<(usize, &str)>) = (0, Vec::new());
        for at in 0..self.tokens.len() {
            match self.text(at) {
                "{" => {
                    depth += 1;
                    if at >= 2 && self.text(at - 2) == "mod" {
                        inline.push((depth, self.text(at - 1)));
                    }
                }
                "}" => {
                    inline.pop_if(|(end, _)| *end == depth);
                    depth = depth.saturating_sub(1);
                }
                "crate" | "passgate" if self.begins_path(at) => self.follow(at + 1, &mut found),
                "self" | "super" if self.begins_path(at) && self.text(at + 1) == "::" => {
                    let mut base: Vec<&str> = self.module.iter().map(String::as_str).collect();
                    base.extend(inline.iter().map(|(_, name)| *name));
                    self.follow_relative(at, base, &mut found);
                }
                name if self.begins_path(at) => found.extend(self.judge_crate(at, name)),
                _ => {}
            }
        }
        found
    }

    /// Whether a path begins here: the name is not the continuation of another path, nor a field or method.
    fn begins_path(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).map_or("", |index| self.text(index));
        match before(1) {
            "." => false,
            "::" if ["use", "in", "as", "dyn", "impl", "mut", "return"].contains(&before(2)) => true,
            "::" => !before(2)
                .chars()
                .next_back()
                .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '>'),
            _ => true,
        }
    }

    fn follow_relative<'s>(&'s self, mut at: usize, mut base: Vec<&'s str>, found: &mut Vec<(usize, String)>) {
        while matches!(self.text(at), "self" | "super") && self.text(at + 1) == "::" {
            if self.text(at) == "super" {
                base.pop();
            }
            at += 2;
        }
        if base.is_empty() {
            self.follow(at - 1, found);
        } else if self.text(at) == "{" {
            for item in self.group_items(at) {
                self.follow_relative(item, base.clone(), found);
            }
        }
    }

    /// `at` is what follows `crate`: judges the room, or each room of a group.
    fn follow(&self, at: usize, found: &mut Vec<(usize, String)>) {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        if self.text(at) != "::" {
            if self.text(at) == "as" {
                found.push((line, "the crate under another name hides what a path sees".to_owned()));
            }
            return;
        }
        if self.text(at + 1) == "{" {
            for item in self.group_items(at + 1) {
                found.extend(self.judge_room(item));
            }
        } else {
            found.extend(self.judge_room(at + 1));
        }
    }

    /// The first token of each item of the group that opens at `open`.
    fn group_items(&self, open: usize) -> Vec<usize> {
        let mut items = vec![open + 1];
        let mut depth = 0_usize;
        for at in open..self.tokens.len() {
            match self.text(at) {
                "{" => depth += 1,
                "}" if depth == 1 => break,
                "}" => depth -= 1,
                "," if depth == 1 => items.push(at + 1),
                _ => {}
            }
        }
        items.retain(|item| self.text(*item) != "}");
        items
    }

    fn judge_room(&self, at: usize) -> Option<(usize, String)> {
        let (line, target) = (self.tokens.get(at)?.line, self.text(at));
        let here = self.module.first()?;
        if target == here || self.text(at + 1) == "!" {
            return None;
        }
        if !ROOMS.iter().any(|(room, _)| *room == target) {
            return Some((line, format!("{target} is no room; name the room itself")));
        }
        let sees = ROOMS
            .iter()
            .find(|(room, _)| room == here)
            .map_or(&[] as &[&str], |(_, sees)| sees);
        (!sees.contains(&target)).then(|| (line, format!("{here} must not see {target}")))
    }

    fn judge_crate(&self, at: usize, name: &str) -> Option<(usize, String)> {
        let named = self.text(at + 1) == "::" || (at > 0 && matches!(self.text(at - 1), "use" | "crate"));
        let here = self.module.first()?;
        let forbidden = CRATES.iter().any(|(owned, rooms)| {
            let family = name
                .strip_prefix(owned)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
            family && !rooms.contains(&here.as_str())
        });
        let impure = PURE.contains(&here.as_str()) && IMPURE_CRATES.contains(&name);
        (named && (forbidden || impure)).then(|| (self.tokens[at].line, format!("{here} must not name {name}")))
    }
}
