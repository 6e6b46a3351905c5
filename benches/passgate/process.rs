//! What the operating system knows of a process: CPU time, by thread too, and memory. Linux only; elsewhere nothing is known.

use std::collections::BTreeMap;
use std::fs;

/// `/proc` counts in hundredths of a second on every Linux that is met.
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU seconds of a process so far.
pub fn cpu_seconds(pid: u32) -> f64 {
    Stat::read(&format!("/proc/{pid}/stat")).map_or(0.0, |stat| stat.own)
}

/// CPU seconds of a process and of every process that it started, those that have ended included.
pub fn family_cpu_seconds(pid: u32) -> f64 {
    let children = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let child: u32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = Stat::read(&format!("/proc/{child}/stat"))?;
            (stat.parent == pid).then_some(stat.own)
        });
    let ended = Stat::read(&format!("/proc/{pid}/stat")).map_or(0.0, |stat| stat.ended);
    cpu_seconds(pid) + ended + children.sum::<f64>()
}

/// CPU seconds of the living threads of a process, summed by name without its number.
pub fn threads_cpu_seconds(pid: u32) -> BTreeMap<String, f64> {
    let mut sums = BTreeMap::new();
    for entry in fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let thread = entry.file_name();
        if let Some(stat) = Stat::read(&format!("/proc/{pid}/task/{}/stat", thread.to_string_lossy())) {
            *sums.entry(stat.name).or_insert(0.0) += stat.own;
        }
    }
    sums
}

/// CPU seconds of the calling thread, exact to the nanosecond where the kernel tells.
pub fn this_thread_cpu_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// A line of `/proc/PID/status` in KiB, such as `VmRSS` and `VmHWM`.
pub fn memory_kib(pid: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let value = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    value
        .and_then(|value| value.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// Makes `VmHWM` begin anew.
pub fn reset_peak_memory(pid: u32) {
    // Where it is not allowed the peak is that of the whole run, which is no worse than saying nothing.
    drop(fs::write(format!("/proc/{pid}/clear_refs"), "5"));
}

struct Stat {
    name: String,
    parent: u32,
    own: f64,
    ended: f64,
}

impl Stat {
    fn read(path: &str) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        // The name may hold spaces and brackets: what follows the last bracket is plain.
        let (start, rest) = text.rsplit_once(')')?;
        let name = start.split_once('(')?.1;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let seconds = |at: usize| Some(fields.get(at)?.parse::<f64>().ok()? / TICKS_PER_SECOND);
        Some(Self {
            name: name
                .trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == ':')
                .to_owned(),
            parent: fields.get(1)?.parse().ok()?,
            own: seconds(11)? + seconds(12)?,
            ended: seconds(13)? + seconds(14)?,
        })
    }
}
