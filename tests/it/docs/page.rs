//! A page of documentation as a reader meets it: blocks one after the other, and what a comment says about each.

use std::fs;
use std::path::Path;

/// What a page tells its reader to do or shows, in order.
#[derive(Debug)]
pub struct Page {
    /// Its path in the repository.
    pub name: String,
    /// What stands on it.
    pub steps: Vec<Step>,
}

/// One of it, with the number of its first line.
#[derive(Debug)]
pub struct Step {
    pub line: usize,
    pub what: What,
}

/// A block or a comment.
#[derive(Debug)]
pub enum What {
    /// A fenced block.
    Block(Block),
    /// `<!-- walk: … -->`: what the sentences before it say is done in a browser.
    Browser { name: String, told: Vec<Told> },
    /// `<!-- key: Ctrl-C -->`: the server of this terminal is stopped.
    Stop,
    /// `<!-- terminal: … -->`: what follows is typed there.
    Terminal(String),
    /// `## …`
    Heading,
}

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    /// The word behind the fence.
    pub language: String,
    /// Its lines, without those of the fence.
    pub lines: Vec<String>,
    /// Why nobody walks it: `<!-- not walked: … -->`.
    pub excuse: Option<String>,
    /// It is the content of a file: `<!-- file: … -->`.
    pub file: Option<String>,
    /// What it prints shows in a while, so its last command is typed again until then: `<!-- repeat: … -->`.
    pub repeats: bool,
    /// What its last command ends with: `<!-- exit: … -->`; 0 unless said.
    pub exit: i32,
}

impl Block {
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// A word of a sentence that is to be done: what the page prints in bold is on the screen, what it prints as code is typed.
#[derive(Debug, PartialEq)]
pub enum Told {
    Label(String),
    Value(String),
}

/// Reads a page of the repository.
pub fn read(name: &str) -> Page {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    parse(name, &text)
}

fn parse(name: &str, text: &str) -> Page {
    let mut steps = Vec::new();
    let mut remarks = Vec::new();
    let mut prose = String::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((line, content)) = lines.next() {
        if let Some(language) = content.trim_start().strip_prefix("```") {
            let mut block = Block {
                language: language.trim().to_owned(),
                lines: Vec::new(),
                excuse: None,
                file: None,
                repeats: false,
                exit: 0,
            };
            loop {
                let (_, inside) = lines
                    .next()
                    .unwrap_or_else(|| panic!("{name}:{line}: the block has no end"));
                if inside.trim_start().starts_with("```") {
                    break;
                }
                block.lines.push(inside.to_owned());
            }
            for (at, kind, said) in remarks.drain(..) {
                match kind {
                    "not walked" => block.excuse = Some(said),
                    "file" => block.file = Some(said),
                    "repeat" => block.repeats = true,
                    "exit" => block.exit = said.parse().unwrap(),
                    other => panic!("{name}:{at}: nobody knows what the comment {other:?} means"),
                }
            }
            prose.clear();
            steps.push(Step {
                line,
                what: What::Block(block),
            });
        } else if let Some(comment) = content.trim().strip_prefix("<!--") {
            let comment = comment.strip_suffix("-->");
            let (kind, said) = comment
                .and_then(|comment| comment.trim().split_once(": "))
                .unwrap_or_else(|| panic!("{name}:{line}: a comment is one line of the form <!-- kind: text -->"));
            let what = match kind {
                "walk" => What::Browser {
                    name: said.to_owned(),
                    told: told(&prose),
                },
                "key" => What::Stop,
                "terminal" => What::Terminal(said.to_owned()),
                _ => {
                    remarks.push((line, kind, said.to_owned()));
                    continue;
                }
            };
            prose.clear();
            steps.push(Step { line, what });
        } else if content.starts_with('#') {
            prose.clear();
            steps.push(Step {
                line,
                what: What::Heading,
            });
        } else {
            prose.push_str(content);
            prose.push('\n');
        }
    }
    assert!(remarks.is_empty(), "{name}: comments that belong to no block");
    Page {
        name: name.to_owned(),
        steps,
    }
}

/// The bold and the code of a text, in order.
fn told(prose: &str) -> Vec<Told> {
    let mut found = Vec::new();
    let mut rest = prose;
    while let Some(at) = rest.find(['*', '`']) {
        let here = &rest[at..];
        let mark = if here.starts_with("**") { "**" } else { &here[..1] };
        let inside = &here[mark.len()..];
        let Some(end) = inside.find(mark) else { break };
        let word = inside[..end].replace('\n', " ");
        match mark {
            "**" => found.push(Told::Label(word)),
            "`" => found.push(Told::Value(word)),
            _ => {}
        }
        rest = &inside[end + mark.len()..];
    }
    found
}

/// The whole commands of a block, each with the number of its first line within it.
pub fn commands(block: &Block) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in block.lines.iter().enumerate() {
        let (first, mut text) = open.take().unwrap_or((at, String::new()));
        text.push_str(line);
        if text.trim().is_empty() {
            continue;
        }
        if is_whole(&text) {
            found.push((first, text));
        } else {
            text.push('\n');
            open = Some((first, text));
        }
    }
    if let Some((at, text)) = open {
        panic!("line {at} of the block begins what never ends: {text}");
    }
    found
}

/// Whether a shell would run this, or wait for another line.
fn is_whole(text: &str) -> bool {
    if text.ends_with('\\') {
        return false;
    }
    let judged = std::process::Command::new("bash")
        .args(["-n", "-c", text])
        .output()
        .expect("bash");
    // A document that has no end yet is a warning.
    judged.status.success() && judged.stderr.is_empty()
}

/// What two languages of a page must have in common: a block without what is said in it for people, and each order.
pub fn essence(step: &Step) -> Option<String> {
    match &step.what {
        What::Heading => None,
        What::Block(block) => {
            let lines = block.lines.iter().map(|line| match block.language.as_str() {
                "sh" | "toml" => line
                    .split_once(" #")
                    .map_or(line.as_str(), |(before, _)| before)
                    .trim_end(),
                _ => line.as_str(),
            });
            let lines: Vec<_> = lines.filter(|line| !line.starts_with('#')).collect();
            Some(format!("```{}\n{}", block.language, lines.join("\n")))
        }
        What::Browser { name, told } => {
            let values = told.iter().filter(|told| matches!(told, Told::Value(_)));
            Some(format!("walk: {name} {:?}", values.collect::<Vec<_>>()))
        }
        other => Some(format!("{other:?}")),
    }
}

#[test]
fn a_page_is_read_as_it_is_meant() {
    let page = parse(
        "p",
        "# Head\nPress **Go on** and type `x`.\n<!-- walk: go -->\n<!-- exit: 2 -->\n```sh\na <<END\nb\nEND\nc \\\n  d # e\n```\n",
    );
    let [_, browser, block] = page.steps.as_slice() else {
        panic!("{page:?}")
    };
    assert_eq!((browser.line, block.line), (3, 5));
    let What::Browser { told, .. } = &browser.what else {
        panic!("{browser:?}")
    };
    assert_eq!(told, &[Told::Label("Go on".into()), Told::Value("x".into())]);
    let What::Block(block) = &block.what else {
        panic!("{block:?}")
    };
    assert_eq!((block.exit, block.language.as_str()), (2, "sh"));
    let starts: Vec<_> = commands(block).into_iter().map(|(at, _)| at).collect();
    assert_eq!(starts, [0, 3]);
}
