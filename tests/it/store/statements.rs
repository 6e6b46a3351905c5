//! Every statement of the store is known, is taken by both engines as it stands, and keeps the rule of single use.

use std::fs;
use std::path::{Path, PathBuf};

use passgate::store::statements;

use crate::harness::database::on_every_engine;

on_every_engine! {
    async fn every_statement_is_taken_as_it_stands(database) {
        for statement in statements() {
            if let Err(error) = database.db.prepare(statement).await {
                panic!("{} refuses: {error}\n{statement}", database.engine);
            }
        }
    }

    async fn a_wrong_statement_would_be_noticed(database) {
        database.db.prepare("SELECT missing FROM nowhere").await.unwrap_err();
    }
}

/// The table files and what they hold.
fn sources() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("macros.rs"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The third argument of a call, whose opening parenthesis has been read.
fn third_argument(call: &str) -> &str {
    let (mut depth, mut commas, mut start) = (0, 0, 0);
    for (at, c) in call.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' if depth == 0 => return if commas == 2 { call[start..at].trim() } else { "" },
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 && commas == 2 => return call[start..at].trim(),
            ',' if depth == 0 => (commas, start) = (commas + 1, at + 1),
            _ => {}
        }
    }
    ""
}

/// `statements()` can only prepare what it knows: every text is a constant of `statements!`, and every file's list is in it.
#[test]
fn no_statement_is_missing_from_the_list() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/mod.rs")).unwrap();
    for (path, source) in sources() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let code: String = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        if code.contains("statements! {") {
            assert!(
                map.contains(&format!("{name}::ALL")),
                "store::statements() does not list {name}::ALL"
            );
        }
        for call in code.split("sql!(").skip(1) {
            let text = third_argument(call);
            let constant = !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
            // The cleaner and the invariants go through tables of their own constants.
            assert!(
                constant || text == "statement",
                "{}: `{text}` is no constant of statements!",
                path.display()
            );
        }
    }
    assert!(
        statements().count() >= map.matches("::ALL").count(),
        "suspiciously few statements"
    );
}

#[test]
fn only_consume_once_writes_consumed_at() {
    for statement in statements() {
        let folded = statement
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase();
        let consuming = folded.contains("set consumed_at = $2 where")
            && folded.contains("= $1 and consumed_at is null and expires_at > $2 returning ");
        let assigned = folded.contains("consumed_at =") || folded.contains("consumed_at=");
        assert!(
            !assigned || consuming,
            "writes consumed_at by another way than consume_once!:\n{statement}"
        );
        if let Some(columns) = folded
            .strip_prefix("insert into ")
            .and_then(|rest| rest.split(" values").next())
        {
            assert!(!columns.contains("consumed_at"), "inserts consumed_at:\n{statement}");
        }
    }
}
