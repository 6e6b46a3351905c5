//! Figures of the process, under the names that everybody's dashboards know. Read from `/proc`; where there is none, left out.

use std::fmt::Write as _;

/// Writes what the system tells.
pub(super) fn write(out: &mut String) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    let mut gauge = |name: &str, help: &str, value: Option<u64>| {
        if let Some(value) = value {
            // Writing to a text does not fail.
            let _written = write!(out, "# HELP {name} {help}.\n# TYPE {name} gauge\n{name} {value}\n");
        }
    };
    let resident = field("VmRSS:").map(|kib| kib * 1024);
    gauge("process_resident_memory_bytes", "Resident memory in bytes", resident);
    gauge("process_threads", "Threads", field("Threads:"));
    let open = std::fs::read_dir("/proc/self/fd")
        .ok()
        .map(|entries| entries.count() as u64);
    gauge("process_open_fds", "Open file descriptors", open);
    gauge("process_max_fds", "Most file descriptors that may be open", most_open());
}

/// The soft limit of open files.
fn most_open() -> Option<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
