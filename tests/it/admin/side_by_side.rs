//! What REST can do, the other ways of administering can do: the operations side by side, read from the sources. A way runs
//! an operation where its sources say `::<module::Operation` with the operation's own module and name.

use std::collections::BTreeSet;
use std::path::Path;

use passgate::flow::admin::{self, Operation, Visitor};

/// A way of administering beside REST, which has every operation by itself.
struct Way {
    name: &'static str,
    /// Its sources.
    folder: &'static str,
    /// The operations that it does without, each with its reason.
    without: &'static [(&'static str, &'static str)],
}

/// The columns. Neither does without any operation.
const WAYS: [Way; 2] = [
    Way {
        name: "command line",
        folder: "src/cli",
        without: &[],
    },
    Way {
        name: "console",
        folder: "src/web/admin",
        without: &[],
    },
];

/// Every operation as its module and its name.
struct Names(BTreeSet<String>);

impl Visitor for Names {
    fn visit<O: Operation>(&mut self) {
        let path = std::any::type_name::<O>();
        let below = path.split("flow::admin::").nth(1).expect("an operation of flow::admin");
        let module = below.split("::").next().unwrap();
        let name = below.rsplit("::").next().unwrap();
        assert!(
            self.0.insert(format!("{module}::{name}")),
            "{path}: two operations of one name"
        );
    }
}

fn operations() -> BTreeSet<String> {
    let mut names = Names(BTreeSet::new());
    admin::each(&mut names);
    names.0
}

fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The operations that a text runs.
fn run_in(text: &str) -> BTreeSet<String> {
    let calls = text.split("::<").skip(1);
    let named = calls.filter_map(|rest| {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))?;
        let mut segments = rest[..end].rsplit("::");
        let (name, module) = (segments.next()?, segments.next()?);
        Some(format!("{module}::{name}"))
    });
    named.collect()
}

#[test]
fn every_operation_of_rest_is_had_by_every_other_way() {
    let operations = operations();
    assert!(operations.len() > 50, "{operations:?}");
    let mut missing = Vec::new();
    for way in &WAYS {
        let mut text = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(way.folder), &mut text);
        let had = run_in(&text);
        for operation in &operations {
            let excused = way
                .without
                .iter()
                .any(|(name, reason)| name == operation && !reason.is_empty());
            match (had.contains(operation), excused) {
                (false, false) => missing.push(format!("{operation} has no place in the {}", way.name)),
                (true, true) => missing.push(format!("{operation} is in the {} and excused from it", way.name)),
                _ => {}
            }
        }
        for (name, _) in way.without {
            assert!(operations.contains(*name), "{name} is no operation: it needs no excuse");
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// What is done with lines of JSON is no operation: where each other way does it.
const LINES: [(&str, [&str; 2]); 3] = [
    ("importUsers", ["bulk::import_line(", "bulk::import_line("]),
    ("exportUsers", ["bulk::export(", "bulk::begin_export("]),
    ("exportAuditEvents", ["audit::begin_export(", "audit::begin_export("]),
];

#[test]
fn so_is_what_is_done_with_lines() {
    let every: Vec<_> = admin::bulk::ALL.iter().map(|bulk| bulk.id).collect();
    assert_eq!(every, LINES.map(|(id, _)| id));
    for (at, way) in WAYS.iter().enumerate() {
        let mut text = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(way.folder), &mut text);
        for (id, calls) in LINES {
            assert!(text.contains(calls[at]), "{id} has no place in the {}", way.name);
        }
    }
}

#[test]
fn what_a_text_runs_is_read_from_it() {
    let text = "server.run::<users::List>(x); admin::run::<clients::Update>(a)\nserver.all::<api_keys::List, _>(y); Vec::<u8>::new()";
    let found: Vec<_> = run_in(text).into_iter().collect();
    assert_eq!(found, ["api_keys::List", "clients::Update", "users::List"]);
    assert!(run_in("users::List").is_empty(), "naming is not running");
}
