//! The documentation, walked as it is written: every block of a page is typed, compared or read by a program here, or says in
//! a comment why it is not. The comments, each on a line of its own and unseen by readers:
//!
//! - `<!-- walk: NAME -->`: what the sentences before it say is done in a browser, by the step of that name in
//!   `tests/clients/docs.mjs`. What they print in bold is what it presses and fills, what they print as code is what it types.
//! - `<!-- terminal: NAME -->`: what follows in this section is typed in another terminal, or on another machine.
//! - `<!-- key: Ctrl-C -->`: the server of that terminal is stopped.
//! - `<!-- file: NAME -->`, `<!-- exit: CODE -->`, `<!-- repeat: REASON -->`, `<!-- not walked: REASON -->`: about the block
//!   that follows. It is the content of a file, its last command ends with a code, it is typed until what the page shows is
//!   there, or it is left out.
//!
//! `sh` is typed, in bash. `text` or `json` behind it is what it prints, with `…` for what varies. Where a command has `pgx_…`
//! its reader copies what begins so from above, and so does the walk. `toml` and `env` are settings. Ports, the addresses of
//! examples and words in capitals are put in as `stage.rs` says; the rest is as it stands.

mod page;
mod stage;
mod terminal;
mod walk;

use std::fs;
use std::path::Path;

use page::{Page, What};

/// What the reader of most pages has: a server that runs, two applications, people, and an administrator.
const LIVED_IN: &[&str] = &[
    "systemctl start passgate",
    "passgate role create editor --permission posts:write",
    "passgate plan create pro --feature export",
    "passgate user create --email root@example.com --email-verified --role admin --password-stdin <<< 'correct horse battery'",
    "passgate user create --email ada@example.com --email-verified --role editor --plan pro --password-stdin <<< 'correct horse battery'",
    "passgate user create --email grace@example.com --password-stdin <<< 'correct horse battery'",
    "passgate client create --id web --name Web --redirect-uri https://app.example/cb",
];

/// One test for each page: what its reader did before, and what they put where it has a word in capitals.
macro_rules! walks {
    ($($name:ident: $page:literal after [$($before:expr),*], with $words:expr;)*) => {
        const WALKED: &[&str] = &[$($page),*];

        $(#[test]
        fn $name() {
            walk::walk($page, &[$($before),*], $words);
        })*
    };
}

/// The chain of events has begun.
const SEALED: &[&str] = &["until passgate audit verify --json | grep -q '\"unsealed\":0'; do sleep 0.1; done"];

/// An application asked wrongly.
const FAILED: &[&str] = &[
    "curl -so page.html 'http://localhost:8080/oauth2/authorize?client_id=web&response_type=code&scope=openid\
     &redirect_uri=https://app.example/cb/' || true",
];

/// What other systems gave out.
const IMPORTER: &[&str] = &[
    "passgate user delete ada@example.com",
    "cat > hash-config.txt <<'END'
hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}
END",
    r#"cat > auth0-export.json <<'END'
{"email": "auth0@example.com", "email_verified": true, "name": "Mary", "passwordHash": "$2b$10$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"}
{"phone_number": "+14155550123"}
END"#,
    r#"cat > users.csv <<'END'
id,first_name,last_name,primary_email_address,verified_email_addresses,unverified_email_addresses,primary_phone_number,password_digest,password_hasher
user_1,Mary,Somerville,clerk@example.com,clerk@example.com,,,$2a$10$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW,bcrypt
user_2,,,,,,+14155550123,,
END"#,
];

const OPERATOR: &[(&str, &str)] = &[
    ("PERSON", "grace@example.com"),
    ("CLIENT", "web"),
    ("DATE", "$(date +%F)"),
];

/// What stands in the answer of `passgate audit verify`.
const AUDITOR: &[(&str, &str)] = &[
    (
        "SUB",
        r#"$(passgate user show ada@example.com --json | sed 's/.*"sub":"\([^"]*\)".*/\1/')"#,
    ),
    (
        "SEQ",
        r#"$(passgate audit verify --json | sed 's/.*"last":\([0-9]*\).*/\1/')"#,
    ),
    (
        "HASH",
        r#"$(passgate audit verify --json | sed 's/.*"hash":"\([^"]*\)".*/\1/')"#,
    ),
    (
        "KEY",
        r#"$(passgate audit verify --json | sed 's/.*"public_key":"\([^"]*\)".*/\1/')"#,
    ),
];

