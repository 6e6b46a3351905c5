//! The program itself, as an operator runs it: a process, folders of its own, seeded through the command line.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::app::PASSWORD;
use crate::harness::browser::Browser;
use crate::harness::port::Port;
use crate::harness::relying_party::RelyingParty;

const PASSGATE: &str = env!("CARGO_BIN_EXE_passgate");

/// A running `passgate serve`. Killed when it is dropped.
pub struct Server {
    /// Its issuer.
    pub issuer: String,
    /// What it printed at the start.
    pub banner: String,
    variables: BTreeMap<String, String>,
    folder: tempfile::TempDir,
    _port: Port,
    process: Child,
}

impl Server {
    /// Starts it on empty folders and waits until it says that it is ready.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// The same with some settings, by the names of their variables.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = Port::free();
        let issuer = format!("http://localhost:{port}");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let mut variables: BTreeMap<_, _> = [
            ("PASSGATE_PUBLIC_URL", issuer.clone()),
            ("PASSGATE_LISTEN", format!("127.0.0.1:{port}")),
            ("PASSGATE_DATA_DIR", path("data")),
            ("PASSGATE_KEYS_DIR", path("keys")),
            ("PASSGATE_LOG__LEVEL", "warn".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let settings = settings.iter().copied();
        variables.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let mut process = passgate(folder.path(), &variables)
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let banner = banner(&mut process);
        Self {
            issuer,
            banner,
            variables,
            folder,
            _port: port,
            process,
        }
    }

    /// A command for programs: what it answers as JSON. `input` is its standard input.
    pub fn command(&self, arguments: &[&str], input: &str) -> Value {
        let mut process = passgate(self.folder.path(), &self.variables)
            .args(arguments)
            .arg("--json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "passgate {arguments:?}: {problem}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Registers an application: the answer of `passgate client create`.
    pub fn client(&self, id: &str, redirect_uri: &str, more: &[&str]) -> Value {
        let mut arguments = vec![
            "client",
            "create",
            "--id",
            id,
            "--name",
            id,
            "--redirect-uri",
            redirect_uri,
        ];
        arguments.extend(more);
        self.command(&arguments, "")
    }

    /// Makes the account of `ada@example.com` with a role and a plan of her own; gives its `sub`.
    pub fn ada(&self) -> String {
        self.command(&["role", "create", "editor"], "");
        self.command(&["plan", "create", "team"], "");
        let arguments = [
            "user",
            "create",
            "--email",
            "ada@example.com",
            "--password-stdin",
            "--email-verified",
            "--name",
            "Ada Lovelace",
            "--role",
            "editor",
            "--plan",
            "team",
        ];
        self.command(&arguments, PASSWORD)["sub"].as_str().unwrap().to_owned()
    }

    /// The variables that make another `passgate` work on the same installation.
    pub fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// Where captured mail lies.
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("data/mail")
    }

    /// Where captured texts lie.
    pub fn text_folder(&self) -> PathBuf {
        self.folder.path().join("data/sms")
    }

    /// What another program needs to run commands of the same installation.
    pub fn command_line(&self) -> Value {
        json!({ "program": PASSGATE, "variables": self.variables, "folder": self.folder.path() })
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.issuer)
    }

    /// The application behind a public client.
    pub fn party(&self, client_id: &str) -> RelyingParty {
        RelyingParty::at(&self.issuer, client_id)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_gone = self.process.kill();
        self.process.wait().unwrap();
    }
}

/// The program, with these settings and no other: not those of the folder of the sources, nor of whoever runs the tests.
fn passgate(folder: &Path, variables: &BTreeMap<String, String>) -> Command {
    let mut command = Command::new(PASSGATE);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PASSGATE_") {
            command.env_remove(name);
        }
    }
    command.envs(variables);
    command
}

/// Everything up to the last line of the banner. What comes after it is read on, so that the server never waits for us.
fn banner(process: &mut Child) -> String {
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        while !text.contains("Listening") && output.read_line(&mut text).is_ok_and(|length| length > 0) {}
        sender.send(text).unwrap();
        let _end = output.read_to_end(&mut Vec::new());
    });
    let banner = receiver
        .recv_timeout(Duration::from_secs(60))
        .expect("the server says that it is ready");
    assert!(banner.contains("is ready"), "the server stopped: {banner}");
    banner
}
