//! Traces to a collector: OTLP by HTTP in protobuf, over the one client for requests that leave. The collector is the
//! operator's, so its host may be private and plain; no other host may. Spans are collected in a bounded queue and sent from
//! a thread of their own: a collector that is away costs spans, and nothing else.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use super::TRACE;
use crate::outbound::http::{self, Exceptions, Http};
use crate::settings::Telemetry;

/// Where spans go.
pub(super) struct Provider(SdkTracerProvider);

impl Provider {
    pub fn start(telemetry: &Telemetry) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("telemetry.otlp_endpoint: {error}");
        let endpoint = format!("{}/v1/traces", telemetry.otlp_endpoint.trim_end_matches('/'));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new(&endpoint)?)
            .with_endpoint(endpoint)
            .build()
            .map_err(|error| failed(&error))?;
        // By the id of the trace alone: whether we trace is not for a caller to say.
        let sampler = Sampler::TraceIdRatioBased(f64::from(telemetry.sample_percent) / 100.0);
        let resource = Resource::builder_empty().with_attributes([
            KeyValue::new("service.name", telemetry.service_name.clone()),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        ]);
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(sampler)
            .with_resource(resource.build())
            .build();
        Ok(Self(provider))
    }

    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync
    where
        S: tracing::Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("passgate"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TRACE))
    }

    pub fn finish(self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Makes a span part of the caller's trace. What is no trace context changes nothing.
pub(super) fn continue_from(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract(&carrier);
    if context.span().span_context() != &SpanContext::NONE {
        // The only errors are a layer that is not there and a span that has begun, and this one has not.
        drop(span.set_parent(context));
    }
}

/// The guarded client, as the exporter wants it. It calls from a thread of its own, which drives no runtime.
struct Client {
    http: Http,
    runtime: tokio::runtime::Runtime,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    fn new(endpoint: &str) -> Result<Self, String> {
        let url = url::Url::parse(endpoint).map_err(|error| format!("telemetry.otlp_endpoint: {error}"))?;
        let host = format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default()
        );
        let here = [host];
        let plain = if url.scheme() == "http" { here.as_slice() } else { &[] };
        let exceptions = Exceptions::read(&here, plain, &here).map_err(|error| error.to_string())?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            http: Http::new(exceptions),
            runtime,
        })
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let mut asked = http::Request::post(parts.uri.to_string(), "application/x-protobuf", body.to_vec());
        for (name, value) in &parts.headers {
            // A collector may ask for a key, which its own variable OTEL_EXPORTER_OTLP_HEADERS brings.
            if !matches!(name.as_str(), "content-type" | "content-length" | "host") {
                asked = asked.header(name.to_string(), value.to_str()?.to_owned());
            }
        }
        let answer = self.runtime.block_on(self.http.send(asked))?;
        let mut response = Response::new(Bytes::from(answer.body));
        *response.status_mut() = answer.status.try_into()?;
        Ok(response)
    }
}

impl HttpClient for Client {
    fn send_bytes<'life, 'sent>(
        &'life self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sent>>
    where
        'life: 'sent,
        Self: 'sent,
    {
        Box::pin(std::future::ready(self.send(request)))
    }
}
