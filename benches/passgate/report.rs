//! The figures as Markdown, which is also readable in a terminal.

use crate::limits::CpuLimits;
use crate::load::quantile;
use crate::paths::Path;
use crate::run::{EngineFigures, PathFigures};

/// Everything that was measured.
#[derive(serde::Serialize)]
pub struct Report {
    /// Processor, memory and system.
    pub machine: String,
    /// Of the source tree.
    pub commit: String,
    /// People.
    pub users: usize,
    /// People besides, on PostgreSQL.
    pub crowd: usize,
    /// Connections.
    pub connections: usize,
    /// Seconds for each path.
    pub seconds: f64,
    /// Size of the binary.
    pub binary_bytes: u64,
    /// Bare operations.
    pub cpu: CpuLimits,
    /// The engines.
    pub engines: Vec<EngineFigures>,
}

impl Report {
    /// The whole report.
    pub fn to_markdown(&self) -> String {
        let cpu = &self.cpu;
        let mut text = String::new();
        let cost = |rate: f64| format!("{} ms", places(1e3 / rate));
        let lines = [
            format!("machine: {}", self.machine),
            format!("commit: {}", self.commit),
            format!(
                "load: {} people, a crowd of {} on PostgreSQL, {} connections, {} s for each path",
                self.users, self.crowd, self.connections, self.seconds
            ),
            format!("binary: {} MiB", places(self.binary_bytes as f64 / 1024.0 / 1024.0)),
            format!(
                "bare operations on one core: {} RS256 signatures/s ({}), {} RS256 verifications/s ({}), {} Argon2id/s ({})",
                whole(cpu.signatures),
                cost(cpu.signatures),
                whole(cpu.verifications),
                cost(cpu.verifications),
                places(cpu.hashes),
                cost(cpu.hashes)
            ),
        ];
        for line in lines {
            text.push_str(&format!("- {line}\n"));
        }
        for engine in &self.engines {
            self.engine(&mut text, engine);
        }
        text
    }

    fn engine(&self, text: &mut String, engine: &EngineFigures) {
        text.push_str(&format!("\n### {}\n\n", engine.version));
        let mib = |kib: u64| places(kib as f64 / 1024.0);
        let lines = [
            format!("bare one-row commits: {}/s", whole(engine.commits)),
            format!(
                "first start to first answer: {} ms",
                places(quantile(&engine.first_starts_ms, 0.5))
            ),
            format!(
                "later start to first answer: {} ms",
                places(quantile(&engine.later_starts_ms, 0.5))
            ),
            format!(
                "memory idle after a start: {} MiB; idle after the load: {} MiB",
                mib(engine.idle_kib),
                mib(engine.idle_after_load_kib)
            ),
        ];
        for line in lines {
            text.push_str(&format!("- {line}\n"));
        }
        text.push('\n');
        let head = [
            "path",
            "per second",
            "p50 ms",
            "p99 ms",
            "server CPU ms",
            "aim",
            "PostgreSQL CPU ms",
            "load's share of a core",
            "cores used",
            "errors",
            "peak MiB",
        ];
        let rows = engine.paths.iter().map(|path| self.speed(path)).collect::<Vec<_>>();
        text.push_str(&table(&head, &rows));
        text.push('\n');
        let head = [
            "path",
            "per second",
            "undisturbed",
            "limit",
            "of the limit",
            "best peer",
            "times the peer",
            "rows left by each",
            "bytes",
        ];
        let rows = engine
            .paths
            .iter()
            .map(|path| self.limit(path, engine))
            .collect::<Vec<_>>();
        text.push_str(&table(&head, &rows));
        text.push_str("\nCPU ms of each operation by the server's threads:\n\n");
        for path in &engine.paths {
            let threads = path.threads_cpu_ms.iter().filter(|(_, used)| **used >= 0.0005);
            let threads: Vec<_> = threads
                .map(|(name, used)| format!("{name} {}", places(*used)))
                .collect();
            text.push_str(&format!("- {}: {}\n", path.path.title(), threads.join(", ")));
            if let Some(error) = &path.first_error {
                text.push_str(&format!("  first error: {error}\n"));
            }
        }
    }

