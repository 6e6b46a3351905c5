//! PostgreSQL: a private, durable cluster from the installed binaries, or the server that `TEST_DATABASE_URL` names.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::Failure;

/// A server with databases of ours.
pub struct Postgres {
    /// Any database of it, for administering.
    base: url::Url,
    cluster: Option<Cluster>,
    made: Vec<String>,
}

struct Cluster {
    server: Child,
    _home: tempfile::TempDir,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let pid = self.server.id().to_string();
        drop(Command::new("kill").args(["-INT", &pid]).status());
        drop(self.server.wait());
    }
}

impl Postgres {
    /// Finds or starts a server; `None` when there is none here.
    pub async fn find() -> Result<Option<Self>, Failure> {
        if let Some(url) = std::env::var_os("TEST_DATABASE_URL") {
            let base = url.to_string_lossy().parse()?;
            return Ok(Some(Self {
                base,
                cluster: None,
                made: Vec::new(),
            }));
        }
        let Some(binaries) = binaries() else { return Ok(None) };
        let home = tempfile::Builder::new().prefix("passgate-bench-pg-").tempdir()?;
        let user = unprivileged_user(home.path())?;
        if let Some((uid, gid)) = user {
            chown(home.path(), Some(uid), Some(gid))?;
        }
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700))?;
        let command = |name: &str| {
            let mut command = Command::new(binaries.join(name));
            command
                .arg("-D")
                .arg(home.path().join("data"))
                .current_dir("/")
                .stdin(Stdio::null());
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command
        };
        let made = command("initdb")
            .args(["-U", "passgate", "-A", "trust", "-E", "UTF8", "--no-locale"])
            .output()?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into_owned().into());
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let output = std::fs::File::create(home.path().join("log"))?;
        // Everything else is as PostgreSQL has it: fsync and synchronous_commit are on.
        let server = command("postgres")
            .args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}")])
            .args(["-c", &format!("unix_socket_directories={}", home.path().display())])
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let base: url::Url = format!("postgres://passgate@127.0.0.1:{port}/postgres").parse()?;
        let found = Self {
            base,
            cluster: Some(Cluster { server, _home: home }),
            made: Vec::new(),
        };
        let begun = Instant::now();
        while let Err(error) = found.administer("SELECT 1").await {
            if begun.elapsed() > Duration::from_secs(60) {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Some(found))
    }

    /// The postmaster, when it is ours: every other process is its child.
    pub fn pid(&self) -> Option<u32> {
        self.cluster.as_ref().map(|cluster| cluster.server.id())
    }

    /// A new, empty database.
    pub async fn database(&mut self) -> Result<String, Failure> {
        let name = format!("passgate_bench_{}_{}", std::process::id(), self.made.len());
        self.administer(&format!("CREATE DATABASE {name}")).await?;
        let mut url = self.base.clone();
        url.set_path(&name);
        self.made.push(name);
        Ok(url.into())
    }

    /// Removes every database that was made.
    pub async fn clean(&mut self) -> Result<(), Failure> {
        for name in std::mem::take(&mut self.made) {
            self.administer(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }

    async fn administer(&self, statement: &str) -> Result<(), Failure> {
        let mut connection = PgConnection::connect(self.base.as_str()).await?;
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&mut connection)
            .await?;
        Ok(connection.close().await?)
    }
}

/// PostgreSQL refuses to run as root; for root this is who runs it.
fn unprivileged_user(home: &Path) -> Result<Option<(u32, u32)>, Failure> {
    if std::fs::metadata(home)?.uid() != 0 {
        return Ok(None);
    }
    let accounts = std::fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        accounts
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find_map(|fields| match fields.as_slice() {
                [found, _, uid, gid, ..] if *found == name => Some((uid.parse().ok()?, gid.parse().ok()?)),
                _ => None,
            })
    };
    let user = find("postgres").or_else(|| find("nobody"));
    user.map(Some)
        .ok_or_else(|| "running as root, and there is neither a user postgres nor nobody".into())
}

/// The folder of `initdb` and `postgres`: the newest of Debian's, else where `PATH` leads.
fn binaries() -> Option<PathBuf> {
    let mut debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}
