//! The load: a number of connections that each do one thing after another, for a while.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::actor::Actor;
use crate::paths::Path;
use crate::process;
use crate::seed::Seed;

/// How a path is loaded.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Connections.
    pub connections: usize,
    /// Not measured.
    pub warm_up: Duration,
    /// Measured.
    pub measured: Duration,
}

/// Which processes are looked at.
#[derive(Clone, Copy)]
pub struct Watched {
    /// The server.
    pub server: u32,
    /// The postmaster.
    pub postgres: Option<u32>,
}

/// What was measured.
pub struct Load {
    /// Operations that were answered rightly.
    pub done: u64,
    /// Operations that were not, while measuring.
    pub errors: u64,
    /// Operations that were answered rightly, the warm-up and what was in flight at the end included.
    pub done_in_all: u64,
    /// The first error, the warm-up included.
    pub first_error: Option<String>,
    /// Seconds.
    pub seconds: f64,
    /// Sorted, in milliseconds.
    pub latencies: Vec<f64>,
    /// CPU seconds.
    pub used: Used,
}

/// CPU seconds at a moment, or between two.
#[derive(Default)]
pub struct Used {
    /// Of the server.
    pub server: f64,
    /// Of its threads, by name.
    pub threads: std::collections::BTreeMap<String, f64>,
    /// Of PostgreSQL.
    pub postgres: Option<f64>,
    /// Of this program.
    pub generator: f64,
}

impl Used {
    fn until_now(watched: Watched) -> Self {
        Self {
            server: process::cpu_seconds(watched.server),
            threads: process::threads_cpu_seconds(watched.server),
            postgres: watched.postgres.map(process::family_cpu_seconds),
            generator: process::cpu_seconds(std::process::id()),
        }
    }

    fn since(mut self, before: &Self) -> Self {
        self.server -= before.server;
        self.generator -= before.generator;
        self.postgres = self.postgres.zip(before.postgres).map(|(now, then)| now - then);
        for (name, seconds) in &mut self.threads {
            *seconds -= before.threads.get(name).unwrap_or(&0.0);
        }
        self
    }
}

#[derive(Default)]
struct Tally {
    latencies: Vec<f64>,
    errors: u64,
    done_in_all: u64,
    first_error: Option<String>,
}

/// Loads a path. The operations before the run (codes for tokens that it uses) are not counted.
pub async fn run(path: Path, plan: Plan, seed: &Seed, address: SocketAddr, watched: Watched) -> Result<Load, Failure> {
    let mut actors = Vec::new();
    for number in 0..plan.connections {
        actors.push(Actor::prepare(path, seed, address, number, plan.connections).await?);
    }
    let mut storm = Vec::new();
    if let Some(beside) = path.beside() {
        for number in 0..plan.connections {
            storm.push(Actor::prepare(beside, seed, address, number, plan.connections).await?);
        }
    }
    process::reset_peak_memory(watched.server);
    let from = Instant::now() + plan.warm_up;
    let until = from + plan.measured;
    let mut tasks = tokio::task::JoinSet::new();
    for actor in actors {
        tasks.spawn(act(actor, from, until));
    }
    // It outlasts what is measured.
    let mut beside: tokio::task::JoinSet<_> = storm.into_iter().map(|actor| act(actor, until, until)).collect();
    tokio::time::sleep_until(from.into()).await;
    let (begun, before) = (Instant::now(), Used::until_now(watched));
    tokio::time::sleep_until(until.into()).await;
    let (ended, after) = (Instant::now(), Used::until_now(watched));
    let mut sum = Tally::default();
    for tally in tasks.join_all().await {
        sum.latencies.extend(tally.latencies);
        sum.errors += tally.errors;
        sum.done_in_all += tally.done_in_all;
        sum.first_error = sum.first_error.or(tally.first_error);
    }
    while let Some(tally) = beside.join_next().await {
        sum.first_error = sum.first_error.or(tally?.first_error);
    }
    sum.latencies.sort_unstable_by(f64::total_cmp);
    Ok(Load {
        done: sum.latencies.len() as u64,
        errors: sum.errors,
        done_in_all: sum.done_in_all,
        first_error: sum.first_error,
        seconds: (ended - begun).as_secs_f64(),
        latencies: sum.latencies,
        used: after.since(&before),
    })
}

async fn act(mut actor: Actor, from: Instant, until: Instant) -> Tally {
    let mut tally = Tally::default();
    let mut begun = Instant::now();
    while begun < until {
        let outcome = actor.step().await;
        let ended = Instant::now();
        let measured = ended >= from && ended < until;
        match outcome {
            Ok(()) => {
                tally.done_in_all += 1;
                if measured {
                    tally.latencies.push((ended - begun).as_secs_f64() * 1e3);
                }
            }
            Err(error) => {
                tally.errors += u64::from(measured);
                tally.first_error.get_or_insert_with(|| error.to_string());
                // A server that refuses at once must not be asked in a tight loop.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        begun = ended;
    }
    tally
}

/// The value below which a share of the sorted values lies.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list that is in memory"
    )]
    let at = ((sorted.len() as f64 - 1.0) * share).round().max(0.0) as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}
