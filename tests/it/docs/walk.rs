//! Walks a page: types what it says to type, goes where it says to go, and compares what it shows with what is seen.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

use passgate::settings::Settings;
use serde_json::json;

use super::page::{self, Block, Page, Told, What};
use super::stage::Stage;
use super::terminal::{Said, Terminal};
use crate::clients::program;

/// Whoever goes.
pub struct Walk {
    page: Page,
    /// Before the stage: what runs in them is stopped by programs that lie there.
    terminals: BTreeMap<String, Terminal>,
    stage: Stage,
    at: String,
    /// Everything that was printed and seen so far.
    seen: String,
    /// What the commands of the last block printed.
    last: Option<String>,
    /// The last text that was shown and not printed by a command: an address to open.
    shown: Option<String>,
    /// Words of the page in the place of which others are typed.
    words: Vec<(&'static str, String)>,
}

/// Walks a page from its beginning. `before` is what its reader has done before, `words` what they put where the page has a
/// word in capitals.
pub fn walk(name: &str, before: &[&[&str]], words: &[(&'static str, &str)]) {
    let page = page::read(name);
    let speaks_of_postgres = page.steps.iter().any(|step| match &step.what {
        What::Block(block) => block.language == "sh" && needs_postgres(&block.text()),
        _ => false,
    });
    let mut walk = Walk {
        stage: Stage::set(speaks_of_postgres),
        page,
        terminals: BTreeMap::new(),
        at: "here".to_owned(),
        seen: String::new(),
        last: None,
        shown: None,
        words: words.iter().map(|(word, here)| (*word, (*here).to_owned())).collect(),
    };
    for command in before.iter().copied().flatten() {
        let command = walk.stage.staged(command);
        let said = walk.perform(&command);
        assert_eq!(said.code, 0, "before {name}: {command}\n{}", said.text);
    }
    walk.go();
}

fn needs_postgres(text: &str) -> bool {
    ["DBHOST", "pg_dump", "pg_restore", "createdb"]
        .iter()
        .any(|word| text.contains(word))
}

/// What a block needs and this machine does not have.
fn missing(block: &Block, stage: &Stage) -> Option<&'static str> {
    let text = block.text();
    if block.language != "sh" || block.excuse.is_some() {
        return None;
    }
    if needs_postgres(&text) && !stage.has_postgres() {
        return Some("PostgreSQL");
    }
    let mut programs = ["curl", "jq", "python3"].into_iter();
    programs.find(|program| {
        let calls = text
            .split_whitespace()
            .any(|word| word.trim_start_matches("$(") == *program);
        calls && program::on_path(&[*program]).is_err()
    })
}

impl Walk {
    fn go(&mut self) {
        let steps = std::mem::take(&mut self.page.steps);
        let mut next_section = false;
        for (at, step) in steps.iter().enumerate() {
            let place = format!("{}:{}", self.page.name, step.line);
            match &step.what {
                What::Heading => {
                    next_section = false;
                    (self.last, self.shown) = (None, None);
                    self.at = "here".to_owned();
                }
                _ if next_section => {}
                What::Terminal(name) => self.at = name.clone(),
                What::Stop => {
                    let said = self.terminal().interrupt();
                    assert_eq!(said.code, 0, "{place}: Ctrl-C");
                }
                What::Browser { name, told } => {
                    if !self.browse(&place, name, told) {
                        return;
                    }
                }
                What::Block(block) => {
                    if let Some(program) = missing(block, &self.stage) {
                        aloud(&format!("{place} and the rest of its section: {program} is missing"));
                        next_section = true;
                        continue;
                    }
                    let next = steps.get(at + 1).map(|step| &step.what);
                    match (block.language.as_str(), next) {
                        ("text", Some(What::Browser { .. })) if self.last.is_none() => {
                            self.shown = Some(self.stage.staged(&block.text()));
                        }
                        ("sh", Some(What::Block(shown))) if block.repeats => {
                            self.until_it_shows(&place, step.line, block, &shown.text());
                        }
                        _ => self.block(&place, step.line, block),
                    }
                }
            }
        }
    }

    /// Types a block as often as it takes; what does not show in the end is found when it is compared.
    #[expect(clippy::disallowed_methods, reason = "what is shown comes from another process")]
    fn until_it_shows(&mut self, place: &str, line: usize, block: &Block, shown: &str) {
        for _ in 0..100 {
            self.block(place, line, block);
            if is_like_lines(&self.stage.staged(shown), self.last.as_deref().unwrap_or_default()) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }

    fn block(&mut self, place: &str, line: usize, block: &Block) {
        let printed = self.last.take();
        if block.excuse.is_some() {
            return;
        }
        if let Some(file) = &block.file {
            let path = self.stage.path("here").join(file);
            fs::write(path, self.stage.staged(&block.text()) + "\n").unwrap();
            return;
        }
        match (block.language.as_str(), printed) {
            ("sh", _) => {
                let mut text = String::new();
                let commands = page::commands(block);
                let end = commands.len();
                for (at, (offset, command)) in commands.into_iter().enumerate() {
                    let place = format!("{}:{}", self.page.name, line + 1 + offset);
                    let typed = self.filled(&place, &command);
                    let said = self.perform(&typed);
                    let due = if at + 1 == end { block.exit } else { 0 };
                    assert_eq!(said.code, due, "{place}: exit code of {typed}\n{}", said.text);
                    text.push_str(&said.text);
                }
                self.last = Some(text);
            }
            ("text", Some(printed)) => {
                let due = self.stage.staged(&block.text());
                assert!(
                    is_like_lines(&due, &printed),
                    "{place}: the page shows\n{due}\nbut this came:\n{printed}"
                );
            }
            ("json", Some(printed)) => {
                let bare = |text: &str| text.split_whitespace().collect::<String>();
                let due = self.stage.staged(&block.text());
                assert!(
                    is_like(&bare(&due), &bare(&printed)),
                    "{place}: the page shows\n{due}\nbut this came:\n{printed}"
                );
            }
            ("json", None) => {
                let parsed: Result<serde_json::Value, _> = serde_json::from_str(&block.text());
                assert!(parsed.is_ok(), "{place}: {parsed:?}");
            }
            ("toml", _) => {
                let path = self.stage.path("scratch/settings.toml");
                fs::write(&path, block.text()).unwrap();
                self.settings(place, Settings::load(Some(&path), std::iter::empty()).err());
            }
            ("env", _) => {
                let secret = self.stage.path("scratch/secret");
                fs::write(&secret, "secret").unwrap();
                let variables = block.lines.iter().map(|line| {
                    let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{place}: {line}"));
                    let value = value.trim_matches('"');
                    let value = value.replace("/run/secrets/smtp", secret.to_str().unwrap());
                    (name.to_owned(), value)
                });
                self.settings(place, Settings::load(None, variables).err());
            }
            (other, _) => panic!("{place}: a block of {other:?} that nobody walks needs <!-- not walked: a reason -->"),
        }
    }

    fn settings(&self, place: &str, problems: Option<impl std::fmt::Display>) {
        if let Some(problems) = problems {
            panic!("{place}: these settings are refused: {problems}");
        }
    }

    /// Types a command where the page is; one that serves goes on there.
    fn perform(&mut self, command: &str) -> Said {
        let serves = ["passgate", "passgate serve", "cargo run"].contains(&command.trim());
        let said = match serves {
            true => self.terminal().serve(&command.replace("cargo run", "passgate")),
            false => self.terminal().run(command),
        };
        self.seen.push_str(&said.text);
        said
    }

    fn terminal(&mut self) -> &mut Terminal {
        let opened = self.terminals.entry(self.at.clone());
        opened.or_insert_with(|| self.stage.terminal(&self.at))
    }

    /// A command as its reader types it: with what is here, and with what they copy from above where the page has `pgx_…`.
    fn filled(&self, place: &str, command: &str) -> String {
        let mut text = self.stage.staged(command);
        for (word, here) in &self.words {
            text = text.replace(word, here);
        }
        while let Some(at) = text.find('…') {
            let begins = text[..at]
                .rfind(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .map_or(0, |before| before + 1);
            let prefix = &text[begins..at];
            assert!(
                !prefix.is_empty(),
                "{place}: nobody knows what belongs in the place of … in {command}"
            );
            let found = self
                .seen
                .rfind(prefix)
                .unwrap_or_else(|| panic!("{place}: {prefix}… was not seen before"));
            let word: String = self.seen[found..]
                .chars()
                .take_while(|letter| letter.is_ascii_alphanumeric() || "_-.~".contains(*letter))
                .collect();
            text.replace_range(begins..at + '…'.len_utf8(), &word);
        }
        text
    }

    /// Does in a browser what the sentences before the comment say; false where there is none.
    fn browse(&mut self, place: &str, name: &str, told: &[Told]) -> bool {
        let locale = if self.page.name.contains("zh-Hans") {
            "zh-CN"
        } else {
            "en-US"
        };
        let told: Vec<_> = told
            .iter()
            .map(|told| match told {
                Told::Label(label) => json!({ "label": label }),
                Told::Value(value) => json!({ "value": self.stage.staged(value) }),
            })
            .collect();
        let what = json!({
            "issuer": self.stage.issuer(), "locale": locale, "place": place, "step": name, "told": told,
            "shown": self.shown.take(), "seen": self.seen,
        });
        let Some(said) = program::chromium_says("docs.mjs", what) else {
            aloud(&format!("{place} and the rest of the page: there is no browser"));
            return false;
        };
        self.seen.push_str(&said);
        true
    }
}

/// Past the test harness, which keeps back what passing tests print.
fn aloud(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "nothing is left out on CI: {what}");
    let line = format!("\nSKIPPED {what}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// Whether lines are as they are shown: a line of `…` alone stands for any number of them, `…` within one for anything there.
/// Empty lines and the width of columns do not count.
fn is_like_lines(due: &str, printed: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let words = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        words.filter(|line| !line.is_empty()).collect()
    };
    are_like(&lines(due), &lines(printed))
}

fn are_like(due: &[String], printed: &[String]) -> bool {
    match (due.split_first(), printed.split_first()) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some((line, rest)), _) if line == "…" => (0..=printed.len()).any(|at| are_like(rest, &printed[at..])),
        (Some(_), None) => false,
        (Some((line, rest)), Some((came, others))) => is_like(line, came) && are_like(rest, others),
    }
}

fn is_like(due: &str, came: &str) -> bool {
    match due.split_once('…') {
        None => due == came,
        Some((before, after)) => {
            let Some(rest) = came.strip_prefix(before) else {
                return false;
            };
            let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            ends.into_iter().any(|at| is_like(after, &rest[at..]))
        }
    }
}

#[test]
fn what_varies_is_left_open_and_nothing_else() {
    assert!(is_like_lines("A  B\n…\nkey …\n", "\nA B\nx\ny\nkey 12\n"));
    assert!(is_like_lines("a\n…", "a"));
    assert!(!is_like_lines("a", "a\nb"));
    assert!(!is_like_lines("a …\nc", "a b\nd"));
    assert!(is_like(
        "{\"a\":\"…\",…\"b\":1…}",
        "{\"a\":\"x\",\"c\":2,\"b\":1,\"d\":3}"
    ));
}
