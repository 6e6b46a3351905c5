//! What can be said of an application's way in without calling it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::{Which, unknown};
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::flow::requests;
use crate::model::client::{AuthMethod, Client, GrantType};
use crate::model::permission::{Permission, Resource};
use crate::store::clients;

/// How a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ClientCheckVerdict)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Works, and is worth a look.
    Doubtful,
    /// Keeps people from signing in.
    Bad,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ClientCheckSubject)]
pub enum Subject {
    /// Whether it is switched on.
    Enabled,
    /// Whether answers go to addresses that keep codes secret: https, this machine, or an app on a device.
    RedirectUris,
    /// Whether redirect URIs of development stand beside those of the real thing.
    Loopback,
    /// Whether it can say who it is.
    Credentials,
    /// Whether a replaced secret still counts.
    PreviousSecret,
    /// Whether it is an OpenID Connect client: with `openid` among its scopes.
    OpenidScope,
    /// Whether its refresh grant and `offline_access` go together.
    OfflineAccess,
    /// Whether it sent a request lately, and how that ended.
    Requests,
}

/// A finding.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ClientCheck)]
pub struct Finding {
    /// What was looked at.
    pub subject: Subject,
    /// How it is.
    pub verdict: Verdict,
    /// What it is about: addresses, an error code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
}

/// What was found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CheckedClient)]
pub struct Checked {
    /// One after the other.
    pub findings: Vec<Finding>,
    /// When it last got tokens, as far as recent requests tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success: Option<DateTime<Utc>>,
    /// When one of its requests last failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<DateTime<Utc>>,
}

/// See [`Operation::SUMMARY`].
pub struct CheckClient;

impl Operation for CheckClient {
    const ID: &'static str = "checkClient";
    const SUMMARY: &'static str =
        "Looks at the settings and recent requests of an application for what would keep people from signing in.";
    const PERMISSION: Permission = Permission::read(Resource::Clients);
    const ROUTE: Route = Route::get("/clients/{client_id}/check");
    type Input = Which;
    type Output = Checked;

    async fn run(call: Call<'_>, input: Which) -> Result<Checked, Refused> {
        let id = input.client_id.clone();
        let found = call.state.db.read(id, |tx, id| Box::pin(clients::find(tx, id)));
        let client = found.await?.ok_or_else(unknown)?;
        let traces = match requests::run(call.state, Some(&client.id), false).await {
            Ok(traces) => traces,
            Err(requests::Refused::UnknownClient(_)) => return Err(unknown()),
            Err(requests::Refused::Fault(fault)) => return Err(fault.into()),
        };
        let latest = traces.first();
        let (verdict, about) = match latest {
            None => (Verdict::Doubtful, Vec::new()),
            Some(trace) if trace.failed => (Verdict::Bad, vec![trace.error.clone()]),
            Some(_) => (Verdict::Good, Vec::new()),
        };
        let mut findings = settings(&client);
        findings.push(Finding {
            subject: Subject::Requests,
            verdict,
            about,
        });
        Ok(Checked {
            findings,
            last_success: traces
                .iter()
                .find(|trace| !trace.failed && trace.endpoint == "token")
                .map(|trace| trace.at),
            last_failure: traces.iter().find(|trace| trace.failed).map(|trace| trace.at),
        })
    }
}

/// What its settings say.
fn settings(client: &Client) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |subject, verdict, about| {
        findings.push(Finding {
            subject,
            verdict,
            about,
        });
    };
    let fine = |is: bool, otherwise| if is { Verdict::Good } else { otherwise };
    find(
        Subject::Enabled,
        fine(client.disabled_at.is_none(), Verdict::Bad),
        Vec::new(),
    );
    if client.may(GrantType::AuthorizationCode) {
        let uris: Vec<&str> = client.metadata.redirect_uris.iter().map(|uri| uri.as_str()).collect();
        let those = |is: fn(&str) -> bool| -> Vec<String> {
            uris.iter().filter(|uri| is(uri)).map(|uri| (*uri).to_owned()).collect()
        };
        let (open, local) = (those(in_the_clear), those(on_this_machine));
        find(Subject::RedirectUris, fine(open.is_empty(), Verdict::Doubtful), open);
        // An application that is under development has nothing else.
        if !local.is_empty() {
            let mixed = local.len() < uris.len();
            find(Subject::Loopback, fine(!mixed, Verdict::Doubtful), local);
        }
        let openid = client.metadata.scope.contains("openid");
        find(Subject::OpenidScope, fine(openid, Verdict::Doubtful), Vec::new());
    }
    let secret = client.metadata.token_endpoint_auth_method != AuthMethod::None;
    find(
        Subject::Credentials,
        fine(!secret || client.secret.is_some(), Verdict::Bad),
        vec![client.metadata.token_endpoint_auth_method.as_str().to_owned()],
    );
    if let Some(previous) = client.previous_secret {
        find(
            Subject::PreviousSecret,
            Verdict::Doubtful,
            vec![previous.expires_at.to_rfc3339()],
        );
    }
    let (refreshes, offline) = (
        client.may(GrantType::RefreshToken),
        client.metadata.scope.contains("offline_access"),
    );
    if refreshes || offline {
        find(
            Subject::OfflineAccess,
            fine(refreshes == offline, Verdict::Doubtful),
            Vec::new(),
        );
    }
    findings
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn in_the_clear(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| url.scheme() == "http" && !is_loopback(&url))
}

fn on_this_machine(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| is_loopback(&url))
}
