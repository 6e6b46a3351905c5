//! A real mail server: aiosmtpd of PyPI.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};

use crate::clients::program;
use crate::harness::app::Options;

/// Who we are to it, where it wants to know.
pub const LOGIN: (&str, &str) = ("passgate", "a secret of ours");

/// A running mail server; it ends with the test.
pub struct MailServer {
    port: u16,
    security: &'static str,
    folder: tempfile::TempDir,
    taken: Receiver<Value>,
    process: Child,
}

impl MailServer {
    /// Starts one; `None` where there is no Python for it. `more` are members of its `SITUATION`.
    pub fn start(security: &'static str, more: Value) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut what = json!({ "folder": folder.path(), "security": security });
        for (name, value) in more.as_object().unwrap() {
            what[name] = value.clone();
        }
        let mut process = program::python_server("smtp_server.py", &what)?;
        let (sender, taken) = mpsc::channel();
        let output = process.stdout.take().unwrap();
        std::thread::spawn(move || read(output, &sender));
        let first = taken.recv_timeout(Duration::from_secs(60)).expect("it says its port");
        Some(Self {
            port: first["port"].as_u64().unwrap().try_into().unwrap(),
            security,
            folder,
            taken,
            process,
        })
    }

    /// One that asks for a login.
    pub fn with_login(security: &'static str) -> Option<Self> {
        Self::start(security, json!({ "username": LOGIN.0, "password": LOGIN.1 }))
    }

    /// The certificate that signed its own.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// The settings that lead to it.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("PASSGATE_MAIL__TRANSPORT", "smtp".into()),
            ("PASSGATE_MAIL__FROM", "Acme <id@acme.example>".into()),
            // Where a name leads to two addresses the first one does not answer; the certificate is for both forms.
            ("PASSGATE_MAIL__SMTP_HOST", "127.0.0.1".into()),
            ("PASSGATE_MAIL__SMTP_PORT", self.port.to_string()),
            ("PASSGATE_MAIL__SMTP_SECURITY", self.security.into()),
            (
                "PASSGATE_MAIL__SMTP_TRUSTED_FILE",
                self.authority().to_string_lossy().into_owned(),
            ),
        ]
    }

    /// The same for a server of ours.
    pub fn options(&self, database_url: &str) -> Options {
        let mut options = Options::new(Some(database_url));
        for (name, value) in self.variables() {
            options = options.with(name, &value);
        }
        options
    }

    /// The next mail that it takes.
    pub fn next(&self) -> Value {
        self.taken.recv_timeout(Duration::from_secs(60)).expect("a mail comes")
    }

    /// Whether it has taken nothing more.
    pub fn is_idle(&self) -> bool {
        self.taken.try_recv().is_err()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn read(output: ChildStdout, sender: &mpsc::Sender<Value>) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
            return;
        }
    }
}

/// The decoded parts of a message as it went over the wire: headers, text, HTML.
pub fn headers(content: &str) -> Vec<(String, String)> {
    let (head, _) = content.split_once("\r\n\r\n").unwrap();
    head.replace("\r\n ", " ")
        .split("\r\n")
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect()
}
