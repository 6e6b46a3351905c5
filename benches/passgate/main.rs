//! What Passgate costs: starts the release binary on SQLite and on PostgreSQL, loads one path after the other and prints
//! throughput, latency, CPU time, memory and what stays in the database, each beside what limits it. It asserts nothing.
//!
//! `cargo bench --bench passgate -- --help`; docs/benchmarks.md says how to read it.

mod actor;
mod crowd;
mod database;
mod http;
mod limits;
mod load;
mod paths;
mod postgres;
mod process;
mod report;
mod run;
mod seed;
mod server;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;

use crate::load::Plan;
use crate::paths::Path;
use crate::run::EngineName;

/// Whatever went wrong, for the one who reads the terminal.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures what Passgate costs.
#[derive(clap::Parser)]
struct Arguments {
    /// People with a session each.
    #[arg(long, default_value_t = 1000)]
    users: usize,
    /// People besides, who are only there (PostgreSQL alone).
    #[arg(long, default_value_t = 0)]
    crowd: usize,
    /// Seconds that each path is measured.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Connections that are kept open and busy.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Engines, comma-separated.
    #[arg(long, value_delimiter = ',', default_values = ["sqlite", "postgres"])]
    engines: Vec<EngineName>,
    /// Only these paths, comma-separated.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Path>,
    /// Starts of each kind; the median is shown.
    #[arg(long, default_value_t = 5)]
    starts: usize,
    /// Where the figures go as JSON as well.
    #[arg(long)]
    json: Option<std::path::PathBuf>,
    /// What cargo says when it runs a benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !arguments.bench {
        // `cargo test --all-targets` runs this too; a benchmark is no test.
        println!("run it as: cargo bench --bench passgate");
        return ExitCode::SUCCESS;
    }
    // One thread: the load shares the cores with what it loads.
    let measured = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(measure(&arguments)));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: &Arguments) -> Result<(), Failure> {
    let plan = Plan {
        connections: arguments.connections.max(1),
        warm_up: Duration::from_secs_f64((arguments.seconds / 4.0).clamp(0.2, 2.0)),
        measured: Duration::try_from_secs_f64(arguments.seconds)?,
    };
    let paths: Vec<_> = Path::ALL
        .into_iter()
        .filter(|path| arguments.only.is_empty() || arguments.only.contains(path))
        .collect();
    eprintln!("bare operations …");
    let mut cpu = limits::cpu()?;
    let mut engines = Vec::new();
    for engine in &arguments.engines {
        if let Some(measured) = run::engine(
            *engine,
            &paths,
            plan,
            arguments.users,
            arguments.crowd,
            arguments.starts.max(1),
        )
        .await?
        {
            engines.push(measured);
        }
    }
    // Measured twice: whatever disturbed one of them is not the machine's limit.
    let again = limits::cpu()?;
    cpu.signatures = cpu.signatures.max(again.signatures);
    cpu.verifications = cpu.verifications.max(again.verifications);
    cpu.hashes = cpu.hashes.max(again.hashes);
    let report = report::Report {
        machine: report::machine(),
        commit: report::commit(),
        users: arguments.users,
        crowd: arguments.crowd,
        connections: plan.connections,
        seconds: arguments.seconds,
        binary_bytes: std::fs::metadata(server::BINARY)?.len(),
        cpu,
        engines,
    };
    print!("{}", report.to_markdown());
    if let Some(file) = &arguments.json {
        std::fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}
