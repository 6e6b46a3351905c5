//! Logs: one line an event, for people or for machines. What is logged is chosen where it happens; secrets have types that
//! do not print, so that they cannot slip in.

use tracing_subscriber::EnvFilter;

use crate::settings::{Log, LogFormat};

/// Starts logging to standard error. A second call (in tests) changes nothing.
pub fn start(log: &Log) {
    let mut filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    // This library calls what a stranger sends an error, and prints challenges when it traces; our own lines say what it found.
    if let Ok(silence) = "webauthn_rs_core=off".parse() {
        filter = filter.add_directive(silence);
    }
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    let started = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    drop(started);
}