    fn speed(&self, path: &PathFigures) -> Vec<String> {
        let aim = match path.path {
            Path::SignIn => 1e3 / self.cpu.hashes + path.path.aim_ms(),
            other => other.aim_ms(),
        };
        vec![
            path.path.title().to_owned(),
            whole(path.per_second),
            places(path.p50_ms),
            places(path.p99_ms),
            places(path.server_cpu_ms),
            places(aim),
            path.postgres_cpu_ms.map_or_else(|| "-".to_owned(), places),
            format!("{:.0} %", path.generator_share * 100.0),
            places(path.cores_used),
            path.errors.to_string(),
            places(path.peak_kib as f64 / 1024.0),
        ]
    }

    fn limit(&self, path: &PathFigures, engine: &EngineFigures) -> Vec<String> {
        let needs = path.path.needs();
        let cores = self.cpu.cores as f64;
        let limits = [
            (needs.signatures, self.cpu.signatures * cores, "RS256"),
            (needs.verifications, self.cpu.verifications * cores, "verifications"),
            (needs.hashes, self.cpu.hashes * cores, "Argon2id"),
            (needs.commits, engine.commits, "commits"),
        ];
        let limits: Vec<_> = limits
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, rate, name)| (rate / f64::from(count), name))
            .collect();
        let join = |texts: Vec<String>| {
            if texts.is_empty() {
                "-".to_owned()
            } else {
                texts.join("; ")
            }
        };
        // What the same CPU time for each would give if nobody else took any.
        let undisturbed = path.per_second * cores / path.cores_used.max(0.01);
        let share = |rate: f64| format!("{:.0} %", path.per_second / rate * 100.0);
        let rows = path.rows.iter().filter(|(_, rows)| rows.abs() >= 0.005);
        vec![
            path.path.title().to_owned(),
            whole(path.per_second),
            whole(undisturbed),
            join(
                limits
                    .iter()
                    .map(|(rate, name)| format!("{} {name}", whole(*rate)))
                    .collect(),
            ),
            join(limits.iter().map(|(rate, _)| share(*rate)).collect()),
            path.path.best_peer().map_or_else(|| "-".to_owned(), whole),
            path.path.best_peer().map_or_else(
                || "-".to_owned(),
                |peer| format!("{} ({})", places(path.per_second / peer), places(undisturbed / peer)),
            ),
            join(rows.map(|(table, rows)| format!("{} {table}", places(*rows))).collect()),
            whole(path.bytes),
        ]
    }
}

/// Processor, memory and system in one line.
pub fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("?", |(_, name)| name.trim());
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = memory.lines().find_map(|line| {
        line.strip_prefix("MemTotal:")?
            .split_whitespace()
            .next()?
            .parse::<f64>()
            .ok()
    });
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let gib = kib.unwrap_or(0.0) / 1024.0 / 1024.0;
    format!(
        "{cores} cores of {model}, {gib:.0} GiB, {} {}",
        std::env::consts::OS,
        kernel.trim()
    )
}

/// The commit of the source tree, marked when there is more than that.
pub fn commit() -> String {
    let described = std::process::Command::new("git")
        .args([
            "-C",
            env!("CARGO_MANIFEST_DIR"),
            "describe",
            "--always",
            "--dirty",
            "--abbrev=12",
            "--exclude=*",
        ])
        .output();
    match described {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => "unknown".to_owned(),
    }
}

fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..head.len())
        .map(|at| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(at))
                .map(|cell| cell.chars().count());
            cells
                .chain(head.get(at).map(|name| name.chars().count()))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<_> = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        format!("| {} |\n", padded.join(" | "))
    };
    let mut text = line(&mut head.iter().copied());
    let rules: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    text.push_str(&format!("| {} |\n", rules.join(" | ")));
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

/// Three digits that count.
fn places(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => whole(value),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A whole number with its thousands apart.
fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let first = digits.len() % 3;
    let mut text = String::from(if value <= -0.5 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
