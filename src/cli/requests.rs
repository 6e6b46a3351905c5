//! `passgate client requests`: why did this fail.

use std::collections::HashSet;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, say};
use crate::flow::admin::clients::{self, Check, Request, RequestListing, UnknownRequestListing};

/// Whose requests, and how.
#[derive(Args)]
pub struct Requests {
    /// The client_id.
    #[arg(required_unless_present = "unknown")]
    id: Option<String>,
    /// Requests that named no client that exists.
    #[arg(long, conflicts_with = "id")]
    unknown: bool,
    /// Those that failed alone.
    #[arg(long)]
    failed: bool,
    /// Go on showing what comes.
    #[arg(long)]
    follow: bool,
}

/// How often what comes is looked for.
const PAUSE: Duration = Duration::from_secs(1);

/// Shows them, oldest first.
pub(super) async fn run(server: &Server, wanted: Requests, output: Output) -> Result<ExitCode, CommandError> {
    let mut shown = HashSet::new();
    loop {
        let mut found = find(server, &wanted).await?;
        found.reverse();
        if !wanted.follow {
            output.answer(&found, || match found.is_empty() {
                true => "no request was seen in the last days".to_owned(),
                false => found.iter().map(for_people).collect::<Vec<_>>().join("\n\n"),
            });
            return Ok(ExitCode::SUCCESS);
        }
        for trace in found.iter().filter(|trace| !shown.contains(&trace.id)) {
            match output.json {
                true => say(&serde_json::to_string(trace).unwrap_or_default()),
                false => say(&format!("{}\n", for_people(trace))),
            }
        }
        // What is shown no more cannot come again.
        shown = found.iter().map(|trace| trace.id).collect();
        tokio::time::sleep(PAUSE).await;
    }
}

/// Newest first.
async fn find(server: &Server, wanted: &Requests) -> Result<Vec<Request>, CommandError> {
    let Some(id) = &wanted.id else {
        let listing = UnknownRequestListing { failed: wanted.failed };
        return Ok(server.run::<clients::ListUnknownRequests>(listing).await?.items);
    };
    let listing = RequestListing {
        client_id: id.clone(),
        failed: wanted.failed,
    };
    let found = server.run::<clients::ListRequests>(listing).await;
    Ok(found.map_err(super::client::named(id))?.items)
}

fn for_people(trace: &Request) -> String {
    let what = match trace.error.as_str() {
        "" => trace.outcome.clone(),
        error => format!("{error}: {}", trace.description),
    };
    let mut lines = vec![format!(
        "{}  {}  {what}\n    from {} in {} ms, request {}",
        trace.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        trace.endpoint,
        trace.address,
        trace.duration_micros / 1_000,
        trace.request_id,
    )];
    let parameters: Vec<_> = trace
        .parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if !parameters.is_empty() {
        lines.push(format!("    {}", parameters.join("  ")));
    }
    lines.extend(trace.checks.iter().map(line));
    lines.join("\n")
}

fn line(check: &Check) -> String {
    let mut text = format!(
        "    {} {} ({})",
        if check.passed { "ok    " } else { "FAILED" },
        check.check,
        check.section
    );
    let mut more = |name: &str, value: &str| text.push_str(&format!("\n           {name}: {value}"));
    if let Some(found) = &check.found {
        more("found", found);
    }
    if !check.registered.is_empty() {
        more("registered", &check.registered.join(" "));
    }
    if let Some(sent) = &check.sent {
        more("sent", sent);
    }
    if let Some(suggestion) = &check.suggestion {
        more("to do", suggestion);
    }
    text
}
