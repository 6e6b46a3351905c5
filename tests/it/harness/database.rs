//! A fresh, migrated database for each test, on both engines.
//!
//! SQLite is a file in a temporary folder. PostgreSQL is the server of `TEST_DATABASE_URL`, or else a private cluster. Where
//! there is neither, the PostgreSQL half of a test is skipped, loudly, or fails when `CI` is set.

use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use passgate::store::{Db, DbOptions, Engine};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::cluster::Cluster;

/// One test's own database.
pub struct TestDatabase {
    pub engine: Engine,
    /// What [`Db::open`] takes; a second node opens the same.
    pub url: String,
    pub db: Db,
    /// Keeps the file.
    _folder: Option<tempfile::TempDir>,
    /// On a server that outlives the tests: the database to remove, and from where.
    remove: Option<(String, String)>,
}

impl TestDatabase {
    /// Another node on the same database.
    pub fn another_node(&self) -> Db {
        Db::open(&self.url, DbOptions::default()).expect("the database opens again")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((base_url, name)) = self.remove.take() {
            let statement = format!("DROP DATABASE {name} WITH (FORCE)");
            if let Err(error) = blocking(async move { administer(&base_url, statement).await }) {
                eprintln!("the test database {name} could not be removed: {error}");
            }
        }
    }
}

/// A fresh, migrated database; `None` when the engine is missing here and may be.
pub fn fresh(engine: Engine) -> Option<TestDatabase> {
    match engine {
        Engine::Sqlite => Some(fresh_sqlite()),
        Engine::Postgres => fresh_postgres(),
    }
}

/// Runs one test on one engine, on a single-threaded runtime as a web worker is.
pub fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(TestDatabase) -> F) {
    let Some(database) = fresh(engine) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(test(database));
}

/// Makes one `#[test]` per engine, so that a failure names the engine:
/// `on_every_engine! { async fn a_unit_commits(database) { … } }`.
macro_rules! on_every_engine {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident) $body:block)*) => {
        $(async fn $name($database: $crate::harness::database::TestDatabase) $body

        mod $name {
            $(#[$meta])*
            #[test]
            fn sqlite() {
                $crate::harness::database::run(::passgate::store::Engine::Sqlite, super::$name);
            }

            $(#[$meta])*
            #[test]
            fn postgres() {
                $crate::harness::database::run(::passgate::store::Engine::Postgres, super::$name);
            }
        })*
    };
}
pub(crate) use on_every_engine;

/// An embedded database with everything but rows, as a file. Migrated once and copied: the migrations of a whole product
/// would dominate small tests.
pub fn migrated_file() -> &'static [u8] {
    static MIGRATED: OnceLock<Vec<u8>> = OnceLock::new();
    MIGRATED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("template.db");
        migrate(format!("sqlite://{}", path.display()));
        std::fs::read(&path).expect("the template can be read")
    })
}

fn fresh_sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("passgate.db");
    std::fs::write(&path, migrated_file()).expect("the template can be copied");
    let url = format!("sqlite://{}", path.display());
    let db = Db::open(&url, DbOptions::default()).expect("the file opens");
    TestDatabase {
        engine: Engine::Sqlite,
        url,
        db,
        _folder: Some(folder),
        remove: None,
    }
}

/// Where PostgreSQL databases come from.
enum Server {
    /// Ours, with a migrated database to copy.
    Private(Cluster),
    /// Somebody's, from which everything must be removed again.
    Given(String),
}

const TEMPLATE: &str = "passgate_template";

fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| {
            if let Some(url) = std::env::var_os("TEST_DATABASE_URL") {
                return Some(Server::Given(url.into_string().expect("TEST_DATABASE_URL is a URL")));
            }
            let cluster = Cluster::start()?;
            let base_url = cluster.base_url.clone();
            blocking(async move { administer(&base_url, format!("CREATE DATABASE {TEMPLATE}")).await })
                .expect("the template database is created");
            migrate(format!("{}{TEMPLATE}", cluster.base_url));
            Some(Server::Private(cluster))
        })
        .as_ref()
}

fn fresh_postgres() -> Option<TestDatabase> {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let Some(server) = server() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "PostgreSQL is missing: on CI install it or set TEST_DATABASE_URL"
        );
        eprintln!("\n!!! SKIPPED ON POSTGRESQL: it is not installed and TEST_DATABASE_URL is not set !!!\n");
        return None;
    };
    let name = format!(
        "passgate_test_{}_{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    );
    let open = |url: &str| Db::open(url, DbOptions::default()).expect("the database opens");
    match server {
        Server::Private(cluster) => {
            let base_url = cluster.base_url.clone();
            let statement = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}");
            blocking(async move { administer(&base_url, statement).await }).expect("a test database is created");
            let url = format!("{}{name}", cluster.base_url);
            let db = open(&url);
            Some(TestDatabase {
                engine: Engine::Postgres,
                url,
                db,
                _folder: None,
                remove: None,
            })
        }
        Server::Given(given) => {
            let base_url = given.clone();
            let statement = format!("CREATE DATABASE {name}");
            blocking(async move { administer(&base_url, statement).await }).expect("a test database is created");
            let mut url = url::Url::parse(given).expect("TEST_DATABASE_URL is a URL");
            url.set_path(&name);
            let url = url.to_string();
            migrate(url.clone());
            let db = open(&url);
            let remove = Some((given.clone(), name));
            Some(TestDatabase {
                engine: Engine::Postgres,
                url,
                db,
                _folder: None,
                remove,
            })
        }
    }
}

/// Runs a statement as administrator, on the server's own database.
async fn administer(base_url: &str, statement: String) -> Result<(), sqlx::Error> {
    let mut url = url::Url::parse(base_url).expect("a URL");
    if url.path().trim_matches('/').is_empty() {
        url.set_path("postgres");
    }
    let mut connection = PgConnection::connect(url.as_str()).await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await
}

fn migrate(url: String) {
    blocking(async move {
        let db = Db::open(&url, DbOptions::default()).expect("the database opens");
        db.migrate().await.expect("the migrations apply");
        db.close().await;
    });
}

/// Runs a future to its end, also where the calling thread is inside a runtime already.
fn blocking<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(work)
    })
    .join()
    .expect("the helper thread ends well")
}

/// A cluster that one test may stop; `None` when PostgreSQL is missing here and may be.
pub fn own_cluster() -> Option<Cluster> {
    // Its start has a runtime of its own.
    let started = std::thread::spawn(Cluster::start).join();
    let cluster = started.expect("the cluster starts");
    if cluster.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "PostgreSQL is missing: on CI install its server"
        );
        eprintln!("\n!!! SKIPPED: a test that stops PostgreSQL needs its server installed !!!\n");
    }
    cluster
}
