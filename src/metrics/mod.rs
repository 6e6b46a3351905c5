//! What is counted while Passgate works. Counters belong to one installation, not to the process, so that two servers in one
//! test do not count into each other; every label has a small, fixed set of values, and none names a person, a client or a
//! secret.
//!
//! Counting costs a few atomic additions and happens always; who looks at it is a matter of `[metrics]`.

mod meters;
mod process;

use std::fmt::Write as _;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry, Unit};

pub use meters::{DatabaseMeter, HashingMeter, Outcome, UnitKind};

/// The media type of [`Metrics::text`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds: from half a millisecond to eight seconds, each twice the one before.
fn seconds() -> Histogram {
    Histogram::new((0..15).map(|power| 0.0005 * f64::from(1_u32 << power)))
}

/// A meter that is shown under a name, with what it counts in a few words.
fn shown<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let meter = M::default();
    registry.register(name, help, meter.clone());
    meter
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Grant {
    grant: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignIn {
    method: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Channel {
    channel: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Delivery {
    channel: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Alg {
    alg: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
    database: &'static str,
}

/// A way for messages to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outbox {
    /// Mail.
    Mail,
    /// Text messages.
    Text,
}

impl Outbox {
    fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Text => "text",
        }
    }
}

/// What is read at the moment when somebody looks.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Of each way out: messages that wait, and messages that will not leave. `None` when the database did not say.
    pub outbox: Option<[(Outbox, i64, i64); 2]>,
    /// Seconds since each algorithm's key began to sign.
    pub key_ages: Vec<(&'static str, i64)>,
    /// Whether this node is ready.
    pub ready: bool,
    /// Passwords that wait to be hashed.
    pub hashing_depth: usize,
    /// Connections in use, open ones that nobody uses, and writes that wait for SQLite's writer.
    pub connections: [usize; 3],
}

/// The counters of an installation.
pub struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    latencies: Family<Route, Histogram, fn() -> Histogram>,
    tokens: Family<Grant, Counter>,
    sign_ins: Family<SignIn, Counter>,
    deliveries: Family<Delivery, Counter>,
    clock_steps: Counter,
    waiting: Family<Channel, Gauge>,
    failed: Family<Channel, Gauge>,
    key_ages: Family<Alg, Gauge>,
    ready: Gauge,
    hashing_depth: Gauge,
    connections_used: Gauge,
    connections_idle: Gauge,
    writes_waiting: Gauge,
}

impl Metrics {
    /// Takes in what the store and the hashing pool count by themselves. `started_at` is in seconds since 1970.
    pub fn new(database: &DatabaseMeter, hashing: &HashingMeter, engine: &'static str, started_at: i64) -> Self {
        let mut registry = Registry::default();
        let started: Gauge = Gauge::default();
        started.set(started_at);
        let help = "When the process started, since 1970";
        registry.register_with_unit("process_start_time", help, Unit::Seconds, started);
        let ours = registry.sub_registry_with_prefix("passgate");
        let build: Family<Build, Gauge> = shown(ours, "build_info", "Version and database engine");
        let label = Build {
            version: env!("CARGO_PKG_VERSION"),
            database: engine,
        };
        build.get_or_create(&label).set(1);
        let latencies: Family<_, _, fn() -> Histogram> = Family::new_with_constructor(seconds);
        let help = "From a request's head to its answer's head";
        ours.register_with_unit("http_request", help, Unit::Seconds, latencies.clone());
        let key_ages = Family::default();
        ours.register_with_unit(
            "signing_key_age",
            "Since the key signs",
            Unit::Seconds,
            Family::clone(&key_ages),
        );
        database.register(ours);
        hashing.register(ours);
        Self {
            latencies,
            key_ages,
            answers: shown(ours, "http_requests", "Answers by class of route, method and status"),
            tokens: shown(
                ours,
                "tokens_issued",
                "Answers of the token endpoint that hold tokens, by grant",
            ),
            sign_ins: shown(
                ours,
                "sign_ins",
                "Sign-ins and tries of a factor, by factor and outcome",
            ),
            deliveries: shown(ours, "deliveries", "Messages that left or were refused"),
            clock_steps: shown(
                ours,
                "clock_steps",
                "Times that this machine's clock was seen to be set",
            ),
            waiting: shown(ours, "outbox_waiting", "Messages that wait to leave"),
            failed: shown(ours, "outbox_failed", "Messages that will not leave"),
            ready: shown(ours, "ready", "1 while this node is ready for requests"),
            hashing_depth: shown(ours, "password_queue_depth", "Passwords that wait to be hashed"),
            connections_used: shown(ours, "database_connections_used", "Connections in use"),
            connections_idle: shown(ours, "database_connections_idle", "Open connections that nobody uses"),
            writes_waiting: shown(ours, "database_writes_waiting", "Units that wait for SQLite's writer"),
            registry,
        }
    }

