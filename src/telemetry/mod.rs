//! What a process tells of itself while it runs: logs, one line an event, for people or for machines; and traces, where a
//! collector is named. What is told is chosen where it happens; secrets have types that do not print, so that they cannot slip
//! in. Logs and traces do not mix: a span is for the collector, a line is for the log.

mod otlp;

use tracing::Span;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::settings::{Log, LogFormat, Telemetry};

/// The target of spans, as they name it themselves. Nothing else goes to a collector.
pub const TRACE: &str = "passgate::trace";

/// The traces of a process; nothing where no collector is named.
#[derive(Default)]
pub struct Traces(Option<otlp::Provider>);

impl Traces {
    /// Sends what has not been sent yet.
    pub fn finish(self) {
        if let Some(provider) = self.0 {
            provider.finish();
        }
    }
}

/// Starts logging to standard error, and traces where settings for them are given. A second call (in tests) changes nothing.
///
/// # Errors
/// A sentence about a collector that cannot be.
pub fn start(log: &Log, telemetry: Option<&Telemetry>) -> Result<Traces, String> {
    let wanted = telemetry.filter(|telemetry| !telemetry.otlp_endpoint.is_empty());
    let provider = wanted.map(otlp::Provider::start).transpose()?;
    let spans = provider.as_ref().map(otlp::Provider::layer);
    let started = tracing_subscriber::registry().with(lines(log)).with(spans).try_init();
    drop(started);
    Ok(Traces(provider))
}

fn lines<S>(log: &Log) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let mut filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    // The first two call what a stranger sends an error (the first prints challenges, too, when it traces); our own lines say
    // what came of it. The third are spans, which say nothing in a log.
    for silence in ["webauthn_rs_core=off", "actix_http::h1=off", "passgate::trace=off"] {
        if let Ok(silence) = silence.parse() {
            filter = filter.add_directive(silence);
        }
    }
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false);
    match log.format {
        LogFormat::Text => lines.with_filter(filter).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
    }
}

/// The span of a request. `route` is a class of routes, since a path may hold what is nobody else's business; `traceparent`
/// is what the caller sent (W3C Trace Context), which says where its own trace goes on and nothing about whether we trace.
pub fn request_span(method: &'static str, route: &'static str, request_id: &str, traceparent: Option<&str>) -> Span {
    let span = tracing::trace_span!(
        target: "passgate::trace",
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        passgate.request_id = request_id,
    );
    if !span.is_disabled()
        && let Some(traceparent) = traceparent
    {
        otlp::continue_from(&span, traceparent);
    }
    span
}

/// The answer of a request's span.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", i64::from(status));
}