walks! {
    first_day: "docs/first-day.md" after [], with &[];
    first_day_zh_hans: "docs/first-day.zh-Hans.md" after [], with &[];
    readme: "README.md" after [], with &[];
    operations: "docs/operations.md" after [LIVED_IN], with OPERATOR;
    operations_zh_hans: "docs/operations.zh-Hans.md" after [LIVED_IN], with OPERATOR;
    roles_and_plans: "docs/roles-and-plans.md" after [], with &[];
    roles_and_plans_zh_hans: "docs/roles-and-plans.zh-Hans.md" after [], with &[];
    command_line: "docs/command-line.md" after [LIVED_IN], with &[];
    command_line_zh_hans: "docs/command-line.zh-Hans.md" after [LIVED_IN], with &[];
    rest_api: "docs/rest-api.md" after [LIVED_IN], with &[];
    rest_api_zh_hans: "docs/rest-api.zh-Hans.md" after [LIVED_IN], with &[];
    audit: "docs/audit.md" after [LIVED_IN, SEALED], with AUDITOR;
    audit_zh_hans: "docs/audit.zh-Hans.md" after [LIVED_IN, SEALED], with AUDITOR;
    troubleshooting: "docs/troubleshooting.md" after [LIVED_IN, FAILED], with &[];
    troubleshooting_zh_hans: "docs/troubleshooting.zh-Hans.md" after [LIVED_IN, FAILED], with &[];
    applications: "docs/applications.md" after [LIVED_IN], with &[];
    headless: "docs/headless.md" after [LIVED_IN], with &[];
    importing_users: "docs/importing-users.md" after [LIVED_IN, IMPORTER], with &[];
    console: "docs/console.md" after [LIVED_IN], with &[];
    console_zh_hans: "docs/console.zh-Hans.md" after [LIVED_IN], with &[];
    settings: "docs/settings.md" after [LIVED_IN], with &[];
}

/// Pages without a block for their reader to type.
const NOT_WALKED: &[(&str, &str)] = &[
    (
        "docs/adding-a-factor.md",
        "Rust for whoever changes Passgate; the compiler reads it where it is real",
    ),
    (
        "docs/benchmarks.md",
        "measures for minutes, on a machine that does nothing else",
    ),
];

/// Every page of the repository.
fn pages() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &str| {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let pages = paths.filter(|name| name.ends_with(".md"));
        pages.map(|name| format!("{folder}/{name}")).collect::<Vec<_>>()
    };
    let mut all = vec!["README.md".to_owned()];
    all.extend(files("docs"));
    all.extend(files("docs/decisions"));
    all.sort();
    all
}

fn has_blocks(page: &Page) -> bool {
    page.steps.iter().any(|step| matches!(step.what, What::Block(_)))
}

#[test]
fn every_page_with_a_block_is_walked() {
    for name in pages().iter().filter(|name| has_blocks(&page::read(name))) {
        let excused = NOT_WALKED.iter().any(|(page, _)| page == name);
        assert_ne!(
            WALKED.contains(&name.as_str()),
            excused,
            "{name}: either it is walked or there is a reason"
        );
    }
    for name in WALKED.iter().chain(NOT_WALKED.iter().map(|(name, _)| name)) {
        assert!(pages().iter().any(|page| page == name), "there is no {name}");
    }
}

#[test]
fn both_languages_of_a_page_say_to_type_the_same() {
    let mut pairs = 0;
    for chinese in pages() {
        let Some(stem) = chinese.strip_suffix(".zh-Hans.md") else {
            continue;
        };
        let english = page::read(&format!("{stem}.md"));
        let chinese = page::read(&chinese);
        let steps = |page: &Page| -> Vec<_> {
            let steps = page.steps.iter();
            steps
                .filter_map(|step| Some((step.line, page::essence(step)?)))
                .collect()
        };
        let (here, there) = (steps(&english), steps(&chinese));
        for ((line, one), (other_line, other)) in here.iter().zip(&there) {
            assert_eq!(one, other, "{}:{line} and {}:{other_line}", english.name, chinese.name);
        }
        assert_eq!(
            here.len(),
            there.len(),
            "{}: one language has more blocks",
            english.name
        );
        pairs += 1;
    }
    assert!(pairs > 0);
}
