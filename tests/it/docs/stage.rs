//! Where a page is walked: a folder, a port, and programs in the place of those that reach beyond this machine. What differs
//! from place to place stands on the pages in capitals or as an example's address; here it is what is there instead.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::terminal::Terminal;
use crate::harness::cluster::{self, Cluster};
use crate::harness::database;
use crate::harness::port::Port;

/// Programs that a page calls and that must not do here what they do there.
const STAND_INS: [(&str, &str); 4] = [
    ("systemctl", include_str!("stand_ins/systemctl")),
    ("scp", include_str!("stand_ins/scp")),
    ("firebase", include_str!("stand_ins/firebase")),
    ("kc.sh", include_str!("stand_ins/kc.sh")),
];

/// The folder and what belongs to it.
pub struct Stage {
    root: tempfile::TempDir,
    port: Port,
    metrics: Port,
    /// Of the application that people sign in to.
    application: Port,
    /// Of the second machine.
    elsewhere: Port,
    cluster: Option<Cluster>,
}

impl Stage {
    /// `with_postgres` starts a cluster; where PostgreSQL is missing that is said, or fails on CI.
    pub fn set(with_postgres: bool) -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in [
            "here",
            "scratch",
            "bin",
            "safe",
            "backups",
            "new/var/lib/passgate",
            "home",
        ] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for (name, script) in STAND_INS {
            let path = root.path().join("bin").join(name);
            fs::write(&path, script).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        // An answer that refuses is a command that fails.
        fs::write(root.path().join("home/.curlrc"), "fail-with-body\nno-progress-meter\n").unwrap();
        Self {
            root,
            port: Port::free(),
            metrics: Port::free(),
            application: Port::free(),
            elsewhere: Port::free(),
            cluster: with_postgres.then(database::own_cluster).flatten(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn issuer(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    pub fn has_postgres(&self) -> bool {
        self.cluster.is_some()
    }

    /// A text of a page as it is here.
    pub fn staged(&self, text: &str) -> String {
        let path = |name: &str| self.path(name).to_string_lossy().into_owned();
        let mut places = vec![
            ("http://localhost:8080", self.issuer()),
            ("https://id.example.com", self.issuer()),
            ("127.0.0.1:8080", format!("127.0.0.1:{}", self.port)),
            (
                "http://localhost:3000",
                format!("http://localhost:{}", self.application),
            ),
            ("127.0.0.1:9464", format!("127.0.0.1:{}", self.metrics)),
            ("/SAFE/PLACE", path("safe")),
            ("/BACKUPS", path("backups")),
            ("/var/lib/passgate", path("new/var/lib/passgate")),
        ];
        if let Some(address) = self.postgres() {
            places.push(("DBHOST", address));
        }
        places
            .iter()
            .fold(text.to_owned(), |text, (there, here)| text.replace(there, here))
    }

    /// Host and port of the cluster.
    fn postgres(&self) -> Option<String> {
        let url = &self.cluster.as_ref()?.base_url;
        Some(url.split('@').nth(1)?.trim_end_matches('/').to_owned())
    }

    /// Opens a terminal; the names are those of the pages.
    pub fn terminal(&self, name: &str) -> Terminal {
        let mut variables: BTreeMap<String, String> = [
            ("PATH", self.search_path()),
            ("HOME", self.path("home").to_string_lossy().into_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("PASSGATE_PUBLIC_URL", self.issuer()),
            ("PASSGATE_LISTEN", format!("127.0.0.1:{}", self.port)),
            ("PASSGATE_METRICS__LISTEN", format!("127.0.0.1:{}", self.metrics)),
            // Cheap hashes and quick stops: what these settings are about is tested where it is.
            ("PASSGATE_PASSWORDS__MEMORY_KIB", "64".to_owned()),
            ("PASSGATE_PASSWORDS__ITERATIONS", "1".to_owned()),
            ("PASSGATE_SHUTDOWN_GRACE_SECONDS", "0".to_owned()),
            ("PASSGATE_LOG__LEVEL", "error".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
        if let Some(address) = self.postgres() {
            let (host, port) = address.split_once(':').unwrap();
            set("PGHOST", host);
            set("PGPORT", port);
            set("PGUSER", "passgate");
        }
        let mut folder = "here";
        match name {
            "new machine" => {
                folder = "new";
                set("PASSGATE_LISTEN", &format!("127.0.0.1:{}", self.elsewhere));
                variables.remove("PASSGATE_METRICS__LISTEN");
            }
            "PostgreSQL" => {
                let base_url = self.cluster.as_ref().map(|cluster| cluster.base_url.clone());
                let url = format!("{}postgres", base_url.unwrap_or_default());
                set("PASSGATE_DATABASE_URL", &url);
            }
            _ => {}
        }
        let mut terminal = Terminal::open(
            &name.replace(' ', "-"),
            &self.path(folder),
            &self.path("scratch"),
            &variables,
        );
        if name == "PostgreSQL" {
            let said = terminal.run("passgate migrate");
            assert_eq!(said.code, 0, "{}", said.text);
        }
        terminal
    }

    /// Our stand-ins, the program, the tools of PostgreSQL, and what the machine has.
    fn search_path(&self) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_passgate")).parent().unwrap();
        let mut folders = vec![self.path("bin"), program.to_path_buf()];
        folders.extend(cluster::binaries());
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        std::env::join_paths(folders).unwrap().into_string().unwrap()
    }
}