    /// A request was answered. `route` is a class of routes.
    pub fn answered(&self, route: &'static str, method: &str, status: u16, took: Duration) {
        let answer = Answer {
            route,
            method: method_label(method),
            status,
        };
        self.answers.get_or_create(&answer).inc();
        self.latencies
            .get_or_create(&Route { route })
            .observe(took.as_secs_f64());
    }

    /// Tokens were issued.
    pub fn tokens_issued(&self, grant: &'static str) {
        self.tokens.get_or_create(&Grant { grant }).inc();
    }

    /// Somebody signed in, or proved a factor wrongly. `method` is the name of a factor.
    pub fn sign_in(&self, method: &'static str, outcome: &'static str) {
        self.sign_ins.get_or_create(&SignIn { method, outcome }).inc();
    }

    /// A message left, or was refused.
    pub fn delivery(&self, outbox: Outbox, left: bool) {
        let delivery = Delivery {
            channel: outbox.name(),
            outcome: if left { "left" } else { "refused" },
        };
        self.deliveries.get_or_create(&delivery).inc();
    }

    /// The clock of the machine was set.
    pub fn clock_stepped(&self) {
        self.clock_steps.inc();
    }

    /// Everything, in the text format of OpenMetrics 1.0, which Prometheus reads.
    pub fn text(&self, figures: &Figures) -> String {
        for (outbox, waiting, failed) in figures.outbox.iter().flatten() {
            let channel = outbox.name();
            self.waiting.get_or_create(&Channel { channel }).set(*waiting);
            self.failed.get_or_create(&Channel { channel }).set(*failed);
        }
        for &(alg, age) in &figures.key_ages {
            self.key_ages.get_or_create(&Alg { alg }).set(age);
        }
        let number = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
        self.ready.set(i64::from(figures.ready));
        self.hashing_depth.set(number(figures.hashing_depth));
        let [used, idle, waiting] = figures.connections;
        self.connections_used.set(number(used));
        self.connections_idle.set(number(idle));
        self.writes_waiting.set(number(waiting));
        let mut out = String::new();
        // Writing to a text does not fail.
        let _written = text::encode_registry(&mut out, &self.registry);
        process::write(&mut out);
        let _written = out.write_str("# EOF\n");
        out
    }
}

/// Methods that strangers make up are one.
pub fn method_label(method: &str) -> &'static str {
    ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_in_the_text() {
        let (database, hashing) = (DatabaseMeter::default(), HashingMeter::default());
        let metrics = Metrics::new(&database, &hashing, "SQLite", 1);
        metrics.answered("token", "POST", 200, Duration::from_millis(3));
        metrics.answered("token", "BREW", 405, Duration::from_millis(3));
        metrics.tokens_issued("client_credentials");
        metrics.sign_in("password", "wrong");
        database.unit(UnitKind::Read, Outcome::Ok, Duration::from_millis(1));
        hashing.waited(Duration::from_millis(1));
        let text = metrics.text(&Figures {
            ready: true,
            hashing_depth: 3,
            outbox: Some([(Outbox::Mail, 4, 5), (Outbox::Text, 0, 0)]),
            ..Figures::default()
        });
        for line in [
            r#"passgate_http_requests_total{route="token",method="POST",status="200"} 1"#,
            r#"passgate_http_requests_total{route="token",method="other",status="405"} 1"#,
            r#"passgate_http_request_seconds_bucket{le="0.004",route="token"} 2"#,
            r#"passgate_tokens_issued_total{grant="client_credentials"} 1"#,
            r#"passgate_sign_ins_total{method="password",outcome="wrong"} 1"#,
            r#"passgate_outbox_waiting{channel="mail"} 4"#,
            r#"passgate_outbox_failed{channel="mail"} 5"#,
            "passgate_password_queue_depth 3",
            "passgate_ready 1",
            r#"passgate_database_units_total{kind="read",outcome="ok"} 1"#,
            "passgate_password_wait_seconds_count 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
