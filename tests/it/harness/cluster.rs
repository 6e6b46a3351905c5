//! A private PostgreSQL cluster, started from the installed binaries once per test process and gone with it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};

use super::port::Port;

/// A running cluster. Its standard-input pipe is what keeps it alive: the operating system closes the pipe when this process
/// ends, however it ends, and the watching shell then stops the server and removes its files.
pub struct Cluster {
    /// `postgres://…` without a database name at its end.
    pub base_url: String,
    home: PathBuf,
    orders: ChildStdin,
    _port: Port,
}

impl Cluster {
    /// Starts a cluster; `None` when PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let binaries = binaries()?;
        Some(
            Self::start_from(&binaries)
                .unwrap_or_else(|error| panic!("PostgreSQL is installed but does not start: {error}")),
        )
    }

    fn start_from(binaries: &Path) -> io::Result<Self> {
        let home = tempfile::Builder::new().prefix("passgate-pg-").tempdir()?.keep();
        let data = home.join("data");
        let user = unprivileged_user(&home)?;
        if let Some((uid, gid)) = user {
            chown(&home, Some(uid), Some(gid))?;
        }
        fs::set_permissions(&home, fs::Permissions::from_mode(0o700))?;
        let run_as = |command: &mut Command| {
            command.current_dir("/");
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
        };

        let mut initdb = Command::new(binaries.join("initdb"));
        initdb
            .arg("-D")
            .arg(&data)
            .args(["-U", "passgate", "-A", "trust", "-N", "-E", "UTF8", "--no-locale"]);
        run_as(&mut initdb);
        let made = initdb.stdin(Stdio::null()).output()?;
        if !made.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&made.stderr).into_owned()));
        }

        let port = Port::free();
        // It takes a signal's name as the order to stop the server, an empty line as the order to start it again.
        let script = r#"home=$1; shift; "$@" & server=$!
            while read -r signal; do
                if [ -n "$signal" ]; then kill -"$signal" $server; wait $server; rm -f "$home/running"
                else "$@" & server=$!; fi
            done
            kill -QUIT $server; wait $server; rm -rf "$home""#;
        let mut watchdog = Command::new("sh");
        watchdog
            .args(["-c", script, "watchdog"])
            .arg(&home)
            .arg(binaries.join("postgres"))
            .arg("-D")
            .arg(&data);
        for setting in [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            format!("unix_socket_directories={}", home.display()),
            "max_connections=300".to_owned(),
            "shared_buffers=32MB".to_owned(),
            "fsync=off".to_owned(),
            "full_page_writes=off".to_owned(),
            "autovacuum=off".to_owned(),
            "deadlock_timeout=100ms".to_owned(),
        ] {
            watchdog.args(["-c", &setting]);
        }
        run_as(&mut watchdog);
        let output = File::create(home.join("log"))?;
        let mut child = watchdog
            // A Ctrl-C at the terminal must reach the tests only: the shell has to live on to clean up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let orders = child
            .stdin
            .take()
            .ok_or_else(|| io::Error::other("no pipe to the watchdog"))?;
        let base_url = format!("postgres://passgate@127.0.0.1:{port}/");
        wait_until_ready(&base_url, &home)?;
        Ok(Self {
            base_url,
            home,
            orders,
            _port: port,
        })
    }

    /// Stops the server and waits until it is gone: in order, or on the spot, as when the machine fails.
    pub async fn stop(&mut self, crash: bool) {
        let running = self.home.join("running");
        fs::write(&running, "").unwrap();
        writeln!(self.orders, "{}", if crash { "QUIT" } else { "INT" }).unwrap();
        while running.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Starts it again. It may take connections a little later.
    pub fn start_again(&mut self) {
        writeln!(self.orders).unwrap();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "waits for another process, and asks it again; no test asserts on it"
)]
fn wait_until_ready(base_url: &str, home: &Path) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let url = format!("{base_url}postgres");
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match runtime.block_on(async { PgConnection::connect(&url).await?.close().await }) {
            Ok(()) => return Ok(()),
            Err(_) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(20)),
            Err(error) => {
                let log = fs::read_to_string(home.join("log")).unwrap_or_default();
                return Err(io::Error::other(format!("{error}\n{log}")));
            }
        }
    }
}

/// PostgreSQL refuses to run as root, so for root this is the user it runs as.
fn unprivileged_user(home: &Path) -> io::Result<Option<(u32, u32)>> {
    if fs::metadata(home)?.uid() != 0 {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let found = fields.next()? == name;
            let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
            found.then_some((uid, gid))
        })
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .map(Some)
        .ok_or_else(|| io::Error::other("running as root, and neither a user postgres nor nobody exists"))
}

/// The folder of `initdb` and `postgres`: the newest of the usual places, else where `PATH` leads.
pub fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let newest_first = versions.into_iter().rev().map(|(_, path)| path);
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest_first
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}
