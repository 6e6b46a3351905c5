//! One engine from the empty folder to the last path.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Failure;
use crate::crowd;
use crate::database::Database;
use crate::limits;
use crate::load::{self, Plan, Watched, quantile};
use crate::paths::Path;
use crate::postgres::Postgres;
use crate::process;
use crate::seed;
use crate::server::{Installation, Server};

/// How long a server is left alone before it counts as idle.
const QUIET: Duration = Duration::from_secs(8);

/// An engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineName {
    Sqlite,
    Postgres,
}

/// What was measured on an engine.
#[derive(serde::Serialize)]
pub struct EngineFigures {
    /// Which.
    pub engine: EngineName,
    /// Version.
    pub version: String,
    /// One-row commits per second: one after the other on SQLite, by all connections at once on PostgreSQL.
    pub commits: f64,
    /// First starts on an empty folder and database, sorted, milliseconds to the first answer.
    pub first_starts_ms: Vec<f64>,
    /// Later starts.
    pub later_starts_ms: Vec<f64>,
    /// Resident memory of a server that was started and left alone.
    pub idle_kib: u64,
    /// The same after all the load.
    pub idle_after_load_kib: u64,
    /// The paths.
    pub paths: Vec<PathFigures>,
}

/// What was measured on a path.
#[derive(serde::Serialize)]
pub struct PathFigures {
    /// Which.
    #[serde(serialize_with = "title")]
    pub path: Path,
    /// Operations per second.
    pub per_second: f64,
    /// Median latency.
    pub p50_ms: f64,
    /// What one in a hundred exceeds.
    pub p99_ms: f64,
    /// CPU time of the server for an operation.
    pub server_cpu_ms: f64,
    /// The same by threads.
    pub threads_cpu_ms: BTreeMap<String, f64>,
    /// CPU time of PostgreSQL for an operation.
    pub postgres_cpu_ms: Option<f64>,
    /// Share of one core that this program used.
    pub generator_share: f64,
    /// Cores that the server, PostgreSQL and this program kept busy together.
    pub cores_used: f64,
    /// Operations that were not answered rightly.
    pub errors: u64,
    /// The first of them.
    pub first_error: Option<String>,
    /// Peak of resident memory.
    pub peak_kib: u64,
    /// Operations while rows and bytes were watched.
    pub operations: u64,
    /// Rows that an operation leaves, by table.
    pub rows: BTreeMap<String, f64>,
    /// Bytes by which it makes the database larger.
    pub bytes: f64,
}

fn title<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.title())
}

/// Measures an engine; `None`, said loudly, when it is not here.
pub async fn engine(
    engine: EngineName,
    paths: &[Path],
    plan: Plan,
    users: usize,
    crowd: usize,
    starts: usize,
) -> Result<Option<EngineFigures>, Failure> {
    let folder = tempfile::Builder::new().prefix("passgate-bench-").tempdir()?;
    let mut postgres = match engine {
        EngineName::Sqlite => None,
        EngineName::Postgres => match Postgres::find().await? {
            Some(found) => Some(found),
            None => {
                eprintln!("!!! no PostgreSQL here: install it or set TEST_DATABASE_URL !!!");
                return Ok(None);
            }
        },
    };
    eprintln!("{engine:?}: first starts …");
    let mut first_starts_ms = Vec::new();
    let mut last = None;
    for number in 0..starts {
        let url = match &mut postgres {
            Some(postgres) => Some(postgres.database().await?),
            None => None,
        };
        let installation = Installation::new(&folder.path().join(number.to_string()), url.as_deref())?;
        let (server, took) = installation.start().await?;
        server.stop()?;
        first_starts_ms.push(took);
        last = Some((installation, url));
    }
    let (installation, url) = last.ok_or("no installation")?;
    let (commits, version) = match &url {
        None => (limits::sqlite_commits(folder.path()).await?, "SQLite".to_owned()),
        Some(url) => (
            limits::postgres_commits(url, plan.connections).await?,
            postgres_version(url).await?,
        ),
    };
    eprintln!("{engine:?}: {users} people …");
    let seed = seed::seed(&installation.variables, folder.path(), users).await?;
    if let Some(url) = url.as_ref().filter(|_| crowd > 0) {
        eprintln!("{engine:?}: a crowd of {crowd} …");
        crowd::gather(url, crowd).await?;
    }
    let (later_starts_ms, server) = later_starts(&installation, starts).await?;
    tokio::time::sleep(QUIET).await;
    let idle_kib = process::memory_kib(server.pid(), "VmRSS");

    let database = url.map_or_else(|| Database::Sqlite(installation.sqlite_file()), Database::Postgres);
    let watched = Watched {
        server: server.pid(),
        postgres: postgres.as_ref().and_then(Postgres::pid),
    };
    let mut figures = Vec::new();
    for path in paths {
        eprintln!("{engine:?}: {} …", path.title());
        let before = database.content().await?;
        let load = load::run(*path, plan, &seed, installation.address, watched).await?;
        let peak_kib = process::memory_kib(server.pid(), "VmHWM");
        let after = database.content().await?;
        let each = |total: f64| total / (load.done as f64).max(1.0);
        let left = |total: i64| total as f64 / (load.done_in_all as f64).max(1.0);
        let milliseconds = |seconds: f64| each(seconds * 1e3);
        figures.push(PathFigures {
            path: *path,
            per_second: load.done as f64 / load.seconds,
            p50_ms: quantile(&load.latencies, 0.5),
            p99_ms: quantile(&load.latencies, 0.99),
            server_cpu_ms: milliseconds(load.used.server),
            threads_cpu_ms: load
                .used
                .threads
                .into_iter()
                .map(|(name, used)| (name, milliseconds(used)))
                .collect(),
            postgres_cpu_ms: load.used.postgres.map(milliseconds),
            generator_share: load.used.generator / load.seconds,
            cores_used: (load.used.server + load.used.postgres.unwrap_or(0.0) + load.used.generator) / load.seconds,
            errors: load.errors,
            first_error: load.first_error,
            peak_kib,
            operations: load.done_in_all,
            rows: after
                .growth_since(&before)
                .into_iter()
                .map(|(table, rows)| (table, left(rows)))
                .collect(),
            bytes: left(after.bytes - before.bytes),
        });
    }
    tokio::time::sleep(QUIET).await;
    let idle_after_load_kib = process::memory_kib(server.pid(), "VmRSS");
    server.stop()?;
    if let Some(postgres) = &mut postgres {
        postgres.clean().await?;
    }
    first_starts_ms.sort_by(f64::total_cmp);
    Ok(Some(EngineFigures {
        engine,
        version,
        commits,
        first_starts_ms,
        later_starts_ms,
        idle_kib,
        idle_after_load_kib,
        paths: figures,
    }))
}

/// Starts a number of times; the last server goes on running.
async fn later_starts(installation: &Installation, starts: usize) -> Result<(Vec<f64>, Server), Failure> {
    let mut times = Vec::new();
    for _ in 1..starts {
        let (server, took) = installation.start().await?;
        server.stop()?;
        times.push(took);
    }
    let (server, took) = installation.start().await?;
    times.push(took);
    times.sort_by(f64::total_cmp);
    Ok((times, server))
}

async fn postgres_version(url: &str) -> Result<String, Failure> {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(url).await?;
    let version: String = sqlx::query_scalar("SHOW server_version")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(format!("PostgreSQL {version}"))
}
