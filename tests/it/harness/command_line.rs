//! The binary as an operator runs it, in a folder of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::port::Port;

/// An installation in a folder.
pub struct Installation {
    /// The folder.
    pub folder: tempfile::TempDir,
    /// Variables besides the usual ones.
    pub variables: Vec<(String, String)>,
    port: Port,
}

/// What a command did.
#[derive(Debug)]
pub struct Done {
    /// Its exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Done {
    /// Standard output as JSON, of a command that went well.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Installation {
    /// An empty folder and a free port.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
            port: Port::free(),
        }
    }

    /// Sets a variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where it is served.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(env!("CARGO_BIN_EXE_passgate"));
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PASSGATE_PUBLIC_URL", self.url(""))
            .env("PASSGATE_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("PASSGATE_DATA_DIR", folder.join("data"))
            .env("PASSGATE_KEYS_DIR", folder.join("keys"))
            .env("PASSGATE_LIMITS__ENABLED", "false")
            .env("PASSGATE_PASSWORDS__MEMORY_KIB", "64")
            .env("PASSGATE_PASSWORDS__ITERATIONS", "1")
            .env("PASSGATE_LOG__LEVEL", "warn")
            .env("PASSGATE_SHUTDOWN_GRACE_SECONDS", "0")
            .envs(self.variables.iter().cloned());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Done {
        self.run_with(arguments, "")
    }

    /// Runs a command that reads standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Done {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Starts the server and waits until it says that it listens; gives it and its first lines.
    pub fn serve(&self) -> (Served, String) {
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut banner = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !banner.contains("Listening") {
            assert_ne!(lines.read_line(&mut banner).unwrap(), 0, "the server ended: {banner}");
        }
        (Served(child), banner)
    }
}

/// A running server; it is killed when the test ends.
pub struct Served(Child);

impl Served {
    /// Tells it to stop, as a service manager does.
    pub fn terminate(&self) {
        let status = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Waits for its end; gives its exit code.
    pub fn wait(&mut self) -> Option<i32> {
        self.0.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
