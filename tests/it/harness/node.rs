//! A node in a process of its own: killed without warning and started again, alone or beside others of its installation.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;

use tokio::sync::oneshot;

use super::browser::Browser;
use super::command_line::Installation;
use super::port::Port;
use super::relying_party::RelyingParty;

/// One process that serves an installation.
pub struct Node {
    installation: Arc<Installation>,
    /// Where it listens.
    pub address: String,
    /// The one-time link of the last start's banner.
    pub setup_link: Option<String>,
    elsewhere: Option<Port>,
    child: Option<Child>,
}

impl Node {
    /// The node that listens where the issuer is; it is not started yet.
    pub fn first(installation: &Arc<Installation>) -> Self {
        Self {
            installation: Arc::clone(installation),
            address: installation.url(""),
            setup_link: None,
            elsewhere: None,
            child: None,
        }
    }

    /// Another node, elsewhere.
    pub fn another(installation: &Arc<Installation>) -> Self {
        let port = Port::free();
        let mut node = Self::first(installation);
        node.address = format!("http://localhost:{port}");
        node.elsewhere = Some(port);
        node
    }

    /// Starts it and waits until it listens.
    pub async fn start(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut child = self
            .installation
            .command(&["serve"])
            .envs((self.elsewhere.iter()).map(|port| ("PASSGATE_LISTEN", format!("127.0.0.1:{port}"))))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        self.child = Some(child);
        let (ready, banner) = oneshot::channel();
        std::thread::spawn(move || {
            let (mut link, mut ready) = (None, Some(ready));
            // Read to its end, so that the node never waits for a reader.
            for line in output.lines().map_while(Result::ok) {
                if let Some(address) = line.trim().strip_prefix("First step") {
                    link = Some(address.trim().to_owned());
                }
                if line.trim().starts_with("Listening")
                    && let Some(ready) = ready.take()
                {
                    // Nobody waits any more when the test has failed.
                    let _ = ready.send(link.take());
                }
            }
        });
        match banner.await {
            Ok(link) => self.setup_link = link,
            Err(_) => panic!("the node does not start: {}", self.log()),
        }
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
        Browser::at(&self.address).of(&self.installation.url(""))
    }

    /// An application that talks to this node.
    pub fn party(&self, client_id: &str, secret: &str) -> RelyingParty {
        let mut party = RelyingParty::at(&self.address, client_id);
        party.secret = Some(secret.to_owned());
        party
    }

    /// What the nodes of the installation logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> std::path::PathBuf {
        self.installation.folder.path().join("log")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}
