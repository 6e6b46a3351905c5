//! What the store and the hashing pool count by themselves, wherever they are used.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::seconds;

/// The kinds of units of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// Reads.
    Read,
    /// Writes in a transaction.
    Write,
    /// A single statement that writes.
    WriteOne,
}

/// How a unit of work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Ok,
    /// The database could not be asked, or did not say whether it committed.
    Unavailable,
    /// With another error.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UnitLabel {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

/// Units of work. Clones count together.
#[derive(Clone)]
pub struct DatabaseMeter {
    units: Family<UnitLabel, Counter>,
    took: Family<KindLabel, Histogram, fn() -> Histogram>,
    waited: Histogram,
}

impl Default for DatabaseMeter {
    fn default() -> Self {
        Self {
            units: Family::default(),
            took: Family::new_with_constructor(seconds),
            waited: seconds(),
        }
    }
}

impl DatabaseMeter {
    /// A unit ended; its waits are part of what it took.
    pub fn unit(&self, kind: UnitKind, outcome: Outcome, took: Duration) {
        let kind = match kind {
            UnitKind::Read => "read",
            UnitKind::Write => "write",
            UnitKind::WriteOne => "write_one",
        };
        let outcome = match outcome {
            Outcome::Ok => "ok",
            Outcome::Unavailable => "unavailable",
            Outcome::Failed => "failed",
        };
        self.units.get_or_create(&UnitLabel { kind, outcome }).inc();
        self.took.get_or_create(&KindLabel { kind }).observe(took.as_secs_f64());
    }

    /// A unit waited for a connection, or for SQLite's writer.
    pub fn waited(&self, wait: Duration) {
        self.waited.observe(wait.as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "database_units",
            "Units of work by kind and outcome",
            self.units.clone(),
        );
        registry.register_with_unit(
            "database_unit",
            "A unit of work, its waits included",
            Unit::Seconds,
            self.took.clone(),
        );
        registry.register_with_unit(
            "database_wait",
            "For a free connection, or for SQLite's writer",
            Unit::Seconds,
            self.waited.clone(),
        );
    }
}

/// Hashed passwords. Clones count together.
#[derive(Clone)]
pub struct HashingMeter {
    waited: Histogram,
    refused: Counter,
}

impl Default for HashingMeter {
    fn default() -> Self {
        Self {
            waited: seconds(),
            refused: Counter::default(),
        }
    }
}

impl HashingMeter {
    /// A password waited before its hashing began.
    pub fn waited(&self, wait: Duration) {
        self.waited.observe(wait.as_secs_f64());
    }

    /// The queue was full.
    pub fn refused(&self) {
        self.refused.inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "password_wait",
            "Before a password is hashed",
            Unit::Seconds,
            self.waited.clone(),
        );
        registry.register(
            "password_refusals",
            "Passwords that found the queue full",
            self.refused.clone(),
        );
    }
}
