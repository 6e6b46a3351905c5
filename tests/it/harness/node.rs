//! A node as its operator runs it: the real binary in a process of its own, killed without warning and started again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::oneshot;

use super::browser::Browser;
use super::relying_party::RelyingParty;

/// Folders, settings and database that the nodes of one installation share.
pub struct Installation {
    folder: tempfile::TempDir,
    variables: BTreeMap<String, String>,
    issuer: String,
    first_port: u16,
    http: reqwest::Client,
}

impl Installation {
    /// On an embedded database of its own unless a URL is given; `extra` settings come on top.
    pub fn new(database_url: Option<&str>, extra: &[(&str, &str)]) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let first_port = steady_port();
        let issuer = format!("http://localhost:{first_port}");
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let (data, keys) = (text(folder.path().join("data")), text(folder.path().join("keys")));
        let mut variables: BTreeMap<String, String> = [
            ("PASSGATE_PUBLIC_URL", issuer.as_str()),
            ("PASSGATE_DATA_DIR", &data),
            ("PASSGATE_KEYS_DIR", &keys),
            ("PASSGATE_LIMITS__ENABLED", "false"),
            // Cheap hashes: what the cost is about is tested where it is.
            ("PASSGATE_PASSWORDS__MEMORY_KIB", "64"),
            ("PASSGATE_PASSWORDS__ITERATIONS", "1"),
            ("PASSGATE_PASSWORDS__QUEUE", "1000"),
            ("PASSGATE_LOG__LEVEL", "warn"),
        ]
        .into_iter()
        .chain(database_url.map(|url| ("PASSGATE_DATABASE_URL", url)))
        .chain(extra.iter().copied())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        // Where a crash of the binary says what happened.
        variables.insert("RUST_BACKTRACE".into(), "1".into());
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(20))
            .no_proxy()
            .build()
            .unwrap();
        Arc::new(Self {
            folder,
            variables,
            issuer,
            first_port,
            http,
        })
    }

    /// Runs a command of the command line with `--json`; gives whether it succeeded, and its answer.
    pub fn command(&self, arguments: &[&str], input: &str) -> (bool, Value) {
        let mut child = self
            .binary(arguments)
            .arg("--json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let answer = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&output.stderr).into_owned()));
        (output.status.success(), answer)
    }

    /// A node that is not started yet: the first one listens where the issuer is, others elsewhere.
    pub fn node(self: &Arc<Self>, first: bool) -> Node {
        let port = if first { self.first_port } else { steady_port() };
        Node {
            installation: Arc::clone(self),
            address: format!("http://localhost:{port}"),
            port,
            child: None,
            setup_link: None,
        }
    }

    /// Where captured mail lies.
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("data/mail")
    }

    /// The embedded database.
    pub fn database_file(&self) -> PathBuf {
        self.folder.path().join("data/passgate.db")
    }

    /// What the nodes logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn binary(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_passgate"));
        command
            .args(arguments)
            .env_clear()
            .envs(&self.variables)
            .current_dir(self.folder.path());
        command
    }
}

/// One process that serves.
pub struct Node {
    installation: Arc<Installation>,
    /// Where it listens.
    pub address: String,
    /// The one-time link of the last start's banner.
    pub setup_link: Option<String>,
    port: u16,
    child: Option<Child>,
}

impl Node {
    /// Starts it and waits until it listens.
    pub async fn start(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.installation.folder.path().join("log"))
            .unwrap();
        let mut child = self
            .installation
            .binary(&["serve"])
            .env("PASSGATE_LISTEN", format!("127.0.0.1:{}", self.port))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        self.child = Some(child);
        let (sender, ready) = oneshot::channel();
        let link = Arc::new(Mutex::new(None));
        let found = Arc::clone(&link);
        std::thread::spawn(move || {
            let mut sender = Some(sender);
            // Read to its end, so that the node never waits for a reader.
            for line in output.lines().map_while(Result::ok) {
                if let Some(address) = line.trim().strip_prefix("First step") {
                    *found.lock().unwrap() = Some(address.trim().to_owned());
                }
                if line.trim().starts_with("Listening")
                    && let Some(sender) = sender.take()
                {
                    let _ = sender.send(());
                }
            }
        });
        let started = ready.await.is_ok();
        assert!(started, "the node does not start: {}", self.installation.log());
        self.setup_link = link.lock().unwrap().take();
    }

    /// Ends the process on the spot, as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// A new browser at this node.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.installation.http, &self.address, &self.installation.issuer)
    }

    /// An application that talks to this node.
    pub fn party(&self, client_id: &str, secret: Option<&str>) -> RelyingParty {
        RelyingParty::at(&self.installation.http, &self.address, client_id, secret)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A free port that stays free while its node is dead: below those that the system gives to outgoing connections.
fn steady_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).unwrap();
    (0..10_000)
        .map(|_| 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000)
        .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
