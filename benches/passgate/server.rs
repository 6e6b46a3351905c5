//! The release binary as a process of its own.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::http::Connection;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_passgate");

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where an installation lives and how it is started.
pub struct Installation {
    folder: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
    /// The environment of the server.
    pub variables: HashMap<String, String>,
}

impl Installation {
    /// An installation in an empty folder. `database_url` is that of PostgreSQL; `None` is the embedded file.
    pub fn new(folder: &Path, database_url: Option<&str>) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let text = |name: &str| folder.join(name).display().to_string();
        let mut variables = HashMap::from([
            ("PASSGATE_PUBLIC_URL".to_owned(), format!("http://localhost:{port}")),
            ("PASSGATE_LISTEN".to_owned(), format!("127.0.0.1:{port}")),
            ("PASSGATE_DATA_DIR".to_owned(), text("data")),
            ("PASSGATE_KEYS_DIR".to_owned(), text("keys")),
            ("PASSGATE_LIMITS__ENABLED".to_owned(), "false".to_owned()),
        ]);
        if let Some(url) = database_url {
            variables.insert("PASSGATE_DATABASE_URL".to_owned(), url.to_owned());
        }
        Ok(Self {
            folder: folder.to_owned(),
            address: (Ipv4Addr::LOCALHOST, port).into(),
            variables,
        })
    }

    /// The embedded database.
    pub fn sqlite_file(&self) -> PathBuf {
        self.folder.join("data/passgate.db")
    }

    /// Starts the server and waits for its first good answer; gives how long that took, in milliseconds.
    pub async fn start(&self) -> Result<(Server, f64), Failure> {
        let log = self.folder.join("log");
        let output = std::fs::File::create(&log)?;
        let begun = Instant::now();
        let child = Command::new(BINARY)
            .arg("serve")
            .current_dir(&self.folder)
            .envs(&self.variables)
            .env_remove("PASSGATE_MASTER_KEY")
            .env_remove("PASSGATE_MASTER_KEY_FILE")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let mut server = Server { child };
        let request = b"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\n\r\n";
        loop {
            let mut connection = Connection::to(self.address);
            if connection.send(request).await.is_ok_and(|answer| answer.status == 200) {
                return Ok((server, begun.elapsed().as_secs_f64() * 1e3));
            }
            if server.child.try_wait()?.is_some() || begun.elapsed() > PATIENCE {
                return Err(format!("the server does not start:\n{}", std::fs::read_to_string(&log)?).into());
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
    }
}

/// A running server.
pub struct Server {
    child: Child,
}

impl Server {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop and waits until it has.
    pub fn stop(mut self) -> Result<(), Failure> {
        Command::new("kill").args(["-TERM", &self.pid().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` there is nothing left to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
